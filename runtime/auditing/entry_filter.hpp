// Which audit entries somebody asked for.
#pragma once

#include "messages/journal_records.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace floorwalker {

/// An audit entry that was read; `problem` tells why not.
struct read_entry {
  std::string_view line;
  const record_draft* record = nullptr;
  std::string_view text; ///< that the record's slices lie in
  std::string problem;

  std::string_view in(text_slice slice) const { return slice.in(text); }
};

/// Reads one entry after the other into the same memory. The entry is good until the next call.
class entry_reader {
public:
  read_entry read(std::string_view line);

private:
  draft_batch batch_;
};

/// Narrows down by agent and verdict. With neither, every entry passes.
class entry_filter {
public:
  entry_filter(const std::optional<std::string>& agent, std::optional<bool> valid);

  /// True for transitions of that verdict; and of other records, where no verdict is asked for, those that are about the
  /// agent or name it. Entries that can't be read pass only where nothing is asked for.
  bool passes(const read_entry& entry) const;
  /// Cheaper, without reading the entry: false where it surely does not pass.
  bool may_pass(std::string_view line) const;

private:
  std::optional<std::string> agent_; ///< as agent_key() makes it
  std::optional<bool> valid_;
};

/// True if an entry about monitoring names that agent; `agent` as agent_key() makes it.
bool names_agent(std::string_view line, std::string_view agent);

} // namespace floorwalker
