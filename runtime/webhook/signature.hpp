// Who sent a request and which one it is, for the receiver: the headers of Standard Webhooks
// (https://github.com/standard-webhooks/standard-webhooks, specification 1.0). Pure: no I/O, no clock.
#pragma once

#include "messages/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// The keys in the text of a secret. Keys are separated by spaces, so that an old and a new one may count at the same
/// time; "whsec_" and base64 stands for the bytes behind it, anything else for itself. Throws std::invalid_argument
/// without a word of the secret if there is no key, or no base64 where it should be.
std::vector<std::string> signing_keys(std::string_view secret);

/// "v1,<base64 of HMAC-SHA256 over id.timestamp.body>" for each key, separated by spaces. `timestamp` counts seconds
/// since 1970.
std::string webhook_signature(const std::vector<std::string>& keys, std::string_view id, std::string_view timestamp,
                              std::string_view body);

/// What names the records of one request.
struct record_range {
  std::string_view tenant;
  std::string_view node;
  std::uint64_t epoch = 0;
  std::uint64_t first_sequence = 0;
  std::uint64_t last_sequence = 0;
};

/// The same text for the same records at the same sink, in every process: "fw_" and 32 hexadecimal digits.
std::string webhook_id(std::string_view sink, const record_range& records);

/// The same for a request that is known by its content.
std::string webhook_id(std::string_view receiver, std::string_view body);

} // namespace floorwalker
