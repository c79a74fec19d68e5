// PostgreSQL's binary forms of values, in which parameters and copied rows travel. Pure: no I/O.
#pragma once

#include "messages/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace floorwalker::postgres {

/// PostgreSQL's own numbers of the types that are used here (pg_type.dat).
enum class value_type : std::uint32_t {
  boolean = 16,
  bigint = 20,
  integer = 23,
  text = 25,
  timestamptz = 1184,
  jsonb = 3802
};

/// Appends an integer in network order.
template <class Number>
void append_number(std::string& out, Number value) {
  std::array<char, sizeof(Number)> bytes;
  auto rest = static_cast<std::uint64_t>(value);
  for (std::size_t i = bytes.size(); i-- > 0; rest >>= 8) bytes[i] = static_cast<char>(rest & 0xFF);
  out.append(bytes.data(), bytes.size());
}

/// The instant as a timestamptz: microseconds since the year 2000, rounded down.
std::int64_t microseconds_of(utc_time at);

// A value with its size in front, as it stands in a row and in an array.
void append_null(std::string& out);
void append_value(std::string& out, std::string_view text);
void append_value(std::string& out, std::int64_t value); ///< bigint, or timestamptz
void append_value(std::string& out, bool value);
void append_jsonb(std::string& out, std::string_view json);

/// A one-dimensional array, built value by value and used as a parameter.
class array_parameter {
public:
  explicit array_parameter(value_type element);

  value_type element() const { return element_; }
  std::uint32_t type() const; ///< the number of the array's own type
  void clear();               ///< keeps the memory

  void add_null();
  void add(std::string_view text); ///< text or jsonb
  void add(std::int64_t value);
  void add(bool value);

  /// The bytes of the array. Valid until the next change.
  std::string_view bytes();

private:
  value_type element_;
  std::int32_t count_ = 0;
  bool has_null_ = false;
  std::string bytes_;
};

} // namespace floorwalker::postgres
