// Looking up members of parsed JSON where the peer may leave out any of them. For documents off the hot path.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string_view>

namespace floorwalker::wire {

inline std::string_view view(const boost::json::string& text) { return {text.data(), text.size()}; }

/// The member of that name if it is there and not null.
inline const boost::json::value* find_member(const boost::json::object& object, std::string_view name) {
  auto at = object.find(boost::json::string_view{name.data(), name.size()});
  return at == object.end() || at->value().is_null() ? nullptr : &at->value();
}

/// The text of a string member; empty if it is missing or no string. Lies in `object`.
inline std::string_view text_of_member(const boost::json::object& object, std::string_view name) {
  auto value = find_member(object, name);
  return value && value->is_string() ? view(value->get_string()) : std::string_view{};
}

} // namespace floorwalker::wire
