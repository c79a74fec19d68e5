#include "tests/simulation/virtual_receiver.hpp"

#include <caf/send.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

namespace floorwalker::simulation {

class virtual_receiver::connection : public outlet {
public:
  explicit connection(virtual_receiver& receiver) : to_{receiver}, process_{receiver.process_} {}

  void write(std::uint64_t number, delivery_group_ptr group, sink_actor sink) override {
    to_.world_.after(to_.random_.between(milliseconds{0}, to_.options_.latency_max),
                     [&to = to_, process = process_, number, group, sink] {
                       if (process == to.process_) caf::anon_send(sink, to.answer(number, *group));
                     });
  }

private:
  virtual_receiver& to_;
  std::uint64_t process_;
};

virtual_receiver::virtual_receiver(std::string name, virtual_platform& world, const virtual_disk& disk,
                                   const receiver_options& options, std::uint64_t seed)
    : name_{std::move(name)}, world_{world}, disk_{disk}, options_{options}, random_{seed ^ 0x51a4} {}

outlet_ptr virtual_receiver::connect() {
  written_ = 0;
  return std::make_shared<connection>(*this);
}

void virtual_receiver::heal() {
  options_.outage = options_.lost_answer = 0;
  away_until_ = {};
}

outlet_written virtual_receiver::answer(std::uint64_t number, const delivery_group& group) {
  outlet_written written{number, {}};
  if (world_.now() >= away_until_ && random_.chance(options_.outage))
    away_until_ = world_.now() + milliseconds{1'000 + random_.below(40'000)};
  if (world_.now() < away_until_) {
    ++failures_;
    written.problem = "can't be reached";
    if (random_.chance(0.3)) written.retry_after = std::chrono::seconds{random_.below(50)};
    return written;
  }
  // As the port asks for: a group that is given again is one that was not known to be written.
  if (std::exchange(written_, number) != number) take(group);
  if (random_.chance(options_.lost_answer)) {
    ++failures_;
    written.problem = "did not answer";
  }
  return written;
}

void virtual_receiver::take(const delivery_group& group) {
  for (auto& delivered : group) {
    std::string_view text = *delivered.text;
    for (std::size_t i = 0; i < delivered.records; ++i) {
      auto end = text.find('\n');
      take(delivered.batch->positions[delivered.index_of(i)].sequence, std::string{text.substr(0, end)});
      text.remove_prefix(end + 1);
    }
    if (!text.empty()) complaints_.push_back(name_ + ": a delivery has more lines than records");
  }
}

void virtual_receiver::take(std::uint64_t sequence, std::string line) {
  if (sequence > disk_.committed())
    complaints_.push_back(fmt::format("{} got record {}, and {} are committed", name_, sequence, disk_.committed()));
  else if (disk_.lines()[sequence - 1] != line)
    complaints_.push_back(fmt::format("{} got another record {} than stands in the trail", name_, sequence));
  if (sequence > lines_.size() + 1)
    complaints_.push_back(fmt::format("{} got record {} after {}", name_, sequence, lines_.size()));
  if (sequence > lines_.size()) {
    lines_.push_back(std::move(line));
    brought_by_.push_back(process_);
    return;
  }
  ++repeated_;
  if (std::exchange(brought_by_[sequence - 1], process_) == process_)
    complaints_.push_back(fmt::format("{} got record {} twice", name_, sequence));
}

} // namespace floorwalker::simulation
