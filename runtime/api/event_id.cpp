#include "runtime/api/event_id.hpp"

#include "messages/json_text.hpp"

#include <charconv>

namespace floorwalker {
namespace {

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

} // namespace

void append_event_id(std::string& out, const trail_cursor& at) {
  append_decimal(out, at.epoch);
  out += '-';
  append_decimal(out, at.sequence);
}

std::optional<trail_cursor> parse_event_id(std::string_view text) {
  auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  auto epoch = number_in(text.substr(0, dash));
  auto sequence = number_in(text.substr(dash + 1));
  if (!epoch || !sequence) return std::nullopt;
  return trail_cursor{*epoch, *sequence};
}

bool continues(const trail_cursor& at, const std::vector<epoch_start>& epochs, std::uint64_t committed) {
  if (at.sequence > committed) return false;
  auto known = false;
  for (const auto& begun : epochs) {
    if (begun.epoch == at.epoch) known = true;
    if (begun.epoch > at.epoch && at.sequence > begun.after) return false;
  }
  return known;
}

} // namespace floorwalker
