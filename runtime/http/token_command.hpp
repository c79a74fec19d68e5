// `floorwalker token new|list|revoke`.
#pragma once

#include "runtime/configuration/surroundings.hpp"
#include "runtime/configuration/token_requests.hpp"

#include <iosfwd>
#include <string>

namespace floorwalker {

/// Does what was asked and gives the exit code: 0 done, 1 the file can't be read or written, 2 a name that is taken or
/// unknown, or no file named. A new token is the only line on `out`; what a person should know goes to `messages`.
int run_token(const token_command_request& request, const surroundings& around, std::ostream& out,
              std::ostream& messages);

} // namespace floorwalker
