// The text of a tokens file. Pure.
//
//   # name   role           tenants      hash of the token          created
//   wall-1   viewer         acme,globex  sha256:<64 hex digits>     2026-11-23T10:00:00Z
//   ops      administrator  *            sha256:<64 hex digits>
#pragma once

#include "runtime/http/access_token.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

inline constexpr std::size_t tokens_max = 1000;
inline constexpr std::size_t tokens_file_bytes_max = 1024 * 1024;

/// What a text says, or every line that says nothing right ("line 3: …"). Problems repeat nothing of the file.
struct parsed_tokens {
  std::vector<api_token> tokens;
  std::vector<std::string> problems;
};
parsed_tokens parse_tokens(std::string_view text);

/// 1 to 64 of A-Z a-z 0-9 . _ -
bool is_token_name(std::string_view text);

/// The text with a line for one more token; a text that was empty gets a heading.
std::string with_token(std::string text, const api_token& token);
/// The text without the line of that name; comments and other lines stay as they are.
std::string without_token(std::string_view text, std::string_view name);

} // namespace floorwalker
