// What is signed: checkpoints in the trail and the anchor before it (docs/trail-format.md). Pure: no I/O, no clock.
#pragma once

#include "messages/time.hpp"
#include "runtime/audit/trail_format.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace floorwalker {

/// The trail up to and with record `sequence` has chain value `hash`.
struct checkpoint {
  std::string tenant;
  std::string node;
  std::uint64_t epoch = 0;
  std::uint64_t sequence = 0;
  chain_value hash{};
  utc_time at;     ///< written with milliseconds
  std::string key; ///< id of the key that signs

  friend bool operator==(const checkpoint&, const checkpoint&) = default;
};

/// Where the oldest segment that is kept begins; `hash` is the last chain value of the one before it.
struct trail_anchor {
  checkpoint removed_through;
  std::uint64_t valid_total = 0;
  std::uint64_t total = 0;

  friend bool operator==(const trail_anchor&, const trail_anchor&) = default;
};

/// The text that is signed.
std::string to_json(const checkpoint& made);
std::string to_json(const trail_anchor& anchor);

/// `signed_text` with the signature as its last member, as it is published.
std::string with_signature(std::string_view signed_text, std::string_view signature);

/// A published object taken apart.
struct published_text {
  std::string signed_text;
  std::string signature; ///< 64 bytes
  std::string problem;   ///< one clause; nothing else is set then
};
published_text without_signature(std::string_view published);

/// Reads a signed text back. With a problem, one clause, nothing else is set.
struct parsed_checkpoint {
  checkpoint made;
  std::string problem;
};
parsed_checkpoint parse_checkpoint(std::string_view signed_text);

struct parsed_anchor {
  trail_anchor anchor;
  std::string problem;
};
parsed_anchor parse_anchor(std::string_view signed_text);

/// The payload of a checkpoint's frame: the signed text, then the signature.
std::string checkpoint_payload(std::string_view signed_text, std::string_view signature);

} // namespace floorwalker
