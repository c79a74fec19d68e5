// Server-sent events as a node sends them, and what the live table makes of them. The first byte says in which pieces
// they come.
#include "runtime/client/event_stream_parser.hpp"
#include "tests/fuzzing/expect.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace floorwalker;
using floorwalker::fuzzing::expect;

namespace {

constexpr std::size_t bytes_max = 4096;

struct reading {
  std::vector<server_event> events;
  bool sound = true;
};

reading read(std::string_view stream, std::size_t piece) {
  event_stream_parser parser{bytes_max};
  reading done;
  for (; !stream.empty() && done.sound; stream.remove_prefix(std::min(piece, stream.size())))
    done.sound = parser.feed(stream.substr(0, piece), [&](const server_event& event) { done.events.push_back(event); });
  return done;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view stream{reinterpret_cast<const char*>(data + 1), size - 1};
  auto whole = read(stream, stream.size() + 1);
  auto pieces = read(stream, std::size_t{1} + data[0] % 16);
  expect(whole.sound == pieces.sound, "how the bytes arrive changes nothing");
  expect(whole.events.size() == pieces.events.size(), "how the bytes arrive changes no number of events");
  for (std::size_t i = 0; i < whole.events.size(); ++i) {
    const auto& event = whole.events[i];
    const auto& other = pieces.events[i];
    expect(event.id == other.id && event.name == other.name && event.data == other.data, "nor an event");
    expect(!event.name.empty(), "every event has a name");
    expect(event.data.size() <= bytes_max, "an event is bounded");
    expect(event.id.find_first_of(std::string_view{"\0\r\n", 3}) == std::string::npos, "an id fits into a header");
  }
  return 0;
}
