// Secrets that nobody guesses.
#pragma once

#include <string>

namespace floorwalker {

/// 256 bits of OpenSSL's random source as 43 characters of A-Z a-z 0-9 - _. Throws std::runtime_error if the system
/// has no randomness to give.
std::string random_secret();

/// A new bearer token: "fw_" and a random secret. The prefix lets scanners of leaked secrets know it.
std::string random_token();

} // namespace floorwalker
