#include "bench/hot_path.hpp"

#include <chrono>
#include <stdexcept>

namespace floorwalker::bench {
namespace {

constexpr std::uint64_t seed = 1;
constexpr std::uint32_t agents = 50;
constexpr std::size_t batch_octets = 60'000; ///< less than 256 events, which fill a batch of the engine
constexpr std::uint64_t connection = 1;

std::vector<std::string> agent_ids() {
  std::vector<std::string> ids;
  for (std::uint32_t i = 0; i < agents; ++i) ids.push_back(agent_id(seed, 1, i));
  return ids;
}

} // namespace

hot_path::hot_path(way until)
    : until_{until},
      course_{agent_ids(), default_state_matrix(), seed, batch_octets},
      now_{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}},
      tracker_{"bench-1", 0, default_state_matrix()},
      identity_{std::make_shared<const std::string>("bench-1"), std::make_shared<const std::string>("node-1"), 1} {
  agent_group group;
  for (auto& id : agent_ids()) group.push_back(agent_identity::of(id));
  tracker_.planned(connection, group);
  tracker_.opened(connection, now_, *drafts_);
  observed_->connection = connection;
  if (decoder_.decode(R"({"type":"subscribe.ack"})", now_, *observed_) != wire::frame_kind::acknowledged)
    throw std::logic_error("the acknowledgement was not understood");
}

void hot_path::take_batch() {
  now_ += std::chrono::milliseconds{1};
  course_.stamp_all(now_);
  observed_->clear();
  auto received_at = now_ + std::chrono::milliseconds{3};
  for (std::size_t i = 0; i < course_.size(); ++i) (void)decoder_.decode(course_.text(i), received_at, *observed_);
  events_ += observed_->items.size();
  if (until_ == way::decode) return;
  drafts_->text.clear();
  drafts_->records.clear();
  drafts_->tally = {};
  tracker_.take(observed_, *drafts_);
  if (until_ == way::judge) return;
  auto numbered = number_batch(identity_, drafts_, position_);
  if (until_ == way::trail) write_frames(*numbered);
}

void hot_path::write_frames(const committed_batch& batch) {
  frames_.clear();
  for (std::size_t i = 0; i < batch.positions.size(); ++i) {
    auto& position = batch.positions[i];
    frame_head head;
    head.sequence = position.sequence;
    head.at = batch.drafts->records[i].received_at;
    head.valid_total = position.valid_total;
    head.total = position.total;
    append_frame(frames_, head, position.line.in(batch.lines), hasher_, chain_);
  }
}

} // namespace floorwalker::bench
