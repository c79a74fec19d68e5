#include "runtime/audit/cursor_text.hpp"

#include "runtime/audit/checksummed_text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <iterator>
#include <optional>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::string_view kind = "floorwalker-cursors";
constexpr std::uint32_t version = 1;

/// The number at the beginning of `line`, which is moved behind it and a space.
std::optional<std::uint64_t> take_number(std::string_view& line) {
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  auto size = static_cast<std::size_t>(end - line.data());
  if (error != std::errc{} || size >= line.size() || line[size] != ' ') return std::nullopt;
  line.remove_prefix(size + 1);
  return number;
}

} // namespace

std::string to_text(const tenant_cursors& cursors) {
  std::string body;
  for (auto& [tenant, cursor] : cursors)
    fmt::format_to(std::back_inserter(body), "{} {} {}\n", cursor.epoch, cursor.sequence, tenant);
  return checksummed(kind, version, std::move(body));
}

parsed_cursors parse_cursors(std::string_view text) {
  auto [body, problem] = parse_checksummed(kind, version, text);
  if (!problem.empty()) return {{}, std::move(problem)};
  parsed_cursors parsed;
  while (!body.empty()) {
    auto line = body.substr(0, body.find('\n'));
    body.remove_prefix(std::min(line.size() + 1, body.size()));
    auto epoch = take_number(line);
    auto sequence = epoch ? take_number(line) : std::nullopt;
    if (!sequence || line.empty()) return {{}, "one of its lines is no cursor"};
    parsed.cursors.insert_or_assign(std::string{line}, trail_cursor{*epoch, *sequence});
  }
  return parsed;
}

} // namespace floorwalker
