// What a fuzz target demands of its subject.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace floorwalker::fuzzing {

/// Ends the process where a promise is broken: libFuzzer then keeps the input that broke it.
inline void expect(bool kept, const char* promise) {
  if (kept) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

/// True for text that stays within one line of a log.
inline bool one_line(std::string_view text) {
  for (char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  return true;
}

} // namespace floorwalker::fuzzing
