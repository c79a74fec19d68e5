#include "runtime/api/board_answers.hpp"

#include "messages/json_text.hpp"
#include "messages/wire/users_listing.hpp"
#include "runtime/api/event_id.hpp"
#include "runtime/api/figures_answers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::size_t agents_limit = 500;
constexpr std::size_t agents_limit_max = 1000;
constexpr std::string_view bad_cursor = "cursor has to be what \"next\" said.";

/// Writes what stands between the elements of a list.
class separator {
public:
  void before_next(std::string& out) {
    if (!std::exchange(first_, false)) out += ',';
  }

private:
  bool first_ = true;
};

bool is_state_of(const tenant_board& board, std::string_view state) {
  if (std::ranges::find(board.states(), state) != board.states().end()) return true;
  auto found = false;
  board.visit({}, [&](const live_row& row) {
    found = row.status.state && *row.status.state == state;
    return !found;
  });
  return found;
}

std::string metrics_of(const tenant_board& board) {
  return to_json(board.figures() ? board.figures()->metrics : system_metrics{});
}

} // namespace

std::optional<std::size_t> number_asked(const served_request& request, std::string_view name, std::size_t least,
                                        std::size_t most, std::size_t otherwise) {
  auto text = request.parameter(name);
  if (!text) return otherwise;
  std::size_t value = 0;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size() || value < least || value > most) return std::nullopt;
  return value;
}

served_answer tenants_answer(const board_list& boards, const http_caller& caller) {
  std::string out = R"({"tenants":[)";
  separator between;
  for (const auto* board : boards) {
    if (!caller.sees(board->name())) continue;
    between.before_next(out);
    out += R"({"name":)";
    append_json_string(out, board->name());
    out += R"(,"condition":")";
    out += to_text(board->condition().condition);
    out += R"(","sentence":)";
    append_json_string(out, board->condition().sentence);
    out += R"(,"states":[)";
    separator between_states;
    for (const auto& state : board->states()) {
      between_states.before_next(out);
      append_json_string(out, state);
    }
    out += R"(],"timeZone":)";
    append_json_string(out, board->time_zone());
    out += '}';
  }
  out += "]}";
  return tagged_json_answer(std::move(out));
}

served_answer agents_answer(const tenant_board& board, const served_request& request) {
  auto limit = number_asked(request, "limit", 1, agents_limit_max, agents_limit);
  if (!limit) return bad_query(fmt::format("limit has to be a number from 1 to {}.", agents_limit_max));
  auto state = request.parameter("state");
  if (state && !is_state_of(board, *state))
    return bad_query(
        fmt::format("state has to be one of {}, or another one that an agent is in.", fmt::join(board.states(), ", ")));
  auto cursor = request.parameter("cursor");
  if (cursor && !wire::is_agent_id(*cursor)) return bad_query(bad_cursor);
  auto team = request.parameter("team");
  std::string out = R"({"agents":[)";
  separator between;
  std::string last;
  std::size_t count = 0;
  auto more = false;
  board.visit(cursor ? agent_key(*cursor) : std::string{}, [&](const live_row& row) {
    if (state && (!row.status.state || *row.status.state != *state)) return true;
    if (team && row.status.team() != *team) return true;
    if (count == *limit) {
      more = true;
      return false;
    }
    ++count;
    last = row.key();
    between.before_next(out);
    out += to_json(row.status);
    return true;
  });
  out += R"(],"next":)";
  append_json_string_or_null(out, more ? std::optional{last} : std::nullopt);
  out += '}';
  return tagged_json_answer(std::move(out));
}

served_answer agent_answer(const tenant_board& board, const working_figures* figures, std::string_view id,
                           utc_time now) {
  const auto* row = board.find(agent_key(id));
  if (!row) return problem_answer(404, "No such agent", "This agent is not monitored.");
  auto out = to_json(row->status);
  out.pop_back(); // its brace
  out += R"(,"figures":)";
  out += agent_figures_text(figures, *row, now);
  out += '}';
  return tagged_json_answer(std::move(out));
}

served_answer tenant_metrics_answer(const tenant_board& board) { return tagged_json_answer(metrics_of(board)); }

served_answer all_metrics_answer(const board_list& boards, const http_caller& caller) {
  std::string out = R"({"tenants":{)";
  separator between;
  for (const auto* board : boards) {
    if (!caller.sees(board->name())) continue;
    between.before_next(out);
    append_json_string(out, board->name());
    out += ':';
    out += metrics_of(*board);
  }
  out += "}}";
  return tagged_json_answer(std::move(out));
}

served_answer alerts_answer(const tenant_board& board, const served_request& request) {
  auto state = request.parameter("state");
  auto is_state = [&](alert_state one) { return *state == to_text(one); };
  if (state && !is_state(alert_state::pending) && !is_state(alert_state::firing) && !is_state(alert_state::resolved))
    return bad_query("state has to be pending, firing or resolved.");
  std::string out = R"({"alerts":[)";
  separator between;
  for (const auto& alert : board.alerts()) {
    if (state && !is_state(alert.state)) continue;
    between.before_next(out);
    out += to_json(alert);
  }
  out += "]}";
  return tagged_json_answer(std::move(out));
}

served_answer silences_answer(const tenant_board& board) {
  std::string out = R"({"silences":[)";
  separator between;
  for (const auto& one : board.silences().all()) {
    between.before_next(out);
    out += to_json(one);
  }
  out += "]}";
  return tagged_json_answer(std::move(out));
}

served_answer live_answer() { return json_answer(R"({"live":true})"); }

served_answer ready_answer(const board_list& boards, bool drains) {
  auto started = std::ranges::all_of(boards, [](const auto* board) { return board->has_started(); });
  auto failed = std::ranges::all_of(boards, [](const auto* board) { return board->has_failed(); });
  auto ready = started && !failed && !drains;
  std::string out = ready ? R"({"ready":true,"draining":)" : R"({"ready":false,"draining":)";
  out += drains ? R"(true,"tenants":{)" : R"(false,"tenants":{)";
  separator between;
  for (const auto* board : boards) {
    between.before_next(out);
    append_json_string(out, board->name());
    out += R"(:")";
    out += to_text(board->condition().condition);
    out += '"';
  }
  out += "}}";
  auto answer = json_answer(std::move(out));
  if (!ready) answer.status = 503;
  return answer;
}

std::variant<stream_wish, served_answer> wish_of(const served_request& request) {
  stream_wish wish;
  if (auto mode = request.parameter("mode")) {
    if (*mode != "state" && *mode != "log") return bad_query("mode has to be state or log.");
    wish.mode = *mode == "log" ? stream_mode::log : stream_mode::state;
  }
  if (auto team = request.parameter("team")) wish.filter.team = *team;
  for (auto [name, into] : {std::pair{"agent", &wish.filter.agent_key}, std::pair{"trace", &wish.filter.traced_key}}) {
    auto id = request.parameter(name);
    if (id && !wire::is_agent_id(*id))
      return bad_query(fmt::format("{} has to be an agent's id: 8-4-4-4-12 hexadecimal digits.", name));
    if (id) *into = agent_key(*id);
  }
  if (auto types = request.parameter("types")) {
    auto log = wish.mode == stream_mode::log;
    auto events = parse_stream_events(*types);
    if (!events || (log && (*events & stream_agent) != 0))
      return bad_query(
          fmt::format("types{} has to be some of snapshot, transition, {}alert and metrics, with commas between.",
                      log ? " in mode=log" : "", log ? "" : "agent, "));
    wish.filter.events = *events;
  }
  // A header tells of an event later than the address does, which stays as it was over all reconnections. Another text
  // than an id is in the header that of somebody else, so nothing is known of what was seen.
  if (auto last = request.header("last-event-id"); last && !last->empty()) {
    wish.last_seen = parse_event_id(*last);
  } else if (auto first = request.parameter("lastEventId")) {
    wish.last_seen = parse_event_id(*first);
    if (!wish.last_seen) return bad_query("lastEventId has to be the id of an event, such as 1-812.");
  }
  return wish;
}

} // namespace floorwalker
