#include "runtime/configuration/config_text.hpp"

#include "messages/wire/utf8.hpp"
#include "runtime/configuration/text_forms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace floorwalker {
namespace {

/// Deeper than any key of ours or of CAF's; a hostile file must not exhaust the stack.
constexpr std::size_t depth_limit = 16;

bool is_plain_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/// Ends the reading: the text has no shape that could be guessed.
struct broken_structure {};

class text_reader {
public:
  explicit text_reader(std::string_view text) : rest_{text} {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
  }

  config_text read() {
    try {
      skip_blank_lines();
      if (peek() == '{') {
        auto opened = here_;
        take();
        read_entries(result_.values, "", 1, opened);
        skip_blank_lines();
        if (!at_end()) stop("nothing stands behind the closing }");
      } else {
        read_entries(result_.values, "", 0, {});
      }
    } catch (const broken_structure&) {
      result_.complete = false;
    }
    return std::move(result_);
  }

private:
  bool at_end() const { return rest_.empty(); }
  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

  void take() {
    if (rest_.front() == '\n') {
      ++here_.line;
      here_.column = 1;
    } else if ((static_cast<unsigned char>(rest_.front()) & 0xC0) != 0x80) {
      ++here_.column;
    }
    rest_.remove_prefix(1);
  }

  void report(text_position position, std::string what) { result_.problems.push_back({position, std::move(what)}); }

  [[noreturn]] void stop(std::string what) { stop_at(here_, std::move(what)); }
  [[noreturn]] void stop_at(text_position position, std::string what) {
    report(position, std::move(what));
    throw broken_structure{};
  }

  std::string found() const {
    if (at_end()) return "the end of the file";
    if (peek() == '\n' || peek() == '\r') return "the end of the line";
    std::size_t size = 1; // whole characters only
    while (size < rest_.size() && (static_cast<unsigned char>(rest_[size]) & 0xC0) == 0x80) ++size;
    return printable_value(rest_.substr(0, size));
  }

  void skip_spaces() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\r') take();
  }
  void skip_comment() {
    if (peek() == '#')
      while (!at_end() && peek() != '\n') take();
  }
  /// Returns whether a line ended meanwhile.
  bool skip_blank_lines() {
    auto line = here_.line;
    for (;;) {
      skip_spaces();
      skip_comment();
      if (peek() != '\n') return here_.line != line;
      take();
    }
  }

  /// Reads `key = value` entries up to the closing brace, or (depth 0) to the end of the file.
  void read_entries(caf::settings& into, const std::string& path, std::size_t depth, text_position opened) {
    for (;;) {
      skip_blank_lines();
      if (at_end()) {
        if (depth == 0) return;
        stop(fmt::format("expected a }} for the {{ of line {}, found the end of the file", opened.line));
      }
      if (peek() == '}') {
        if (depth == 0) stop("this } closes nothing");
        take();
        return;
      }
      read_entry(into, path, depth);
      bool line_ended = skip_blank_lines();
      if (peek() == ',')
        take();
      else if (!line_ended && !at_end() && peek() != '}')
        stop(fmt::format("expected a comma or the end of the line behind the value, found {}", found()));
    }
  }

  void read_entry(caf::settings& into, const std::string& path, std::size_t depth) {
    auto start = here_;
    auto key = read_key();
    auto key_path = join_path(path, key);
    auto [known, added] = result_.positions.emplace(key_path, start);
    if (peek() == '.') { // a.b = 1 means a { b = 1 }
      take();
      if (depth + 1 > depth_limit) stop("blocks are nested too deeply");
      read_entry(block_of(into, key, key_path, start), key_path, depth + 1);
      return;
    }
    skip_spaces();
    if (peek() == '=' || peek() == ':')
      take();
    else if (peek() != '{')
      stop(fmt::format("expected = or {{ behind the key {}, found {}", printable_value(key), found()));
    skip_spaces();
    if (peek() == '{') {
      if (depth + 1 > depth_limit) stop("blocks are nested too deeply");
      auto opened = here_;
      take();
      read_entries(block_of(into, key, key_path, start), key_path, depth + 1, opened);
      return;
    }
    if (!added) report(start, fmt::format("{} is given twice, first in line {}", key_path, known->second.line));
    into.insert_or_assign(key, read_value(key_path, depth));
  }

  /// The block called `key`: blocks of one name are joined. A block cannot be a value as well.
  caf::settings& block_of(caf::settings& into, const std::string& key, const std::string& key_path,
                          text_position start) {
    auto [entry, added] = into.emplace(key, caf::config_value{caf::settings{}});
    if (auto* block = caf::get_if<caf::settings>(&entry->second)) return *block;
    stop_at(start,
            fmt::format("{} is a block here, but a value in line {}", key_path, result_.positions[key_path].line));
  }

  std::string read_key() {
    if (peek() == '"' || peek() == '\'') return read_quoted();
    std::string key;
    while (is_plain_word_char(peek())) {
      key += peek();
      take();
    }
    if (key.empty()) stop(fmt::format("expected a key, found {}", found()));
    return key;
  }

  std::string read_quoted() {
    auto start = here_;
    char quote = peek();
    take();
    std::string text;
    while (peek() != quote || at_end()) {
      if (at_end() || peek() == '\n') stop_at(start, "this quote is not closed on its line");
      char c = peek();
      if (c == '\\') {
        take();
        switch (peek()) {
        case 'n':
          c = '\n';
          break;
        case 'r':
          c = '\r';
          break;
        case 't':
          c = '\t';
          break;
        case '\\':
        case '"':
        case '\'':
          c = peek();
          break;
        default:
          stop(fmt::format("expected one of n r t \\ or a quote behind the \\, found {}", found()));
        }
      }
      text += c;
      take();
    }
    take();
    if (!wire::is_utf8(text)) report(start, "this text is not UTF-8");
    return text;
  }

  caf::config_value read_value(const std::string& path, std::size_t depth) {
    if (peek() == '"' || peek() == '\'') return caf::config_value{read_quoted()};
    if (peek() == '[') return read_list(path, depth);
    if (at_end() || peek() == '\n' || peek() == '#' || peek() == ',' || peek() == '}') {
      report(here_, fmt::format("expected a value on the line of its key {}, found {}", path, found()));
      return {};
    }
    auto start = here_;
    std::string word;
    while (!at_end() && std::string_view{" \t\r\n,#]}"}.find(peek()) == std::string_view::npos) {
      word += peek();
      take();
    }
    if (word == "true" || word == "false") return caf::config_value{word == "true"};
    if (auto value = parse_number_or_duration(word)) return value;
    report(start, what_is_wrong_with(word, path));
    return {};
  }

  static std::string what_is_wrong_with(const std::string& word, const std::string& path) {
    // A word without quotes may be a secret pasted by mistake, so only what looks like a number is repeated.
    if (word.find_first_of("0123456789") == 0) {
      if (word.ends_with('d')) return fmt::format("{}: there is no unit for days, write hours (24h)", path);
      return fmt::format("{}: expected a number, or a whole number with a unit (ns, us, ms, s, min, h), found {}", path,
                         printable_value(word));
    }
    return fmt::format("{}: expected a value: text stands in quotes; numbers, true and false without", path);
  }

  caf::config_value read_list(const std::string& path, std::size_t depth) {
    auto opened = here_;
    if (depth + 1 > depth_limit) stop("lists are nested too deeply");
    take();
    caf::config_value::list elements;
    for (;;) {
      skip_blank_lines();
      if (at_end()) stop_in_list(opened);
      if (peek() == ']') break;
      auto element_path = fmt::format("{}[{}]", path, elements.size());
      result_.positions.insert_or_assign(element_path, here_);
      if (peek() == '{') {
        auto block_opened = here_;
        take();
        caf::settings block;
        read_entries(block, element_path, depth + 1, block_opened);
        elements.emplace_back(std::move(block));
      } else {
        elements.push_back(read_value(element_path, depth + 1));
      }
      skip_blank_lines();
      if (peek() == ',')
        take();
      else if (peek() != ']')
        stop_in_list(opened);
    }
    take();
    return caf::config_value{std::move(elements)};
  }

  [[noreturn]] void stop_in_list(text_position opened) {
    stop(fmt::format("expected {} for the [ of line {}, found {}", at_end() ? "a ]" : "a comma or a ]", opened.line,
                     found()));
  }

  std::string_view rest_;
  text_position here_{1, 1};
  config_text result_;
};

} // namespace

config_text parse_config_text(std::string_view text) { return text_reader{text}.read(); }

std::string join_path(std::string_view path, std::string_view key) {
  bool plain = !key.empty() && std::all_of(key.begin(), key.end(), is_plain_word_char);
  auto shown = plain ? std::string{key} : quoted(key);
  return path.empty() ? shown : fmt::format("{}.{}", path, shown);
}

std::optional<std::vector<std::string>> split_path(std::string_view path) {
  std::vector<std::string> parts{""};
  bool in_quotes = false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '"') {
      in_quotes = !in_quotes;
    } else if (in_quotes && path[i] == '\\' && i + 1 < path.size()) {
      parts.back() += path[++i];
    } else if (path[i] == '.' && !in_quotes) {
      parts.emplace_back();
    } else {
      parts.back() += path[i];
    }
  }
  if (in_quotes || std::any_of(parts.begin(), parts.end(), [](auto& part) { return part.empty(); })) return {};
  return parts;
}

caf::config_value parse_number_or_duration(std::string_view word) {
  auto digits = word;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  const char* end = digits.data() + digits.size();
  std::int64_t whole = 0;
  auto [behind, error] = std::from_chars(digits.data(), end, whole);
  if (behind == digits.data() || error == std::errc::result_out_of_range) return {};
  if (behind == end) {
    // CAF reads a leading 0 as octal, people do not: neither is guessed.
    auto unsigned_digits = digits.substr(digits.starts_with('-') ? 1 : 0);
    if (unsigned_digits.size() > 1 && unsigned_digits.starts_with('0')) return {};
    return caf::config_value{whole};
  }
  static constexpr std::pair<std::string_view, std::int64_t> units[] = {{"ns", 1},
                                                                        {"us", 1'000},
                                                                        {"ms", 1'000'000},
                                                                        {"s", 1'000'000'000},
                                                                        {"min", 60'000'000'000},
                                                                        {"h", 3'600'000'000'000}};
  std::string_view rest{behind, static_cast<std::size_t>(end - behind)};
  for (auto& [unit, nanoseconds] : units) {
    if (rest != unit) continue;
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    if (whole > most / nanoseconds || whole < -(most / nanoseconds)) return {};
    return caf::config_value{caf::timespan{whole * nanoseconds}};
  }
  double real = 0;
  auto [behind_real, real_error] = std::from_chars(digits.data(), end, real);
  if (behind_real != end || real_error != std::errc{} || !std::isfinite(real)) return {};
  return caf::config_value{real};
}

} // namespace floorwalker
