#include "runtime/client/watch_screen.hpp"

#include "messages/figures.hpp"
#include "runtime/outlets/live_screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::string_view bold = "1";
constexpr std::string_view dim = "2";
constexpr std::string_view reverse = "7";
constexpr std::string_view red = "31";
constexpr std::string_view green = "32";
constexpr std::string_view yellow = "33";

/// Title, figures, states, alert, heads of the columns; and the line of keys at the end.
constexpr std::size_t lines_around_rows = 6;

/// Widths of the columns; 0: left out.
struct columns {
  std::size_t name = 0;
  std::size_t state = 0;
  std::size_t time = 0;
  std::size_t reason = 0;
  std::size_t team = 0;
};

columns columns_for(std::size_t width) {
  columns of;
  if (width < 40) {
    of.name = width / 2;
    of.state = width - of.name - (width > of.name ? 1 : 0);
    return of;
  }
  of.time = 14;
  of.state = 14;
  auto left = width - of.time - of.state - 2;
  if (width >= 70) {
    of.reason = 16;
    left -= of.reason + 1;
  }
  if (width >= 90) {
    of.team = 16;
    left -= of.team + 1;
  }
  of.name = std::min<std::size_t>(left, 28);
  if (of.reason > 0) of.reason += std::min<std::size_t>(left - of.name, 24);
  return of;
}

class picture {
public:
  explicit picture(const watch_style& style) : style_{style} {}

  void line(std::string_view text, std::string_view color = {}) {
    if (lines_.size() >= style_.height) return;
    auto fitted = in_columns(text, style_.width);
    if (!style_.color || color.empty()) {
      fitted.erase(fitted.find_last_not_of(' ') + 1);
      lines_.push_back(std::move(fitted));
    } else {
      lines_.push_back(fmt::format("\x1b[{}m{}\x1b[0m", color, fitted));
    }
  }

  /// Empty lines until `left` lines are left.
  void fill(std::size_t left) {
    while (lines_.size() + left < style_.height) lines_.emplace_back();
  }

  std::vector<std::string> finish() {
    lines_.resize(style_.height);
    return std::move(lines_);
  }

private:
  const watch_style& style_;
  std::vector<std::string> lines_;
};

/// Words about the connection, and their colour.
std::pair<std::string, std::string_view> link_words(const watch_link& link) {
  auto age = duration_in_words(std::chrono::floor<std::chrono::seconds>(link.data_age));
  if (link.connected && link.data_age <= fresh_data) return {"live", green};
  if (link.connected) return {fmt::format("the data is {} old", age), yellow};
  auto retry =
      link.retry_in > std::chrono::nanoseconds::zero()
          ? fmt::format("next attempt in {}", duration_in_words(std::chrono::ceil<std::chrono::seconds>(link.retry_in)))
          : std::string{"connecting"};
  return {fmt::format("NOT LIVE, the data is {} old: {}; {}", age, link.trouble, retry), red};
}

std::string figures_line(const watch_model& model) {
  const auto& figures = model.figures();
  auto text = "processed " + grouped(figures.processed);
  if (figures.accuracy_percent) text += fmt::format("   accuracy {:.2f} %", *figures.accuracy_percent);
  text += "   unauthorized " + grouped(figures.unauthorized);
  if (figures.per_second) text += fmt::format("   {:.1f}/s", *figures.per_second);
  return text + fmt::format("   listeners {}/{}", figures.listeners_active, figures.listeners);
}

std::string states_line(const watch_model& model) {
  std::map<std::string, std::size_t> counts;
  std::size_t stale = 0;
  for (const auto& [id, agent] : model.agents()) {
    ++counts[shown_state(agent).empty() ? "unknown" : shown_state(agent)];
    if (agent.stale) ++stale;
  }
  std::vector<std::pair<std::string, std::size_t>> most{counts.begin(), counts.end()};
  std::ranges::stable_sort(most, [](const auto& a, const auto& b) { return a.second > b.second; });
  auto text = fmt::format("{} agents", grouped(model.agents().size()));
  for (const auto& [state, agents] : most) text += fmt::format("   {} {}", state, grouped(agents));
  if (stale > 0) text += fmt::format("   ({} stale)", grouped(stale));
  return text;
}

std::string head_of(std::string_view title, const watch_view& view, watch_order order) {
  auto mark = view.order() != order ? "" : view.reversed() ? " ▲" : " ▼";
  return fmt::format("{}{}", title, mark);
}

std::string row_text(const columns& of, std::string_view name, std::string_view state, std::string_view time,
                     std::string_view reason, std::string_view team) {
  auto text = in_columns(name, of.name);
  for (auto [value, width] : {std::pair{state, of.state}, {time, of.time}, {reason, of.reason}, {team, of.team}})
    if (width > 0) text.append(1, ' ').append(in_columns(value, width));
  return text;
}

/// What is wrong with the row stands before the reason: colours alone would not tell everybody.
std::string note_on(const watched_agent& agent) {
  std::string note = agent.stale ? "stale" : "";
  auto add = [&note](const std::string& text) { note += (note.empty() ? "" : "; ") + text; };
  if (contradicts_platform(agent)) add("platform: " + agent.observed);
  if (!agent.reason.empty()) add(agent.reason);
  return note;
}

void draw_rows(picture& out, const watch_model& model, const watch_view& view, utc_time now, const watch_style& style) {
  auto of = columns_for(style.width);
  out.line(row_text(of, head_of("agent", view, watch_order::name), head_of("state", view, watch_order::state),
                    head_of("for", view, watch_order::time_in_state), "reason", "team"),
           reverse);
  auto rows = view.rows(model.agents());
  auto page = rows_on_screen(style);
  if (rows.empty()) {
    auto* words = !model.has_snapshot()    ? "waiting for the first data"
                  : model.agents().empty() ? "no agent is followed"
                                           : "no agent passes the filter";
    if (page > 0) out.line(words, dim);
    return;
  }
  auto node_now = model.node_time(now);
  auto first = view.first_row(rows.size(), page);
  for (auto i = first; i < std::min(rows.size(), first + page); ++i) {
    const auto& agent = *rows[i];
    auto color = !agent.verified && !agent.stale ? red : agent.stale ? dim : std::string_view{};
    auto state = shown_state(agent).empty() ? std::string{"unknown"} : shown_state(agent);
    // A mark for narrow screens, which have no column for words.
    if (of.reason == 0) state = (agent.stale ? "~" : agent.verified ? "" : "!") + state;
    out.line(row_text(of, shown_name(agent), state, time_in_state_text(agent, node_now), note_on(agent), agent.team),
             color);
  }
}

std::string last_line(const watch_view& view, std::size_t rows) {
  if (view.typing()) return fmt::format("filter: {}_   Enter keeps it, Esc ends it", view.filter());
  auto keys = std::string{"q quit   / filter   t time   n name   s state   arrows scroll"};
  return view.filter().empty() ? keys
                               : fmt::format("filter: {} ({} agents)   Esc ends it   {}", view.filter(), rows, keys);
}

} // namespace

std::size_t rows_on_screen(const watch_style& style) {
  return style.height > lines_around_rows ? style.height - lines_around_rows : 0;
}

std::vector<std::string> draw_watch(const watch_model& model, const watch_view& view, const watch_link& link,
                                    utc_time now, const watch_style& style) {
  picture out{style};
  auto [words, color] = link_words(link);
  auto title = "Floorwalker   " + model.tenant();
  if (!model.condition().empty()) title += "   " + model.condition();
  out.line(title + "   " + words, color == green ? bold : color);
  out.line(figures_line(model));
  out.line(states_line(model));
  auto alerts = model.firing_alerts();
  if (alerts.empty())
    out.line("no alert fires", dim);
  else
    out.line(fmt::format("{} alert{}: {}", alerts.size(), alerts.size() == 1 ? "" : "s", alerts.front()), red);
  draw_rows(out, model, view, now, style);
  out.fill(1);
  out.line(last_line(view, view.filter().empty() ? 0 : view.rows(model.agents()).size()), dim);
  return out.finish();
}

std::string picture_changes(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  std::string text;
  auto anew = before.size() != after.size();
  if (anew) text = "\x1b[2J";
  for (std::size_t i = 0; i < after.size(); ++i)
    if (anew ? !after[i].empty() : before[i] != after[i]) text += fmt::format("\x1b[{};1H{}\x1b[K", i + 1, after[i]);
  return text;
}

} // namespace floorwalker
