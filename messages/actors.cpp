#include "messages/actors.hpp"

#include <array>
#include <string_view>

namespace floorwalker {
namespace {
constexpr std::array<std::string_view, 6> names = {"none",          "not_monitored", "stopping",
                                                   "outlet_failed", "crashed",       "incomplete"};
}

std::string to_string(floor_error error) { return std::string{names[static_cast<std::uint8_t>(error)]}; }

bool from_string(caf::string_view text, floor_error& error) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == std::string_view{text.data(), text.size()})
      return from_integer(static_cast<std::uint8_t>(i), error);
  return false;
}

bool from_integer(std::uint8_t value, floor_error& error) {
  if (value >= names.size()) return false;
  error = static_cast<floor_error>(value);
  return true;
}

} // namespace floorwalker
