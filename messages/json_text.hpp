// Writing JSON text without building a document first: the trail's records are written once, on the way of an event.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace floorwalker {

/// Appends `text` as a JSON string with its quotation marks. Control characters, quotes and backslashes are escaped;
/// other bytes are written as they are, so `text` has to be UTF-8.
void append_json_string(std::string& out, std::string_view text);

/// As above, or null.
void append_json_string_or_null(std::string& out, const std::optional<std::string>& text);

/// Appends the decimal digits of `value`.
void append_decimal(std::string& out, std::int64_t value);
void append_decimal(std::string& out, std::uint64_t value);

// The same for whoever has memory for the whole text at hand: written at `to`, the end is returned. A record of a dozen
// pieces is put together at half the price of appending each.

/// What a JSON string takes at most, with its quotation marks.
constexpr std::size_t json_string_bytes_max(std::size_t text_bytes) { return 6 * text_bytes + 2; }
inline constexpr std::size_t decimal_bytes_max = 20;

inline char* put(char* to, std::string_view text) {
  if (!text.empty()) std::memcpy(to, text.data(), text.size()); // an empty one may have no address
  return to + text.size();
}
char* put_json_string(char* to, std::string_view text);
char* put_decimal(char* to, std::int64_t value);
char* put_decimal(char* to, std::uint64_t value);

inline constexpr int number_digits_max = 17; ///< decimals that append_number writes at most

/// Appends `value` with at most `digits` decimals and without trailing zeros ("99.5", "100"); null if it is not finite.
void append_number(std::string& out, double value, int digits);

} // namespace floorwalker
