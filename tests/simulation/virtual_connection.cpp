#include "tests/simulation/virtual_connection.hpp"

#include "messages/agents.hpp"
#include "messages/wire/timestamp.hpp"

#include <boost/json.hpp>
#include <caf/send.hpp>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace floorwalker::simulation {

void virtual_connection::note(std::string_view what) const {
  spdlog::debug("{} connection {} of slot {}: {}", wire::to_text(platform_.now()), number_, request_.slot, what);
}

void virtual_connection::begin() {
  note("begins");
  auto& p = platform_;
  auto self = shared_from_this();
  p.after(p.latency(), [this, self, &p] {
    if (ended_) return;
    if (p.random_.chance(p.faults_.connect_failure))
      return end({.kind = stream_end_kind::connect_failed, .code = 1006, .reason = "connection refused"});
    if (p.random_.chance(p.faults_.upgrade_refused) || !p.valid_tokens_.contains(request_.token->reveal()))
      return end({.kind = stream_end_kind::upgrade_refused, .code = 1006, .http_status = 401});
    caf::anon_send(socket_, stream_upgraded{});
    p.after(p.latency(), [this, self] { subscribe(); });
  });
}

void virtual_connection::subscribe() {
  auto& p = platform_;
  if (ended_ || closing_) return;
  auto payload = boost::json::parse(request_.subscription).as_object();
  for (const auto& id : payload.at("filters").at("agentIds").as_array())
    agents_.insert(agent_key(std::string{id.as_string()}));
  if (agents_.size() > p.tenant_.limits.agents_per_subscription) p.complaints_.push_back("too many agents in a slot");
  if (p.random_.chance(p.faults_.no_ack)) return;
  if (p.random_.chance(p.faults_.reject_for_rate)) {
    send(R"({"type":"subscribe.reject","reason":"Rate limit"})");
    server_done_ = true;
    return;
  }
  acknowledged_ = true;
  note("is acknowledged by the platform");
  send(R"({"type":"subscribe.ack"})");
}

utc_time virtual_connection::send(std::string frame) {
  last_arrival_ = std::max(last_arrival_, platform_.now() + platform_.latency());
  platform_.at(last_arrival_, [self = shared_from_this(), frame = std::move(frame), epoch = epoch_] {
    if (epoch == self->epoch_) self->deliver(frame);
  });
  return last_arrival_;
}

void virtual_connection::deliver(const std::string& frame) {
  if (ended_) return;
  ++heard_;
  if (discarding_) return;
  if (paused_) {
    unread_.push_back(frame);
    return;
  }
  if (!batch_) {
    batch_ = std::make_shared<observation_batch>();
    batch_->connection = request_.connection;
  }
  last_received_ = platform_.now();
  auto kind = decoder_.decode(frame, platform_.now(), *batch_);
  if (kind == wire::frame_kind::rejected)
    return end({.kind = stream_end_kind::rejected, .by_us = true, .code = 1000, .reason = decoder_.reject_reason()});
  if (kind == wire::frame_kind::acknowledged) {
    opened_ = true;
    note("is open");
    caf::anon_send(tracker_, source_opened{request_.connection, shared_from_this(), platform_.now()});
    caf::anon_send(socket_, stream_subscribed{});
  }
  if (kind == wire::frame_kind::event && !std::exchange(carried_event_, true))
    caf::anon_send(socket_, stream_carried_event{});
  if (owed_.size() < credit)
    hand_over_batch();
  else if (batch_->items.size() >= 3)
    paused_ = true;
}

void virtual_connection::hand_over_batch() {
  if (!batch_ || batch_->empty()) return;
  owed_.push_back(batch_);
  caf::anon_send(tracker_, std::exchange(batch_, nullptr));
}

void virtual_connection::batch_done(observation_batch_ptr batch) noexcept {
  // As with a socket, the credit comes to the connection's own thread a moment later.
  platform_.after(milliseconds{0}, [this, self = shared_from_this(), batch = std::move(batch)] {
    std::erase(owed_, batch);
    if (ended_) return;
    hand_over_batch();
    paused_ = false;
    read_waiting();
  });
}

void virtual_connection::read_waiting() {
  while (!unread_.empty() && !paused_ && !ended_) {
    auto frame = std::move(unread_.front());
    unread_.pop_front();
    deliver(frame);
  }
  if (unread_.empty() && end_after_unread_) end(*end_after_unread_);
}

void virtual_connection::ping() noexcept {
  platform_.after(platform_.latency(), [this, self = shared_from_this()] {
    if (!ended_ && !stalled_) ++heard_;
  });
}

void virtual_connection::close(std::uint16_t code, std::string reason, bool read_to_end) noexcept {
  if (ended_ || std::exchange(closing_, true)) return;
  note("is closed by us: " + reason);
  discarding_ = !read_to_end;
  if (discarding_) hand_over_batch();
  stream_end how{.by_us = true, .code = code, .our_reason = std::move(reason)};
  auto self = shared_from_this();
  // The platform reads our close frame after a while, sends nothing more, and answers behind what it sent before.
  platform_.after(platform_.latency(), [this, self, how] {
    // A gateway that closed by itself, or whose connection is torn, does not answer.
    if (std::exchange(server_done_, true) || stalled_) return;
    last_arrival_ = std::max(last_arrival_, platform_.now() + platform_.latency());
    platform_.at(last_arrival_, [this, self, how, epoch = epoch_] {
      if (epoch != epoch_) return;
      if (paused_)
        end_after_unread_ = how;
      else
        end(how);
    });
  });
  platform_.after(milliseconds{2'000}, [this, self, how]() mutable {
    how.code = 1006;
    if (!ended_ && !paused_) end(how);
  });
}

void virtual_connection::drop(std::string why) noexcept {
  if (ended_) return;
  server_done_ = true;
  ++epoch_;
  end({.code = 1006, .reason = std::move(why)});
}

void virtual_connection::server_close(std::uint16_t code, std::string reason) {
  if (std::exchange(server_done_, true)) return;
  last_arrival_ = std::max(last_arrival_, platform_.now() + platform_.latency());
  platform_.at(last_arrival_, [this, self = shared_from_this(), code, reason = std::move(reason), epoch = epoch_] {
    if (epoch != epoch_) return;
    stream_end how{.code = code, .reason = reason};
    if (paused_)
      end_after_unread_ = how;
    else
      end(how);
  });
}

void virtual_connection::server_drop() { server_close(1006, "end of stream"); }

void virtual_connection::server_reset() {
  if (ended_) return;
  server_done_ = true;
  ++epoch_;
  note("is reset");
  platform_.after(platform_.latency(), [this, self = shared_from_this()] {
    unread_.clear(); // the kernel throws away what was not read
    end({.code = 1006, .reason = "connection reset by peer"});
  });
}

void virtual_connection::fail_tracker() {
  note("its tracker fails");
  caf::anon_send_exit(tracker_, caf::exit_reason::kill);
}

void virtual_connection::abandon() {
  ended_ = true;
  server_done_ = true;
  ++epoch_;
  batch_ = nullptr;
  unread_.clear();
  socket_ = nullptr;
  tracker_ = nullptr;
}

void virtual_connection::end(stream_end how) {
  if (std::exchange(ended_, true)) return;
  server_done_ = true;
  note(fmt::format("ends with {} {}{}", how.code, how.reason, how.by_us ? " (by us)" : ""));
  if (!discarding_) hand_over_batch();
  if (!opened_) last_received_ = platform_.now();
  how.unfinished_since = oldest_of(owed_);
  owed_.clear();
  caf::anon_send(tracker_, source_ended{request_.connection, how, last_received_, platform_.now()});
  caf::anon_send(socket_, std::move(how));
  socket_ = nullptr;
  tracker_ = nullptr;
}

} // namespace floorwalker::simulation
