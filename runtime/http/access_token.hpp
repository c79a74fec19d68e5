// One line of the tokens file: who may use the HTTP API, by the hash of a bearer token. Pure.
#pragma once

#include "runtime/http/caller.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// SHA-256 of a secret. Tokens and session ids are 256 random bits, so a slow, salted hash would add nothing
/// (decision 0017).
using secret_hash = std::array<std::uint8_t, 32>;

secret_hash hash_secret(std::string_view secret);
/// In a time that does not depend on where they differ.
bool equal_hashes(const secret_hash& one, const secret_hash& other);
/// As 64 lower-case hexadecimal digits, and back; nothing for a text that is none.
std::string hash_text(const secret_hash& hash);
std::optional<secret_hash> parse_hash(std::string_view text);

struct api_token {
  std::string name; ///< unique in the file; 1 to 64 of A-Z a-z 0-9 . _ -
  caller_role role = caller_role::viewer;
  bool all_tenants = false;
  std::vector<std::string> tenants;
  secret_hash hash{};
  std::string created; ///< RFC 3339, for people; "-" if unknown

  bool operator==(const api_token&) const = default;
};

} // namespace floorwalker
