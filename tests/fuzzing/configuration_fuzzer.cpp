// The reader of configuration text (docs/decisions/0011-own-configuration-parser.md): whatever a file holds, it ends with values or with problems
// that name a place in it.
#include "runtime/configuration/config_text.hpp"
#include "tests/fuzzing/expect.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace floorwalker;
using floorwalker::fuzzing::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text{reinterpret_cast<const char*>(data), size};
  auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  auto lies_within = [&](const text_position& at) { return at.line >= 1 && at.line <= lines && at.column >= 1; };
  auto read = parse_config_text(text);
  for (const auto& problem : read.problems) {
    expect(lies_within(problem.position), "a problem names a place in the file");
    expect(!problem.what.empty(), "a problem says what is wrong");
  }
  expect(read.complete || !read.problems.empty(), "reading stops only at a problem");
  for (const auto& [path, position] : read.positions) {
    expect(lies_within(position), "a key stands in the file");
    expect(!path.empty(), "a key has a path");
  }
  (void)split_path(text);
  (void)parse_number_or_duration(text);
  return 0;
}
