#include "runtime/postgres/binary_form.hpp"

#include <chrono>

namespace floorwalker::postgres {
namespace {

/// Of an array with one dimension: number of dimensions, whether there are nulls, type, length and first index.
constexpr std::size_t array_header_bytes = 20;
/// An array without elements has no dimension, and ends behind the type.
constexpr std::size_t empty_array_bytes = 12;
constexpr char jsonb_version = 1;

template <class Number>
void put(std::string& out, std::size_t at, Number value) {
  std::string bytes;
  append_number(bytes, value);
  out.replace(at, bytes.size(), bytes);
}

} // namespace

std::int64_t microseconds_of(utc_time at) {
  constexpr auto origin = std::chrono::sys_days{std::chrono::year{2000} / 1 / 1};
  return std::chrono::floor<std::chrono::microseconds>(at - origin).count();
}

void append_null(std::string& out) { append_number(out, std::int32_t{-1}); }

void append_value(std::string& out, std::string_view text) {
  append_number(out, static_cast<std::int32_t>(text.size()));
  out += text;
}

void append_value(std::string& out, std::int64_t value) {
  append_number(out, std::int32_t{sizeof value});
  append_number(out, value);
}

void append_value(std::string& out, bool value) {
  append_number(out, std::int32_t{1});
  out += value ? '\1' : '\0';
}

void append_jsonb(std::string& out, std::string_view json) {
  append_number(out, static_cast<std::int32_t>(json.size() + 1));
  out += jsonb_version;
  out += json;
}

array_parameter::array_parameter(value_type element) : element_{element} { clear(); }

std::uint32_t array_parameter::type() const {
  switch (element_) {
  case value_type::boolean:
    return 1000;
  case value_type::bigint:
    return 1016;
  case value_type::integer:
    return 1007;
  case value_type::text:
    return 1009;
  case value_type::timestamptz:
    return 1185;
  case value_type::jsonb:
    return 3807;
  }
  return 0;
}

void array_parameter::clear() {
  count_ = 0;
  has_null_ = false;
  bytes_.assign(array_header_bytes, '\0');
}

void array_parameter::add_null() {
  has_null_ = true;
  ++count_;
  append_null(bytes_);
}

void array_parameter::add(std::string_view text) {
  ++count_;
  if (element_ == value_type::jsonb)
    append_jsonb(bytes_, text);
  else
    append_value(bytes_, text);
}

void array_parameter::add(std::int64_t value) {
  ++count_;
  append_value(bytes_, value);
}

void array_parameter::add(bool value) {
  ++count_;
  append_value(bytes_, value);
}

std::string_view array_parameter::bytes() {
  put(bytes_, 0, std::int32_t{count_ > 0 ? 1 : 0});
  put(bytes_, 4, std::int32_t{has_null_ ? 1 : 0});
  put(bytes_, 8, static_cast<std::uint32_t>(element_));
  put(bytes_, 12, count_);
  put(bytes_, 16, std::int32_t{1});
  return std::string_view{bytes_}.substr(0, count_ > 0 ? bytes_.size() : empty_array_bytes);
}

} // namespace floorwalker::postgres
