#include "simulator/event_stream_session.hpp"

#include <algorithm>
#include <array>

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include "simulator/subscription.hpp"

namespace floorwalker::simulator {

namespace {

constexpr auto answered = asio::as_tuple(asio::use_awaitable);
constexpr auto close_patience = std::chrono::milliseconds{5000}; // for the client's half of a close handshake
constexpr auto taking_patience = std::chrono::milliseconds{5000};
constexpr auto tear_patience = std::chrono::milliseconds{1000};
constexpr auto taking_poll = std::chrono::milliseconds{1};
constexpr std::uint8_t whole = 0x80; // FIN

/// Bytes that the peer's kernel has not acknowledged; 0 when that cannot be known.
int bytes_under_way(tcp::socket& socket) {
  auto bytes = 0;
  return ::ioctl(socket.native_handle(), SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

} // namespace

event_stream_session::event_stream_session(std::shared_ptr<wire_stream> stream, platform& home, stream_entry entry)
    : stream_{std::move(stream)},
      home_{home},
      entry_{std::move(entry)},
      decoder_{entry_.compression},
      timer_{stream_->get_executor()} {
  auto now = wall_clock();
  account = &home_.book.open_connection(entry_.tenant, now);
  account->user_agent = entry_.user_agent;
  last_ping_at_ = now;
  if (entry_.compression) deflater_.emplace();
  decoder_.feed(entry_.early_bytes);
}

asio::awaitable<void> event_stream_session::run() {
  auto self = shared_from_this();
  auto& places = home_.streams_of_tenant[entry_.tenant];
  if (places >= home_.chosen.stream.listeners_max) {
    ++home_.book.totals().listener_limit_closes;
    close(1008, "listener limit", "closed by us: the tenant has no listener place left");
  } else {
    ++places;
    holds_place_ = true;
  }
  auto buffer = std::array<char, 8192>{};
  while (mode_ != mode::ended) {
    while (auto message = decoder_.next())
      if (!handle(*message, wall_clock())) co_return;
    if (decoder_.close_code() != 0 && speaks())
      close(decoder_.close_code(), decoder_.problem(), "closed by us: the client broke the protocol");
    auto [error, size] = co_await stream_->async_read_some(asio::buffer(buffer), answered);
    if (error) {
      finish(fmt::format("the client's side ended: {}", error.message()));
      co_return;
    }
    // A stalled or dropped connection is still read, so that the client's writes don't fail before it notices.
    if (mode_ != mode::stalled && mode_ != mode::cut_off && decoder_.close_code() == 0)
      decoder_.feed({buffer.data(), size});
  }
}

bool event_stream_session::handle(const client_message& message, instant now) {
  if (mode_ == mode::stalled || mode_ == mode::cut_off || mode_ == mode::ended) return true;
  switch (message.kind) {
  case opcode::ping:
    ++account->pings_received;
    send_frame(opcode::pong, message.payload, whole);
    flush();
    return true;
  case opcode::pong:
    ++account->pongs_received;
    return true;
  case opcode::close:
    return closed_by_client(message.payload, now);
  default:
    ++account->messages_received;
    if (mode_ == mode::subscribing && !subscription_seen_) subscribe(message.payload, now);
    return true;
  }
}

void event_stream_session::subscribe(std::string_view text, instant now) {
  subscription_seen_ = true;
  auto fault = home_.plan.at_subscription(account->id);
  if (!fault) return accept(text, now);
  home_.book.fault(fault->kind, account->id, now);
  switch (fault->kind) {
  case fault_kind::reject:
    ++home_.book.totals().rejects;
    send_text(rejection(fault->text));
    flush();
    return;
  case fault_kind::slow_ack:
    timer_.expires_after(std::chrono::milliseconds{fault->amount});
    timer_.async_wait([self = shared_from_this(), wanted = std::string{text}](const boost::system::error_code& error) {
      if (!error && self->mode_ == mode::subscribing) self->accept(wanted, wall_clock());
    });
    return;
  default:
    return; // no_ack
  }
}

void event_stream_session::accept(std::string_view text, instant now) {
  auto wanted = read_subscription(text, home_.chosen.stream.agents_max);
  for (const auto& id : wanted.agent_ids) {
    auto agent = home_.floor.find(id);
    if (agent && home_.floor.agent(*agent).tenant == entry_.tenant) {
      agents.push_back(*agent);
      continue;
    }
    ++account->agents_unknown;
    if (home_.chosen.stream.reject_unknown_agents)
      wanted.problems.push_back(fmt::format("filters.agentIds: nobody has the id {}", id));
  }
  if (!wanted.problems.empty()) {
    agents.clear();
    ++home_.book.totals().rejects;
    auto reason = fmt::format("{}", fmt::join(wanted.problems, "; "));
    home_.book.request({now, "subscribe", home_.chosen.tenants[entry_.tenant].id, 0, reason.substr(0, 300)});
    send_text(rejection(reason));
    return flush();
  }
  account->agents = agents;
  ++home_.book.totals().acks;
  mode_ = mode::live;
  send_text(acknowledgement(account->id, agents.size()));
  home_.board.attach(*this, now);
  flush();
}

bool event_stream_session::closed_by_client(std::string_view payload, instant now) {
  if (payload.size() >= 2) {
    account->close_code_received = static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8 |
                                                              static_cast<unsigned char>(payload[1]));
    account->close_reason_received = payload.substr(2);
  } else {
    account->close_code_received = 1005;
  }
  home_.board.detach(*this, now);
  release_place();
  if (mode_ == mode::closing) {
    when_written([self = shared_from_this()] {
      asio::co_spawn(self->stream_->get_executor(), self->say_goodbye(), asio::detached);
    });
    return false;
  }
  account->ending = "closed by the client";
  // The events in the buffers go out first: the client reads to the end of its old connection during a hand-over.
  send_frame(opcode::close, payload.substr(0, 2), whole);
  account->close_code_sent = account->close_code_received;
  mode_ = mode::closing;
  cut_within(close_patience);
  when_written([self = shared_from_this()] {
    asio::co_spawn(self->stream_->get_executor(), self->say_goodbye(), asio::detached);
  });
  flush();
  return false;
}

void event_stream_session::close(std::uint16_t code, std::string_view reason, std::string_view ending) {
  if (!speaks()) return;
  home_.board.detach(*this, wall_clock());
  release_place();
  send_frame(opcode::close, close_payload(code, reason), whole);
  account->close_code_sent = code;
  account->close_reason_sent = reason;
  account->ending = ending;
  mode_ = mode::closing;
  cut_within(close_patience);
  flush();
}

void event_stream_session::tick(instant now) {
  if (!speaks()) return;
  const auto& chosen = home_.chosen;
  if (!subscription_seen_ && now - account->opened_at > chosen.stream.subscribe_timeout)
    return close(1008, "no subscription", "closed by us: no subscription came");
  if (chosen.token.close_streams_on_expiry && now >= entry_.token_expires_at)
    return close(4401, "token expired", "closed by us: the token ended");
  if (chosen.stream.ping_interval.count() > 0 && now - last_ping_at_ >= chosen.stream.ping_interval) {
    last_ping_at_ = now;
    ++account->pings_sent;
    send_frame(opcode::ping, fmt::format("sim-{}", ++pings_), whole);
    flush();
  }
}

void event_stream_session::send_text(std::string_view message) {
  if (!speaks()) return;
  last_frame_at_ = filling_.size();
  if (deflater_)
    deflater_->append_text(filling_, message);
  else
    append_frame(filling_, opcode::text, message);
}

void event_stream_session::send_frame(opcode kind, std::string_view payload, std::uint8_t first_bits) {
  if (!speaks()) return;
  if (filling_.size() > buffer_burst && kind == opcode::pong) return finish("cut off: pinged on without reading");
  last_frame_at_ = filling_.size();
  append_frame(filling_, kind, payload, first_bits);
}

void event_stream_session::flush() {
  if (write_busy_ || filling_.empty() || mode_ == mode::ended) return;
  write_busy_ = true;
  writing_.swap(filling_);
  asio::async_write(*stream_, asio::buffer(writing_),
                    [self = shared_from_this()](const boost::system::error_code& error, std::size_t bytes) {
                      self->written(error, bytes);
                    });
}

void event_stream_session::written(const boost::system::error_code& error, std::size_t bytes) {
  write_busy_ = false;
  if (mode_ == mode::ended) return; // its account may be forgotten already
  account->bytes_sent += bytes;
  if (error) {
    account->bytes_unsent += writing_.size() - bytes;
    return finish(fmt::format("a write failed: {}", error.message()));
  }
  writing_.clear();
  if (mode_ == mode::live) home_.board.refill(*this, wall_clock());
  flush();
  if (!write_busy_ && after_writing_) std::exchange(after_writing_, nullptr)();
}

void event_stream_session::when_written(std::function<void()> action) {
  if (!write_busy_ && filling_.empty()) return action();
  after_writing_ = std::move(action);
}

void event_stream_session::suffer(const fault& what) {
  switch (what.kind) {
  case fault_kind::close:
    return close(what.close_code, what.text, "closed by us: a fault");
  case fault_kind::stall:
    account->ending = "stalled: a fault";
    mode_ = mode::stalled;
    return flush();
  case fault_kind::drop:
    account->ending = "dropped after the client's side took every byte: a fault";
    mode_ = mode::cut_off;
    release_place();
    when_written([self = shared_from_this()] {
      asio::co_spawn(self->stream_->get_executor(), self->end_when_taken(), asio::detached);
    });
    return flush();
  case fault_kind::reset:
    account->ending = "reset with an event half sent: a fault";
    mode_ = mode::cut_off;
    release_place();
    if (!filling_.empty()) filling_.resize(last_frame_at_ + (filling_.size() - last_frame_at_) / 2);
    cut_within(tear_patience);
    when_written([self = shared_from_this()] { self->tear(); });
    return flush();
  default:
    return;
  }
}

asio::awaitable<void> event_stream_session::end_when_taken() {
  auto self = shared_from_this();
  auto deadline = std::chrono::steady_clock::now() + taking_patience;
  while (mode_ != mode::ended && bytes_under_way(stream_->socket()) > 0 &&
         std::chrono::steady_clock::now() < deadline) {
    timer_.expires_after(taking_poll);
    co_await timer_.async_wait(answered);
  }
  if (mode_ == mode::ended) co_return;
  // Only our half: closing both with the client's bytes unread would answer with a reset, which is the other fault.
  auto ignored = boost::system::error_code{};
  stream_->socket().shutdown(tcp::socket::shutdown_send, ignored);
  cut_within(close_patience);
}

asio::awaitable<void> event_stream_session::say_goodbye() {
  auto self = shared_from_this();
  if (mode_ == mode::ended) co_return;
  cut_within(close_patience);
  if (stream_->is_tls()) co_await stream_->tls().async_shutdown(answered);
  if (mode_ != mode::ended) finish(account->ending);
}

void event_stream_session::tear() {
  auto ignored = boost::system::error_code{};
  stream_->socket().set_option(asio::socket_base::linger(true, 0), ignored);
  finish(account->ending);
}

void event_stream_session::cut_within(std::chrono::milliseconds limit) {
  timer_.expires_after(limit);
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error && self->mode_ != mode::ended) self->tear();
  });
}

void event_stream_session::release_place() {
  if (std::exchange(holds_place_, false)) --home_.streams_of_tenant[entry_.tenant];
}

void event_stream_session::finish(std::string_view ending) {
  if (mode_ == mode::ended) return;
  mode_ = mode::ended;
  auto now = wall_clock();
  home_.board.detach(*this, now);
  release_place();
  account->phase = connection_phase::ended;
  account->ended_at = now;
  account->bytes_unsent += filling_.size();
  if (account->ending.empty()) account->ending = ending;
  filling_.clear();
  after_writing_ = nullptr;
  timer_.cancel();
  auto ignored = boost::system::error_code{};
  stream_->socket().close(ignored);
}

} // namespace floorwalker::simulator
