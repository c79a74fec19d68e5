// The audit trail as a sink delivers it, kept in memory and read while it grows.
#pragma once

#include "actors/sinks/outlet.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace floorwalker::interop {

/// What the trail says of one agent's transitions.
struct agent_judgements {
  std::uint64_t judged = 0;
  std::uint64_t rejected = 0;
  std::uint64_t out_of_order = 0;
  std::vector<std::string> events; ///< "timestamp previous current", nine fractional digits, in the trail's order
};

/// Called by sinks and by tests, from any thread.
class captured_trail final : public outlet {
public:
  void write(std::uint64_t number, delivery_group_ptr group, sink_actor receiver) override;

  /// From now on nothing is written until `release`: a sink that hangs.
  void hold();
  void release();

  /// Waits until something is written, or a short while has passed.
  void wait_for_more(std::chrono::milliseconds limit);

  /// The records that are no transitions and have this action, in their order.
  std::vector<boost::json::object> records(const std::string& action) const;
  std::map<std::string, agent_judgements> agents() const;
  /// Clauses on what is wrong with the sequences: each tenant's go up by one from 1.
  std::vector<std::string> wrong_sequences() const;

private:
  struct held_write {
    std::uint64_t number;
    delivery_group_ptr group;
    sink_actor receiver;
  };
  void keep(const held_write& what);
  std::vector<boost::json::object> parsed() const;

  mutable std::mutex mutex_;
  std::condition_variable grown_;
  std::string lines_;
  std::vector<held_write> held_;
  bool holds_ = false;
};

} // namespace floorwalker::interop
