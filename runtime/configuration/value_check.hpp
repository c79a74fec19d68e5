// Whether one value has the form and bounds that its key declares. Knows nothing of other keys.
#pragma once

#include "runtime/configuration/key_table.hpp"
#include "runtime/configuration/surroundings.hpp"

#include <caf/settings.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// Something about a value or about a part of it.
struct value_remark {
  std::string part; ///< appended to the key's path: "", "[2]", ".busy[0]"
  std::string what;
};

struct value_verdict {
  std::vector<value_remark> problems;
  std::vector<value_remark> warnings;
};

/// Checks form, bounds and, through `around`, files, variables and time zones.
value_verdict check_value(const key_declaration& key, const caf::config_value& value, const surroundings& around);

/// What may stand there, in words: "a duration such as 2500ms".
std::string expected_form(const key_declaration& key);

/// The bounds, in words: "1ms to 24h"; empty for a form without bounds.
std::string bounds_text(const key_declaration& key);

/// The value of a command line option: texts stand there without quotes, lists may be separated by commas.
caf::config_value value_of_argument(value_form form, std::string_view text);

} // namespace floorwalker
