// Whoever a sink delivers to, in memory: slow, away at times, and outliving the process.
#pragma once

#include "actors/sinks/outlet.hpp"
#include "tests/simulation/random.hpp"
#include "tests/simulation/virtual_disk.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace floorwalker::simulation {

/// How unkind the receiver is. Probabilities are per write.
struct receiver_options {
  milliseconds latency_max{20};
  double outage = 0;      ///< away for up to 40 s
  double lost_answer = 0; ///< it has everything, and the sink is not told
};

/// Takes audit entries and complains about what must never happen: a record that is not committed, one out of its
/// order, one left out, and one that comes twice within the life of a process.
class virtual_receiver {
public:
  virtual_receiver(std::string name, virtual_platform& world, const virtual_disk& disk, const receiver_options& options,
                   std::uint64_t seed);

  /// The outlet of a new process.
  outlet_ptr connect();
  /// The process has ended, however.
  void process_ended() { ++process_; }
  /// From here on nothing goes wrong any more.
  void heal();

  const std::vector<std::string>& lines() const { return lines_; }
  const complaints& complained() const { return complaints_; }
  std::uint64_t failures() const { return failures_; }
  std::uint64_t repeated() const { return repeated_; } ///< records that came again from a later process

private:
  class connection;

  outlet_written answer(std::uint64_t number, const delivery_group& group);
  void take(const delivery_group& group);
  void take(std::uint64_t sequence, std::string line);

  std::string name_;
  virtual_platform& world_;
  const virtual_disk& disk_;
  receiver_options options_;
  random_source random_;
  std::uint64_t process_ = 1;
  std::uint64_t written_ = 0; ///< the group of this process that was written last
  utc_time away_until_{};
  std::vector<std::string> lines_;
  std::vector<std::uint64_t> brought_by_; ///< the process that brought a line
  complaints complaints_;
  std::uint64_t failures_ = 0;
  std::uint64_t repeated_ = 0;
};

} // namespace floorwalker::simulation
