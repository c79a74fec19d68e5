// How far the records of one group have come on their way into a topic. Pure: no I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace floorwalker::kafka {

/// Where one record is.
enum class record_stage : std::uint8_t {
  waiting,   ///< to be sent
  suspected, ///< to be sent alone: a batch with it was refused
  sent,      ///< handed to the producer, no report yet
  refused,   ///< a broker will never take it; still to become a dead letter
  settled    ///< delivered, or a dead letter
};

/// The records of the group under way, by their index in it. What is settled stays so when the group is given again.
class group_course {
public:
  /// The group `number` of so many records is under way now.
  void enter(std::uint64_t number, std::size_t records);

  record_stage stage(std::size_t index) const { return stages_[index]; }
  void move(std::size_t index, record_stage to);

  /// The producer is gone: what it has not reported is to be sent again.
  void take_back_sent();

  std::size_t size() const { return stages_.size(); }
  std::size_t count(record_stage stage) const { return counts_[static_cast<std::size_t>(stage)]; }
  bool complete() const { return count(record_stage::settled) == size(); }

private:
  std::uint64_t number_ = 0;
  std::vector<record_stage> stages_;
  std::size_t counts_[5] = {}; ///< of each stage
};

} // namespace floorwalker::kafka
