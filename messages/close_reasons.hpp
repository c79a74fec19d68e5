// The reasons that our own close frames carry. They are read again where an end is judged.
#pragma once

#include <string_view>

namespace floorwalker::close_reasons {

inline constexpr std::string_view client_shutdown = "Client shutdown";
inline constexpr std::string_view hand_over = "Hand-over";
inline constexpr std::string_view no_acknowledgement = "No answer to the subscription";
inline constexpr std::string_view rejected = "Subscription rejected";
inline constexpr std::string_view plan_changed = "Agents moved away";

} // namespace floorwalker::close_reasons
