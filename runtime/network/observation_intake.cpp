#include "runtime/network/observation_intake.hpp"

#include "messages/wire/printable_sample.hpp"

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <utility>

namespace floorwalker {
namespace {

constexpr std::chrono::seconds warning_interval{10};

} // namespace

observation_intake::observation_intake(std::string label, std::uint64_t connection, socket_actor socket,
                                       tracker_actor tracker, const wall_clock& clock)
    : label_(std::move(label)),
      connection_(connection),
      to_(actors{std::move(socket), std::move(tracker)}),
      clock_(clock),
      batch_(std::make_shared<observation_batch>()) {
  batch_->connection = connection;
}

void observation_intake::upgraded() {
  if (to_) caf::anon_send(to_->socket, stream_upgraded{});
}

observation_intake::outcome observation_intake::take(std::string_view frame, bool is_text, utc_time at) {
  if (!to_) return outcome::taken;
  last_received_ = at;
  switch (is_text ? decoder_.decode(frame, at, *batch_) : decoder_.decode_binary(*batch_)) {
  case wire::frame_kind::event:
    event_seen_ = true;
    break;
  case wire::frame_kind::acknowledged:
    opened_ = true;
    caf::anon_send(to_->tracker, source_opened{connection_, source_.lock(), at});
    caf::anon_send(to_->socket, stream_subscribed{});
    break;
  case wire::frame_kind::rejected:
    return outcome::rejected;
  case wire::frame_kind::ignored:
    break;
  case wire::frame_kind::malformed:
    note_malformed(frame, is_text);
    break;
  }
  return outcome::taken;
}

void observation_intake::note_malformed(std::string_view frame, bool is_text) {
  auto now = std::chrono::steady_clock::now();
  if (last_warning_ && now - *last_warning_ < warning_interval) {
    ++unwarned_;
    return;
  }
  last_warning_ = now;
  auto why = is_text ? decoder_.malformation() : std::string_view{"a binary frame"};
  spdlog::warn("{}: skipped a malformed message ({}; {} more since the last such line): {}", label_, why,
               std::exchange(unwarned_, 0), wire::printable_sample(frame));
}

bool observation_intake::hand_over() {
  // Before the acknowledgement the tracker does not know us; what the gateway says before it stays in the batch.
  if (!to_ || !opened_ || batch_->empty()) return !full();
  if (owed_.size() >= credit) return false;
  send_batch();
  return true;
}

void observation_intake::send_batch() {
  observation_batch_ptr fresh;
  if (spares_.empty()) {
    fresh = std::make_shared<observation_batch>();
  } else {
    fresh = std::move(spares_.back());
    spares_.pop_back();
  }
  fresh->connection = connection_;
  owed_.push_back(batch_);
  caf::anon_send(to_->tracker, std::exchange(batch_, std::move(fresh)));
  if (event_seen_ && !event_told_) {
    event_told_ = true;
    caf::anon_send(to_->socket, stream_carried_event{});
  }
}

void observation_intake::returned(observation_batch_ptr batch) {
  std::erase(owed_, batch);
  if (!to_ || !batch || spares_.size() >= credit) return;
  batch->clear();
  spares_.push_back(std::move(batch));
}

void observation_intake::flush() {
  if (to_ && opened_ && !batch_->empty()) send_batch();
}

void observation_intake::end(stream_end how) {
  if (!to_) return;
  flush();
  how.unfinished_since = oldest_of(owed_);
  owed_.clear();
  auto now = clock_.now();
  auto receivers = std::exchange(to_, std::nullopt);
  caf::anon_send(receivers->tracker, source_ended{connection_, how, last_received_.value_or(now), now});
  caf::anon_send(receivers->socket, std::move(how));
  spares_.clear();
}

} // namespace floorwalker
