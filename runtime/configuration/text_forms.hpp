// The forms that configured texts must have: names, addresses, URLs, identifiers. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace floorwalker {

/// The text in double quotes as a configuration file writes it, escapes included.
std::string quoted(std::string_view text);

/// The text in double quotes for a message: control characters escaped, cut after 80 bytes.
std::string printable_value(std::string_view text);

/// 1 to 64 of A-Z a-z 0-9 . _ -, and not only dots: it becomes a label, a folder's name and part of a URL.
bool is_name(std::string_view text);

/// 8-4-4-4-12 hexadecimal digits; any version nibble, since the platform's own ids are not all RFC 4122.
bool is_agent_id(std::string_view text);

/// A region such as "us-1": lower-case words and digits joined by hyphens, at most 32 characters.
bool is_region(std::string_view text);

/// The name of an environment variable: letters, digits and underscores, not beginning with a digit.
bool is_variable_name(std::string_view text);

/// A state: 1 to 128 bytes of UTF-8 without control characters.
bool is_state_name(std::string_view text);

/// What a header may say: 1 to 200 printable ASCII characters, no space at either end.
bool is_header_text(std::string_view text);

/// One scope of OAuth (RFC 6749 §3.3), at most 200 characters.
bool is_oauth_scope(std::string_view text);

/// A host with a port: "127.0.0.1:8080", "[::1]:8080", "broker.example:9092". The host comes without brackets.
struct host_and_port {
  std::string host;
  std::uint16_t port = 0; ///< 1 to 65535; of an address to listen at 0 too
};
std::optional<host_and_port> parse_host_and_port(std::string_view text);
/// The same where something is to listen: port 0 lets the system pick one.
std::optional<host_and_port> parse_listen_address(std::string_view text);

/// An http or https URL. `user_info` tells that it names a user, which no URL of ours may.
struct url_parts {
  std::string scheme;
  std::string host; ///< without brackets
  std::optional<std::uint16_t> port;
  std::string path; ///< with query; empty if there is none
  bool user_info = false;
};
std::optional<url_parts> parse_url(std::string_view text);

/// "localhost", an address of 127.0.0.0/8, or ::1.
bool is_loopback_host(std::string_view host);

/// The entry that a misspelt word most likely meant: edit distance at most 2 and less than half of the word.
std::optional<std::string> nearest_word(std::string_view word, std::span<const std::string> known);

/// A copy with ASCII letters in lower case.
std::string ascii_lower(std::string_view text);

} // namespace floorwalker
