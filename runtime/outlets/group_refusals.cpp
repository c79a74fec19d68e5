#include "runtime/outlets/group_refusals.hpp"

namespace floorwalker {

void group_refusals::enter(std::uint64_t number, std::size_t records) {
  if (number == number_ && refused_.size() == records) return;
  number_ = number;
  refused_.assign(records, false);
}

std::string group_refusals::keep(const std::vector<delivered_record>& records, std::span<const refusal> refusals) {
  std::vector<dead_letter> letters;
  letters.reserve(refusals.size());
  for (auto& [index, reason] : refusals) {
    auto& record = records[index];
    letters.push_back({record.node(), record.epoch(), reason, record.line});
  }
  if (auto problem = letters_.append(clock_->now(), letters); !problem.empty()) return problem;
  for (auto& each : refusals) refused_[each.index] = true;
  count_ += refusals.size();
  return {};
}

} // namespace floorwalker
