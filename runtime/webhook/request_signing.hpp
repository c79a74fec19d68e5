// The signature of a request, by a key that is read when it is needed.
#pragma once

#include "runtime/webhook/webhook_client.hpp"

#include <string>

namespace floorwalker {

/// Signs the request with the key in `secret_file`, or in the variable `secret_env` if that is empty; leaves it
/// unsigned if both are. Throws network_failure, without a word of the key, if there is none: unsigned is never the
/// way out. May block on the disk for a moment.
void sign(webhook_request& request, const std::string& secret_file, const std::string& secret_env);

} // namespace floorwalker
