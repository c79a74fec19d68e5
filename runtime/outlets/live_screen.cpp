#include "runtime/outlets/live_screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <locale.h>
#include <wchar.h>

namespace floorwalker {
namespace {

constexpr std::string_view replacement = "?";
constexpr std::string_view bold = "1";
constexpr std::string_view dim = "2";
constexpr std::string_view red = "31";
constexpr std::string_view cyan = "36";

struct character {
  std::size_t bytes = 1;
  bool shows = false;      ///< false: "?" stands in for it
  std::size_t columns = 1; ///< 2: East Asian wide letters and emoji; 0: marks on the letter before
};

/// As the C library's tables have it, whatever the environment says about languages.
std::size_t columns_of(std::uint32_t code) {
  static const locale_t unicode = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (unicode == nullptr) return 1;
  auto before = ::uselocale(unicode);
  auto columns = ::wcwidth(static_cast<wchar_t>(code));
  ::uselocale(before);
  return columns < 0 ? 1 : static_cast<std::size_t>(columns); // a character that is newer than the tables
}

/// The character that `text` begins with. Overlong forms and surrogates count as no UTF-8.
character first_character(std::string_view text) {
  auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {1, lead >= 0x20 && lead != 0x7f};
  std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return {1, false};
  std::uint32_t code = lead & (0xffu >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0) != 0x80) return {1, false};
    code = code << 6 | (next & 0x3fu);
  }
  constexpr std::array<std::uint32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
  auto surrogate = code >= 0xd800 && code < 0xe000;
  if (code < least[bytes] || surrogate || code > 0x10ffff) return {1, false};
  auto steers = code < 0xa0 || (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
                (code >= 0x2066 && code <= 0x2069); // C1 controls, and marks that turn the direction of writing
  return {bytes, !steers, steers ? 1 : columns_of(code)};
}

/// Appends what fits into `width` columns of `text`; gives how many it takes, and what is left of the text.
std::pair<std::size_t, std::string_view> append_characters(std::string& out, std::string_view text, std::size_t width) {
  std::size_t taken = 0;
  while (!text.empty()) {
    auto [bytes, shows, columns] = first_character(text);
    if (columns > width - taken) break;
    out += shows ? text.substr(0, bytes) : replacement;
    taken += columns;
    text.remove_prefix(bytes);
  }
  return {taken, text};
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    auto first = first_character(text);
    columns += first.columns;
    text.remove_prefix(first.bytes);
  }
  return columns;
}

/// A long id is known by its beginning.
std::string_view short_id(std::string_view agent) {
  constexpr std::size_t enough = 13;
  auto first_group = agent.find('-');
  return agent.size() > enough && first_group != std::string_view::npos && first_group >= 6
             ? agent.substr(0, first_group)
             : agent;
}

std::string marks_of(const shown_transition& shown) {
  std::string marks;
  auto add = [&marks](std::string_view mark) {
    if (!marks.empty()) marks += ", ";
    marks += mark;
  };
  if (!shown.authorized) add("unauthorized");
  if (shown.gap) add("gap");
  if (shown.out_of_order) add("out of order");
  return marks;
}

/// Collects the picture's lines, never more than fit.
class canvas {
public:
  explicit canvas(const screen_style& style) : style_{style} {}

  void line(std::string_view text = {}, std::string_view color = {}) {
    if (lines_.size() >= style_.height) return;
    auto fitted = columns_of(text) > style_.width ? in_columns(text, style_.width) : std::string{text};
    lines_.push_back(style_.color && !color.empty() ? fmt::format("\x1b[{}m{}\x1b[0m", color, fitted)
                                                    : std::move(fitted));
  }

  /// Puts the items side by side, three spaces apart, on as many lines as they need.
  void flow(const std::vector<std::string>& items) {
    std::string row;
    for (auto& item : items) {
      if (!row.empty() && columns_of(row) + 3 + columns_of(item) > style_.width) line(std::exchange(row, {}));
      if (!row.empty()) row += "   ";
      row += item;
    }
    line(row);
  }

  std::size_t room() const { return style_.height - lines_.size(); }

  std::vector<std::string> finish() {
    lines_.resize(style_.height);
    return std::move(lines_);
  }

private:
  const screen_style& style_;
  std::vector<std::string> lines_;
};

void draw_figures(canvas& picture, const screen_figures& figures) {
  std::vector<std::string> items{"processed " + grouped(figures.processed)};
  if (figures.processed > 0)
    items.push_back(fmt::format("accuracy {:.2f} %",
                                100.0 * static_cast<double>(figures.valid) / static_cast<double>(figures.processed)));
  items.push_back("unauthorized " + grouped(figures.processed - figures.valid));
  items.push_back("gaps " + grouped(figures.gaps));
  items.push_back("out of order " + grouped(figures.out_of_order));
  if (figures.median_latency_ms) items.push_back(fmt::format("median latency {} ms", *figures.median_latency_ms));
  items.push_back(fmt::format("{:.1f}/s", figures.per_second));
  picture.flow(items);
}

void draw_agents(canvas& picture, const screen_figures& figures, const screen_style& style) {
  constexpr std::size_t most_states = 8;
  constexpr std::size_t name_columns = 16;
  constexpr std::size_t count_columns = 9;
  std::size_t most = 1;
  for (auto& [state, agents] : figures.agents) most = std::max(most, agents);
  auto bar_columns =
      style.width > name_columns + count_columns + 4 ? style.width - name_columns - count_columns - 3 : 0;
  bar_columns = std::min<std::size_t>(bar_columns, 50);
  std::size_t shown = 0;
  for (auto& [state, agents] : figures.agents) {
    if (++shown > most_states) break;
    auto length = std::max<std::size_t>(agents * bar_columns / most, bar_columns > 0 ? 1 : 0);
    std::string bar;
    for (std::size_t i = 0; i < length; ++i) bar += "█";
    picture.line(fmt::format("{} {:>{}} {}", in_columns(state, name_columns), grouped(agents), count_columns, bar),
                 cyan);
  }
  if (figures.agents.size() > most_states)
    picture.line(fmt::format("and {} more states", figures.agents.size() - most_states), dim);
}

void draw_transitions(canvas& picture, const screen_figures& figures, const screen_style& style) {
  auto several = figures.tenants.size() > 1;
  std::size_t moves = 20;
  for (auto& shown : figures.recent)
    moves = std::max(moves, columns_of(shown.previous) + 3 + columns_of(shown.current));
  moves = std::min<std::size_t>(moves, 36);
  picture.line(fmt::format("{:<12}  {}{:<13}  {}  {:<16} {:>9}", "time", several ? "tenant      " : "", "agent",
                           in_columns("previous → current", moves), "reason", "latency"),
               dim);
  for (auto& shown : figures.recent) {
    auto tenant = several ? in_columns(shown.tenant, 10) + "  " : std::string{};
    auto move = printable(shown.previous) + " → " + printable(shown.current);
    picture.line(fmt::format("{:<12}  {}{}  {}  {} {:>6} ms  {}", style.time_of_day(shown.at), tenant,
                             in_columns(short_id(shown.agent), 13), in_columns(move, moves),
                             in_columns(shown.reason, 16), shown.latency_ms, marks_of(shown)),
                 shown.authorized ? std::string_view{} : red);
  }
}

} // namespace

std::vector<std::string> draw(const screen_figures& figures, const screen_style& style) {
  canvas picture{style};
  std::string title = "Floorwalker";
  for (auto& tenant : figures.tenants) title += (title.size() > 11 ? ", " : "  ") + printable(tenant);
  picture.line(title, bold);
  draw_figures(picture, figures);
  picture.line();
  if (!figures.agents.empty()) {
    draw_agents(picture, figures, style);
    picture.line();
  }
  if (figures.recent.empty())
    picture.line("no transition yet", dim);
  else
    draw_transitions(picture, figures, style);
  return picture.finish();
}

std::string line_of(const shown_transition& shown, const std::function<std::string(utc_time)>& time_of_day) {
  auto line = fmt::format("{} {} {} {} → {}", time_of_day(shown.at), printable(shown.tenant), printable(shown.agent),
                          printable(shown.previous), printable(shown.current));
  if (!shown.reason.empty()) line += fmt::format(" ({})", printable(shown.reason));
  line += fmt::format(" {} ms", shown.latency_ms);
  if (auto marks = marks_of(shown); !marks.empty()) line += " " + marks;
  line += '\n';
  return line;
}

std::string in_columns(std::string_view text, std::size_t width) {
  std::string out;
  auto [columns, rest] = append_characters(out, text, width);
  if (rest.empty()) return out.append(width - columns, ' ');
  out.clear();
  if (width == 0) return out;
  columns = append_characters(out, text, width - 1).first;
  out += "…";
  return out.append(width - 1 - columns, ' ');
}

std::string printable(std::string_view text) {
  std::string out;
  append_characters(out, text, SIZE_MAX);
  return out;
}

bool line_throttle::admits(std::int64_t second) {
  if (second != second_) {
    second_ = second;
    written_ = 0;
  }
  if (written_ >= limit_) {
    ++held_back_;
    return false;
  }
  ++written_;
  return true;
}

std::uint64_t line_throttle::take_held_back(std::int64_t second) {
  return second == second_ ? 0 : std::exchange(held_back_, 0);
}

} // namespace floorwalker
