#include "tests/simulation/virtual_platform.hpp"

#include "messages/wire/timestamp.hpp"
#include "tests/simulation/virtual_connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace floorwalker::simulation {
namespace {

constexpr std::array<const char*, 4> states = {"available", "busy", "wrap-up", "break"};

http_answer answer(int status, std::string body) { return {status, std::move(body), {}, {}}; }

std::string frame_of(const platform_event& event, const std::string& id) {
  std::string time;
  wire::append_timestamp(time, event.at, 3);
  return fmt::format(R"({{"eventType":"agent.state.change","data":{{"agentId":"{}","previousState":"{}",)"
                     R"("currentState":"{}","timestamp":"{}","reasonCode":"r"}}}})",
                     id, event.previous, event.current, time);
}

} // namespace

virtual_platform::virtual_platform(const tenant_settings& tenant, const fault_options& faults, std::size_t agents,
                                   std::uint64_t seed, testing::virtual_floor& floor)
    : floor_(&floor), tenant_(tenant), faults_(faults), random_(seed) {
  for (std::size_t i = 0; i < agents; ++i) add_agent();
  after(milliseconds{1'000}, [this] { trouble(); });
}

virtual_platform::~virtual_platform() = default;

void virtual_platform::abandon_all() {
  ++process_;
  for (auto& connection : connections_) connection->abandon();
  connections_.clear();
}

void virtual_platform::add_agent() {
  employee next;
  next.id = fmt::format("00000000-0000-4000-8000-{:012x}", agents_.size() + 0xabcdef);
  next.state = states[random_.below(states.size())];
  agents_.push_back(std::move(next));
}

void virtual_platform::request_token(std::uint64_t number, auth_actor receiver) {
  after(latency(), [this, process = process_, number, receiver] {
    if (process != process_) return;
    token_answered reply{number, {}};
    if (random_.chance(faults_.token_failure)) {
      switch (random_.below(4)) {
      case 0:
        reply.answer = answer(503, "unwell");
        break;
      case 1:
        reply.answer = answer(200, "<html>");
        break;
      case 2:
        reply.answer = answer(200, R"({"expires_in":60})");
        break;
      default:
        reply.answer.failure = "timed out";
        break;
      }
    } else {
      auto token = fmt::format("token-{}", ++tokens_);
      auto life = healed_ ? 1'000'000 : 30 + random_.below(200);
      valid_tokens_.insert(token);
      at(now() + std::chrono::seconds{life}, [this, token] { valid_tokens_.erase(token); });
      reply.answer = answer(200, fmt::format(R"({{"access_token":"{}","expires_in":{}}})", token, life));
    }
    caf::anon_send(receiver, std::move(reply));
  });
}

void virtual_platform::request_page(std::uint64_t number, std::uint32_t page, access_token_ptr token,
                                    roster_actor receiver) {
  after(latency(), [this, process = process_, number, page, token, receiver] {
    if (process != process_) return;
    directory_answered reply{number, {}};
    if (!valid_tokens_.contains(token->reveal())) {
      reply.answer = answer(401, "");
    } else if (random_.chance(faults_.listing_failure)) {
      reply.answer = random_.chance(0.5) ? answer(500, "") : answer(200, R"({"entities":)");
    } else {
      std::vector<const employee*> listed;
      for (const auto& one : agents_)
        if (one.employed) listed.push_back(&one);
      constexpr std::size_t page_size = 7;
      auto pages = std::max<std::size_t>(1, (listed.size() + page_size - 1) / page_size);
      std::string rows;
      for (std::size_t i = (page - 1) * page_size; i < std::min(listed.size(), page * page_size); ++i)
        rows += fmt::format(R"({}{{"id":"{}","name":"n","state":"{}"}})", rows.empty() ? "" : ",", listed[i]->id,
                            listed[i]->state);
      reply.answer = answer(200, fmt::format(R"({{"entities":[{}],"pageNumber":{},"pageSize":{},"pageCount":{}}})",
                                             rows, page, page_size, pages));
    }
    // The answer takes its way too: what it says is already a little old when it arrives.
    after(latency(), [this, process, receiver, reply] {
      if (process == process_) caf::anon_send(receiver, reply);
    });
  });
}

event_stream_connection_ptr virtual_platform::connect(stream_request request, socket_actor socket,
                                                      tracker_actor tracker) {
  auto slot = request.slot;
  auto connection = std::make_shared<virtual_connection>(*this, ++connects_, std::move(request), std::move(socket),
                                                         std::move(tracker));
  std::erase_if(connections_, [](const auto& known) { return !known->alive(); });
  connections_.push_back(connection);
  watch_slot(slot);
  connection->begin();
  return connection;
}

void virtual_platform::watch_slot(std::uint32_t slot) {
  auto live = std::ranges::count_if(connections_, [&](const auto& c) { return c->alive() && c->slot() == slot; });
  if (live > 2) complaints_.push_back(fmt::format("slot {} has {} live connections", slot, live));
  if (live == 2) ++handovers_;
  auto all = std::ranges::count_if(connections_, [](const auto& c) { return c->alive(); });
  if (static_cast<std::uint32_t>(all) > tenant_.limits.max_listeners)
    complaints_.push_back(fmt::format("{} live connections, and {} listeners are allowed, at {}", all,
                                      tenant_.limits.max_listeners, wire::to_text(now())));
}

void virtual_platform::pass(milliseconds time, double events_a_second) {
  auto end = now() + time;
  while (now() < end) {
    auto step = std::min(end, now() + milliseconds{100});
    auto expected = events_a_second * 0.1;
    for (; expected > 0; expected -= 1)
      if (random_.chance(std::min(1.0, expected)))
        at(now() + random_.between(milliseconds{0}, milliseconds{99}), [this] { make_event(); });
    advance_to(step);
  }
}

void virtual_platform::advance_to(utc_time when) {
  floor_->run();
  while (!actions_.empty() && actions_.top().at <= when) {
    auto next = actions_.top();
    actions_.pop();
    if (next.at > now()) floor_->pass(next.at - now());
    next.what();
    floor_->run();
  }
  if (now() < when) floor_->pass(when - now());
}

void virtual_platform::make_event() {
  auto which = random_.below(agents_.size());
  auto& who = agents_[which];
  if (!who.employed) return;
  platform_event event;
  event.agent = which;
  event.previous = who.state;
  const auto& allowed = tenant_.transitions.at(who.state);
  event.current = random_.chance(faults_.unauthorized) ? who.state : allowed[random_.below(allowed.size())];
  // Instants of one agent rise strictly, so that a repetition is one for sure.
  event.at = std::max(now(), who.last_event + milliseconds{1});
  who.last_event = event.at;
  who.state = event.current;
  who.untold = false;
  events_.push_back(event);
  auto number = events_.size() - 1;
  for (const auto& connection : connections_)
    if (connection->alive() && connection->listening() && connection->watches(who.id)) send_event(number, connection);
}

void virtual_platform::send_event(std::size_t number, const std::shared_ptr<virtual_connection>& to) {
  auto frame = frame_of(events_[number], agents_[events_[number].agent].id);
  if (random_.chance(faults_.malformed)) to->send(R"({"eventType":"agent.state.change","data":{"agentId":7}})");
  if (random_.chance(faults_.other_type)) to->send(R"({"eventType":"agent.skill.change","data":{}})");
  if (random_.chance(faults_.late)) {
    // Sent later, behind events of the same agent that are newer.
    after(random_.between(milliseconds{10}, milliseconds{1'000}), [this, number, to, frame] {
      auto& event = events_[number];
      if (to->alive() && to->listening())
        event.sent.push_back({to->number(), now(), to->send(frame)});
      else if (auto& who = agents_[event.agent]; event.sent.empty() && who.last_event == event.at)
        who.untold = true;
    });
    return;
  }
  events_[number].sent.push_back({to->number(), now(), to->send(frame)});
  if (random_.chance(faults_.duplicate)) to->send(frame);
}

void virtual_platform::trouble() {
  for (const auto& connection : connections_) {
    if (!connection->alive() || !connection->acknowledged()) continue;
    // Without 1000: one that crosses our own can't be told from an answer to it.
    constexpr std::array<std::uint16_t, 10> codes = {1001, 1002, 1003, 1005, 1007, 1009, 1011, 1012, 1013, 4000};
    if (random_.chance(faults_.close_with_code)) {
      switch (random_.below(4)) {
      case 0:
        connection->server_close(4401, "token");
        break;
      case 1:
        connection->server_close(1008, "Rate limit exceeded");
        break;
      case 2:
        connection->server_close(1008, "Access token expired");
        break;
      default:
        connection->server_close(codes[random_.below(codes.size())], "going");
        break;
      }
    }
    if (random_.chance(faults_.drop)) connection->server_drop();
    if (random_.chance(faults_.reset)) connection->server_reset();
    if (random_.chance(faults_.stall)) connection->stall();
    if (random_.chance(faults_.tracker_failure)) fail_tracker(*connection);
  }
  after(milliseconds{1'000}, [this] { trouble(); });
}

void virtual_platform::fail_tracker(virtual_connection& connection) {
  auto& last = tracker_failed_at_[connection.slot()];
  if (now() - last < std::chrono::seconds{25}) return;
  last = now();
  ++trackers_failed_;
  connection.fail_tracker();
}

void virtual_platform::heal() {
  healed_ = true;
  auto latency_max = faults_.latency_max;
  faults_ = {};
  faults_.latency_max = latency_max;
}

bool virtual_platform::employs(const std::string& id) const {
  return std::ranges::any_of(agents_, [&](const auto& one) { return one.employed && one.id == id; });
}

void virtual_platform::hire() { add_agent(); }

void virtual_platform::dismiss() { agents_[random_.below(agents_.size())].employed = false; }

} // namespace floorwalker::simulation
