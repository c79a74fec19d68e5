#include "actors/sinks/delivery_queue.hpp"

#include <utility>

namespace floorwalker {
namespace {

/// The memory a delivery keeps alive; a text made for a dashboard is smaller than the batch it was made from.
std::size_t bytes_of(const delivery& waiting) {
  return waiting.batch->lines.size() + waiting.batch->drafts->text.size();
}

} // namespace

void delivery_queue::push(delivery next) {
  ++deliveries_;
  bytes_ += bytes_of(next);
  records_ += next.records;
  waiting_.push_back(std::move(next));
}

delivery_group_ptr delivery_queue::begin_group() {
  if (group_ || waiting_.empty()) return nullptr;
  group_ = std::make_shared<const delivery_group>(std::exchange(waiting_, {}));
  ++group_number_;
  return group_;
}

std::size_t delivery_queue::group_records() const {
  std::size_t sum = 0;
  for (auto& each : *group_) sum += each.records;
  return sum;
}

void delivery_queue::finish_group() {
  for (auto& written : *group_) {
    --deliveries_;
    bytes_ -= bytes_of(written);
    records_ -= written.records;
  }
  group_ = nullptr;
}

} // namespace floorwalker
