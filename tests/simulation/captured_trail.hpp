// What the engine wrote down in one run, read back from the audit entries' own text.
#pragma once

#include "messages/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker::simulation {

/// A stretch of time in which an agent was not watched.
struct unwatched {
  utc_time from;
  std::optional<utc_time> to;
};

struct judged_entry {
  std::string agent;
  std::string previous;
  std::string current;
  utc_time at;
};

/// Audit entries, and what they say.
class captured_trail {
public:
  /// Reads the entries; returns what is wrong with them (sequence gaps and the like).
  std::vector<std::string> read(const std::vector<std::string>& lines);

  const std::vector<judged_entry>& judged() const { return judged_; }
  /// Recorded interruptions of one agent, in order; the time before its first start counts.
  const std::vector<unwatched>& interruptions(const std::string& agent) const;
  std::uint64_t reconciled() const { return reconciled_; }

private:
  std::vector<judged_entry> judged_;
  std::map<std::string, std::vector<unwatched>> interruptions_;
  std::uint64_t reconciled_ = 0;
};

} // namespace floorwalker::simulation
