#include "runtime/configuration/value_text.hpp"

#include "runtime/configuration/config_text.hpp"
#include "runtime/configuration/text_forms.hpp"

#include <fmt/format.h>

namespace floorwalker {
namespace {

std::string real_text(double value) {
  auto text = fmt::format("{}", value);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

std::string key_text(caf::string_view key) { return join_path("", std::string_view{key.data(), key.size()}); }

std::string list_text(const caf::config_value::list& values) {
  std::string text;
  for (auto& value : values) text += fmt::format("{}{}", text.empty() ? "" : ", ", value_text(value));
  return fmt::format("[{}]", text);
}

std::string block_text(const caf::settings& block) {
  std::string text;
  for (auto& [key, value] : block)
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", key_text(key), value_text(value));
  return text.empty() ? "{}" : fmt::format("{{ {} }}", text);
}

} // namespace

std::string duration_text(std::chrono::nanoseconds duration) {
  static constexpr std::pair<const char*, std::int64_t> units[] = {
      {"h", 3'600'000'000'000}, {"min", 60'000'000'000}, {"s", 1'000'000'000}, {"ms", 1'000'000}, {"us", 1'000}};
  auto count = duration.count();
  if (count == 0) return "0s";
  for (auto& [unit, size] : units) {
    // 2500 ms and 90 s are read more easily than 2.5 s and 1.5 min; whole hours and minutes more easily than seconds.
    if (count % size == 0) return fmt::format("{}{}", count / size, unit);
  }
  return fmt::format("{}ns", count);
}

std::string value_text(const caf::config_value& value) {
  if (auto* text = caf::get_if<std::string>(&value)) return quoted(*text);
  if (auto* whole = caf::get_if<std::int64_t>(&value)) return fmt::format("{}", *whole);
  if (auto* truth = caf::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (auto* real = caf::get_if<double>(&value)) return real_text(*real);
  if (auto* time = caf::get_if<caf::timespan>(&value)) return duration_text(*time);
  if (auto* list = caf::get_if<caf::config_value::list>(&value)) return list_text(*list);
  if (auto* block = caf::get_if<caf::settings>(&value)) return block_text(*block);
  return quoted(to_string(value));
}

std::string found_text(const caf::config_value& value) {
  if (auto* text = caf::get_if<std::string>(&value)) return printable_value(*text);
  if (caf::holds_alternative<caf::settings>(value)) return "a block";
  if (auto* list = caf::get_if<caf::config_value::list>(&value))
    return list->empty() ? "an empty list" : fmt::format("a list of {}", list->size());
  return value_text(value);
}

std::string settings_text(const caf::settings& tree, std::size_t indent) {
  std::string text;
  for (auto& [key, value] : tree) {
    text += fmt::format("{:{}}{}", "", indent, key_text(key));
    if (auto* block = caf::get_if<caf::settings>(&value))
      text += fmt::format(" {{\n{}{:{}}}}\n", settings_text(*block, indent + 2), "", indent);
    else
      text += fmt::format(" = {}\n", value_text(value));
  }
  return text;
}

} // namespace floorwalker
