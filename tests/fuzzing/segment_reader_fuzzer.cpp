// The input is a segment's bytes, after one that chooses how they are read: as they are, or with a checksum that fits in
// every place that looks like a frame, so that the fuzzer gets past it.
#include "runtime/audit/crc32c.hpp"
#include "runtime/audit/segment_reader.hpp"
#include "tests/fuzzing/expect.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace {

using namespace floorwalker;
using fuzzing::expect;

/// A disk that holds one file, and gives a few bytes at a time.
class disk_of_one_file : public file_system {
public:
  disk_of_one_file(std::string content, std::size_t at_once) : content_{std::move(content)}, at_once_{at_once} {}

  int open(const std::filesystem::path&, int flags, mode_t) override { return ::open("/dev/null", flags); }
  ssize_t read_at(int, char* bytes, std::size_t size, std::uint64_t offset) override {
    if (offset >= content_.size()) return 0;
    auto count = std::min({size, at_once_, content_.size() - static_cast<std::size_t>(offset)});
    std::memcpy(bytes, content_.data() + offset, count);
    return static_cast<ssize_t>(count);
  }
  const std::string& content() const { return content_; }

private:
  std::string content_;
  std::size_t at_once_;
};

void put_checksum(std::string& bytes, std::size_t begin, std::size_t size, std::size_t at) {
  auto sum = crc32c(std::string_view{bytes}.substr(begin, size));
  std::memcpy(bytes.data() + at, &sum, sizeof sum);
}

void mend(std::string& bytes) {
  if (bytes.size() >= 96) {
    std::memcpy(bytes.data(), "FWTRAIL\n", 8);
    std::uint32_t size = 0;
    std::memcpy(&size, bytes.data() + 12, sizeof size);
    if (size >= 96 && size <= bytes.size()) put_checksum(bytes, 0, size - 4, size - 4);
  }
  for (std::size_t at = 0; at + frame_overhead <= bytes.size(); ++at) {
    if (!looks_like_a_frame(std::string_view{bytes}.substr(at))) continue;
    std::uint32_t payload = 0;
    std::memcpy(&payload, bytes.data() + at + 4, sizeof payload);
    auto size = frame_overhead + payload;
    if (size > bytes.size() - at) continue;
    put_checksum(bytes, at + 4, size - 4, at);
    at += size - 1;
  }
}

void walk(disk_of_one_file& disk) {
  segment_reader reader{disk, "segment"};
  expect(reader.problem().empty(), "the disk is sound");
  const auto& header = reader.header();
  expect(fuzzing::one_line(header.problem), "a problem is a clause");
  expect(reader.header_bytes().size() == (header.problem.empty() ? header.size : 0), "a header is whole or none");
  frame found;
  std::size_t frames = 0;
  while (true) {
    auto before = reader.offset();
    if (!reader.next(found)) {
      auto next = reader.find(before, segment_reader::frames::any);
      if (!next) break;
      expect(*next >= before, "what is found lies ahead");
      auto batch = reader.find(before, segment_reader::frames::that_begin_batches);
      expect(!batch || *batch >= *next, "a frame that begins a batch is a frame");
      reader.seek(*next);
      expect(reader.next(found), "what is found is a frame");
      before = *next;
    }
    ++frames;
    auto bytes = std::string_view{disk.content()}.substr(before, found.size);
    expect(reader.offset() == before + found.size && bytes.size() == found.size, "a frame lies in the file");
    expect(bytes.substr(frame_head_size, found.payload.size()) == found.payload, "a payload is the file's");
    frame again;
    expect(parse_frame(bytes, again) == frame_fault::none, "a frame is one by itself");
  }
  expect(frames <= disk.content().size() / frame_overhead, "frames don't overlap");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  if (data[0] & 1) mend(bytes);
  disk_of_one_file disk{std::move(bytes), data[0] & 2 ? 7 : SIZE_MAX};
  walk(disk);
  return 0;
}
