// Steps over the tokens of one line of JSON without building anything. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace floorwalker::wire {

/// A string within the line, between its quotation marks.
struct string_token {
  const char* begin = nullptr;
  std::uint32_t size = 0;
  bool escaped = false; ///< `size` bytes are the value's text only if not

  std::string_view raw() const { return {begin, size}; }
};

/// Every call answers false where the text is not what it looks for, and leaves the scanner anywhere then.
class line_scanner {
public:
  explicit line_scanner(std::string_view line) : at_{line.data()}, end_{line.data() + line.size()} {}

  const char* at() const { return at_; }
  bool at_end() const { return at_ == end_; }

  /// Exactly these bytes. By a literal's constant size, so that the compiler needs no call.
  template <std::size_t Size>
  bool literal(const char (&text)[Size]) {
    if (static_cast<std::size_t>(end_ - at_) < Size - 1 || std::memcmp(at_, text, Size - 1) != 0) return false;
    at_ += Size - 1;
    return true;
  }

  void skip_space();

  bool string(string_token& found);
  bool unsigned_integer(std::uint64_t& value);
  bool signed_integer(std::int64_t& value);
  /// Any JSON value; containers nest at most 64 deep.
  bool any_value() { return any_value(0); }

private:
  bool any_value(int depth);
  bool members(int depth);
  bool elements(int depth);
  bool number();
  bool digits();
  bool escape();
  bool hexadecimal(std::uint32_t& code);

  const char* at_;
  const char* end_;
};

/// Appends the value of a string with its escapes undone. The token came from a scanner.
void append_unescaped(std::string& out, const string_token& token);

} // namespace floorwalker::wire
