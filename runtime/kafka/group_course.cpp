#include "runtime/kafka/group_course.hpp"

#include <algorithm>
#include <iterator>

namespace floorwalker::kafka {

void group_course::enter(std::uint64_t number, std::size_t records) {
  if (number == number_ && stages_.size() == records) return;
  number_ = number;
  stages_.assign(records, record_stage::waiting);
  std::fill(std::begin(counts_), std::end(counts_), std::size_t{0});
  counts_[static_cast<std::size_t>(record_stage::waiting)] = records;
}

void group_course::move(std::size_t index, record_stage to) {
  --counts_[static_cast<std::size_t>(stages_[index])];
  ++counts_[static_cast<std::size_t>(to)];
  stages_[index] = to;
}

void group_course::take_back_sent() {
  for (std::size_t i = 0; count(record_stage::sent) > 0; ++i)
    if (stages_[i] == record_stage::sent) move(i, record_stage::waiting);
}

} // namespace floorwalker::kafka
