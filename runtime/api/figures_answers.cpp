#include "runtime/api/figures_answers.hpp"

#include "messages/json_text.hpp"
#include "messages/wire/timestamp.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <utility>

namespace floorwalker {
namespace {

using std::chrono::nanoseconds;

constexpr tenths hour = std::chrono::hours{1};

void append_seconds(std::string& out, tenths time) {
  fmt::format_to(std::back_inserter(out), "{}", time.count() / 10);
  if (auto rest = time.count() % 10; rest != 0) fmt::format_to(std::back_inserter(out), ".{}", rest);
}

void append_time(std::string& out, utc_time at) {
  out += '"';
  out += wire::to_text(at);
  out += '"';
}

void append_share(std::string& out, std::optional<double> share) {
  if (share)
    fmt::format_to(std::back_inserter(out), "{:.4g}", *share);
  else
    out += "null";
}

/// Seconds by state, of states that there was time in.
void append_states(std::string& out, const working_figures& figures, const std::vector<tenths>& times) {
  std::map<std::string_view, tenths> by_name; // a tenant may have a state that is called other
  for (std::size_t code = other_code; code < times.size(); ++code)
    if (times[code] > tenths{0}) by_name[figures.states()[code]] += times[code];
  out += '{';
  for (auto between = false; const auto& [name, time] : by_name) {
    if (std::exchange(between, true)) out += ',';
    append_json_string(out, name);
    out += ':';
    append_seconds(out, time);
  }
  out += '}';
}

/// The members that agents, teams and tenants have.
void append_counts(std::string& out, const working_figures& figures, const figures_counts& counts, utc_time now) {
  auto window_from = figures.window_begin(now);
  auto window = std::chrono::floor<tenths>(now - window_from);
  auto an_hour = static_cast<double>(counts.transitions_window) * (hour / std::chrono::duration<double>{window});
  out += R"("today":)";
  append_states(out, figures, counts.today);
  out += R"(,"unobserved":)";
  append_seconds(out, counts.today[unobserved_code]);
  out += R"(,"unverified":)";
  append_seconds(out, counts.unverified_today);
  out += R"(,"occupancy":)";
  append_share(out, figures.occupancy(counts.today));
  fmt::format_to(std::back_inserter(out), R"(,"transitionsToday":{},"transitionsLastHour":{},"window":{{"from":)",
                 counts.transitions_today, std::llround(an_hour));
  append_time(out, window_from);
  out += R"(,"states":)";
  append_states(out, figures, counts.window);
  out += R"(,"unobserved":)";
  append_seconds(out, counts.window[unobserved_code]);
  out += R"(,"occupancy":)";
  append_share(out, figures.occupancy(counts.window));
  fmt::format_to(std::back_inserter(out), R"(,"transitions":{}}})", counts.transitions_window);
}

void append_group(std::string& out, const working_figures& figures, const group_figures& group, utc_time now) {
  fmt::format_to(std::back_inserter(out), R"("agents":{},)", group.counts.agents);
  append_counts(out, figures, group.counts, now);
  out += R"(,"longest":[)";
  for (auto between = false; const auto& [state, who] : group.longest) {
    if (std::exchange(between, true)) out += ',';
    out += R"({"state":)";
    append_json_string(out, state);
    out += R"(,"agentId":)";
    append_json_string(out, who.agent_id);
    out += R"(,"name":)";
    append_json_string(out, who.name);
    out += R"(,"since":)";
    append_time(out, who.since);
    fmt::format_to(std::back_inserter(out), R"(,"atLeast":{},"seconds":)", who.at_least);
    append_seconds(out, std::chrono::floor<tenths>(std::max(now - who.since, nanoseconds{0})));
    out += '}';
  }
  out += ']';
}

void keep_longest(group_figures& group, const agent_status& row) {
  auto since = row.since ? row.since : row.last_updated;
  if (row.stale || !row.verified || !row.state || !since) return;
  auto& kept = group.longest[*row.state];
  if (!kept.agent_id.empty() && kept.since <= *since) return;
  kept = {std::string{row.agent_id()}, std::string{row.name()}, *since, !row.since};
}

} // namespace

floor_figures figures_of_floor(const tenant_board& board, const working_figures& figures, utc_time now) {
  floor_figures floor;
  floor.at = now;
  floor.tenant.counts = figures.nobody();
  board.visit({}, [&](const live_row& row) {
    keep_longest(floor.tenant, row.status);
    auto team = floor.teams.find(row.status.team());
    if (team == floor.teams.end()) {
      if (floor.teams.size() == floor_figures::teams_max) {
        ++floor.agents_left_out;
        figures.add(floor.tenant.counts, row.status, row.key(), now);
        return true;
      }
      team = floor.teams.emplace(row.status.team(), group_figures{figures.nobody(), {}}).first;
    }
    figures.add(team->second.counts, row.status, row.key(), now);
    keep_longest(team->second, row.status);
    return true;
  });
  for (const auto& [name, team] : floor.teams) floor.tenant.counts += team.counts;
  return floor;
}

std::string agent_figures_text(const working_figures* figures, const live_row& row, utc_time now) {
  if (!figures) return "null";
  auto of = figures->of(row.status, row.key(), now);
  std::string out = "{";
  append_counts(out, *figures, of.counts, now);
  out += R"(,"dayStart":)";
  append_time(out, figures->day().begin);
  out += R"(,"longestState":)";
  if (of.longest) {
    out += R"({"state":)";
    append_json_string(out, figures->states()[of.longest->state]);
    out += R"(,"seconds":)";
    append_seconds(out, of.longest->time);
    out += "}}";
  } else {
    out += "null}";
  }
  return out;
}

served_answer floor_figures_answer(const tenant_board& board, const working_figures& figures,
                                   const floor_figures& floor, const served_request& request) {
  auto team = request.parameter("team");
  std::string out = R"({"at":)";
  append_time(out, floor.at);
  out += R"(,"timeZone":)";
  append_json_string(out, board.time_zone());
  out += R"(,"dayStart":)";
  append_time(out, figures.day().begin);
  out += R"(,"tenant":{)";
  append_group(out, figures, floor.tenant, floor.at);
  out += R"(},"teams":[)";
  for (auto between = false; const auto& [name, group] : floor.teams) {
    if (team && *team != name) continue;
    if (std::exchange(between, true)) out += ',';
    out += R"({"team":)";
    append_json_string(out, name);
    out += ',';
    append_group(out, figures, group, floor.at);
    out += '}';
  }
  fmt::format_to(std::back_inserter(out), R"(],"agentsLeftOut":{}}})", floor.agents_left_out);
  return json_answer(std::move(out));
}

served_answer figures_not_counted_answer() {
  auto answer = problem_answer(503, "Figures not counted yet", "Today's records are being read. Try again.");
  answer.headers.emplace_back("Retry-After", "2");
  return answer;
}

} // namespace floorwalker
