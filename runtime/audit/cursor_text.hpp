// The file that keeps how far a sink has come. Pure: no I/O, no clock.
#pragma once

#include "messages/trail_reader.hpp"

#include <map>
#include <string>
#include <string_view>

namespace floorwalker {

using tenant_cursors = std::map<std::string, trail_cursor>;

/// A line a tenant: epoch, sequence, name. A name has no line end (it comes from a configuration's key).
std::string to_text(const tenant_cursors& cursors);

/// With a problem, one clause, there are no cursors.
struct parsed_cursors {
  tenant_cursors cursors;
  std::string problem;
};
parsed_cursors parse_cursors(std::string_view text);

} // namespace floorwalker
