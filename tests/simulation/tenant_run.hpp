// One seeded run of a whole tenant, and what has to hold afterwards.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace floorwalker::simulation {

struct run_result {
  std::vector<std::string> violations; ///< empty: every invariant held
  std::string options;                 ///< what the seed chose, for a person
  std::uint64_t events = 0;
  std::uint64_t judged = 0;
  std::uint64_t interruptions = 0;
  std::uint64_t handovers = 0;
  std::uint64_t trackers_failed = 0;
  std::uint64_t copies = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t reconciled = 0;
  std::uint64_t kills = 0;
  std::uint64_t stops = 0; ///< but for the last
  std::uint64_t times_full = 0;
  std::uint64_t records_lost = 0;
  std::uint64_t reads = 0;
  std::uint64_t snapshots_used = 0;
  std::uint64_t failed_writes = 0;
  std::uint64_t repeated = 0; ///< records that a sink delivered again after a kill
};

/// Runs the tenant that `seed` describes: first with faults and restarts, then healed, then stopped. With `print_trail` the audit
/// entries go to stdout.
run_result run_tenant(std::uint64_t seed, bool print_trail);

} // namespace floorwalker::simulation
