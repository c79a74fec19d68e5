// Who is monitored, as the records of a trail tell it. Pure: no CAF, no I/O, no clock.
#pragma once

#include "messages/journal_records.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// Texts one behind another in one block of memory, for many that rarely change.
class packed_texts {
public:
  packed_texts() = default;
  explicit packed_texts(const std::vector<std::string_view>& texts);

  std::size_t size() const { return ends_.size(); }
  std::string_view operator[](std::size_t index) const;
  void push_back(std::string_view text);
  std::vector<std::string_view> views() const; ///< valid until the next change

private:
  std::string text_;
  std::vector<std::uint32_t> ends_;
};

/// Who is monitored, by slot: an agent that moves to another slot is started there before it is ended here.
class monitored_agents {
public:
  struct place {
    std::uint32_t slot = 0;
    std::string_view agent_id;

    friend bool operator==(const place&, const place&) = default;
  };

  /// Follows a record of kind monitoring_started or monitoring_interrupted, given its entry; others change nothing.
  /// Gives the keys of agents that left because they are no longer to be watched.
  std::vector<std::string> take(record_kind kind, std::string_view entry);

  void add(std::uint32_t slot, std::string_view agent_id);
  bool contains(std::string_view key) const;  ///< in whichever slot
  std::vector<place> places() const;          ///< by slot and key; valid until the next change
  std::vector<std::string> agent_ids() const; ///< each once, by key

private:
  void join(std::uint32_t slot, const std::vector<std::string_view>& ids);
  static void leave(packed_texts& listener, const std::set<std::string>& keys);

  std::map<std::uint32_t, packed_texts> listeners_; ///< ids by slot, in the order of their keys
};

} // namespace floorwalker
