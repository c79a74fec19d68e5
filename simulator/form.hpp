// Forms and query strings.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace floorwalker::simulator {

/// Names and values of `a=1&b=two%20words`, decoded; of a repeated name the last one. Bad escapes stay as they are.
std::map<std::string, std::string> read_form(std::string_view text);

/// The part of a request target before `?`.
std::string_view path_of(std::string_view target);
/// The part after `?`, empty without one.
std::string_view query_of(std::string_view target);

/// Sets `value` to the named whole number; leaves it alone where the name is absent. False for any other text and for
/// numbers out of bounds.
bool read_number(const std::map<std::string, std::string>& form, const std::string& name, unsigned min, unsigned max,
                 unsigned& value);

} // namespace floorwalker::simulator
