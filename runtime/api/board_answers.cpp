#include "runtime/api/board_answers.hpp"

#include "messages/json_text.hpp"
#include "runtime/api/event_id.hpp"
#include "runtime/api/figures_answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace floorwalker {
namespace {

constexpr std::size_t agents_limit = 500;
constexpr std::size_t agents_limit_max = 1000;

/// Writes what stands between the elements of a list.
class separator {
public:
  void before_next(std::string& out) {
    if (!std::exchange(first_, false)) out += ',';
  }

private:
  bool first_ = true;
};

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

served_answer bad_query(std::string_view detail) { return problem_answer(400, "Bad query", detail); }

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
  return json_answer(std::move(out));
}

served_answer agents_answer(const tenant_board& board, const served_request& request) {
  auto limit = number_asked(request, "limit", 1, agents_limit_max, agents_limit);
  if (!limit) return bad_query(fmt::format("limit has to be a number from 1 to {}.", agents_limit_max));
  auto state = request.parameter("state");
  auto team = request.parameter("team");
  std::string out = R"({"agents":[)";
  separator between;
  std::string last;
  std::size_t count = 0;
  auto more = false;
  board.visit(request.parameter("cursor").value_or(""), [&](const live_row& row) {
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
  return json_answer(std::move(out));
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
  return json_answer(std::move(out));
}

served_answer tenant_metrics_answer(const tenant_board& board) { return json_answer(metrics_of(board)); }

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
  return json_answer(std::move(out));
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
  return json_answer(std::move(out));
}

served_answer silences_answer(const tenant_board& board) {
  std::string out = R"({"silences":[)";
  separator between;
  for (const auto& one : board.silences().all()) {
    between.before_next(out);
    out += to_json(one);
  }
  out += "]}";
  return json_answer(std::move(out));
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
  // An empty parameter is one that was left out: forms and pages send them so.
  if (auto team = request.parameter("team"); team && !team->empty()) wish.filter.team = *team;
  if (auto agent = request.parameter("agent"); agent && !agent->empty()) wish.filter.agent_key = agent_key(*agent);
  if (auto types = request.parameter("types"); types && !types->empty()) {
    auto events = parse_stream_events(*types);
    if (!events)
      return bad_query("types has to be some of snapshot, transition, agent, alert and metrics, with commas between.");
    wish.filter.events = *events;
  }
  if (auto traced = request.parameter("trace"); traced && !traced->empty()) wish.filter.traced_key = agent_key(*traced);
  // Another text than an id is that of somebody else, so nothing is known of what was seen.
  if (auto last = request.header("last-event-id")) wish.last_seen = parse_event_id(*last);
  return wish;
}

} // namespace floorwalker
