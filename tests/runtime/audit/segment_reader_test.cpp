#include "runtime/audit/segment_reader.hpp"

#include "tests/runtime/audit/sample_trail.hpp"
#include "tests/runtime/audit/scratch_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

namespace floorwalker {
namespace {

using testing::sample_trail;

/// A disk that gives a few bytes at a time, and from some offset on nothing but an error.
class reluctant_disk : public file_system {
public:
  explicit reluctant_disk(std::size_t bytes_at_once, std::uint64_t broken_from = UINT64_MAX)
      : bytes_at_once_{bytes_at_once}, broken_from_{broken_from} {}

  ssize_t read_at(int descriptor, char* bytes, std::size_t size, std::uint64_t offset) override {
    if (++calls_ % 3 == 0) {
      errno = EINTR;
      return -1;
    }
    if (offset >= broken_from_) {
      errno = EIO;
      return -1;
    }
    return file_system::read_at(descriptor, bytes, std::min(size, bytes_at_once_), offset);
  }

private:
  std::size_t bytes_at_once_;
  std::uint64_t broken_from_;
  int calls_ = 0;
};

struct reader_floor {
  reader_floor() {
    for (int i = 0; i < 20; ++i) trail.transition({.reason = std::string(static_cast<std::size_t>(i) * 7, 'r')});
    bytes = trail.segments[0].bytes();
    put(bytes);
  }

  void put(std::string_view content) { testing::write_content(path, content); }

  std::vector<std::uint64_t> sequences(segment_reader& reader) {
    std::vector<std::uint64_t> all;
    frame found;
    while (reader.next(found)) all.push_back(found.head.sequence);
    return all;
  }

  testing::scratch_folder folder;
  std::filesystem::path path = folder / "segment";
  sample_trail trail;
  std::string bytes;
  file_system files;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(a_segment_reader, reader_floor)

BOOST_AUTO_TEST_CASE(gives_header_and_frames_as_they_were_written) {
  segment_reader reader{files, path};
  BOOST_TEST(reader.problem() == "");
  BOOST_TEST(reader.header().problem == "");
  BOOST_TEST(reader.header().header.tenant == "acme");
  BOOST_TEST(reader.header_bytes() == trail.segments[0].header);
  BOOST_TEST(reader.offset() == trail.segments[0].header.size());
  frame found;
  for (auto& written : trail.segments[0].frames) {
    BOOST_REQUIRE(reader.next(found));
    BOOST_TEST(found.payload == written.payload);
    BOOST_TEST((found.chain == written.chain));
  }
  BOOST_TEST(!reader.next(found));
  BOOST_TEST((reader.fault() == frame_fault::none));
  BOOST_TEST(reader.offset() == bytes.size());
  BOOST_TEST(reader.size() == bytes.size());
}

BOOST_AUTO_TEST_CASE(reads_the_same_from_a_disk_that_gives_little_at_a_time) {
  for (std::size_t at_once : {1u, 7u, 100u, 1'000u}) {
    reluctant_disk disk{at_once};
    segment_reader reader{disk, path};
    BOOST_TEST(sequences(reader).size() == 20u);
    BOOST_TEST((reader.fault() == frame_fault::none));
  }
}

BOOST_AUTO_TEST_CASE(reads_frames_of_every_size_up_to_the_largest) {
  testing::sample_trail large;
  for (std::size_t size : {0u, 1u, 900'000u, 1'048'000u, 5u, 1'047'000u, 1'048'000u, 3u})
    large.transition({.reason = std::string(size, 'x')});
  put(large.segments[0].bytes());
  segment_reader reader{files, path};
  BOOST_TEST(sequences(reader) == (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7, 8}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(stops_at_the_last_whole_frame_and_goes_on_when_there_is_more) {
  auto cut = trail.segments[0].offset_of(12) + 100;
  put(std::string_view{bytes}.substr(0, cut));
  segment_reader reader{files, path};
  BOOST_TEST(sequences(reader).size() == 12u);
  BOOST_TEST((reader.fault() == frame_fault::incomplete));
  BOOST_TEST(reader.offset() == trail.segments[0].offset_of(12));
  std::ofstream{path, std::ios::binary | std::ios::app} << std::string_view{bytes}.substr(cut);
  BOOST_TEST(sequences(reader).size() == 8u);
  BOOST_TEST((reader.fault() == frame_fault::none));
}

BOOST_AUTO_TEST_CASE(reads_again_what_was_half_written) {
  auto damaged = bytes;
  auto at = trail.segments[0].offset_of(19) + 60;
  damaged[at] = static_cast<char>(damaged[at] ^ 1);
  put(damaged);
  segment_reader reader{files, path};
  BOOST_TEST(sequences(reader).size() == 19u);
  BOOST_TEST((reader.fault() == frame_fault::checksum));
  put(bytes);
  BOOST_TEST(sequences(reader).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_cut_while_it_is_read_just_ends) {
  segment_reader reader{files, path};
  frame found;
  BOOST_TEST(reader.next(found));
  reader.seek(trail.segments[0].offset_of(10)); // whatever is buffered
  put("");
  reader.seek(trail.segments[0].offset_of(5));
  BOOST_TEST(!reader.next(found));
  BOOST_TEST(reader.problem() == "");
}

BOOST_AUTO_TEST_CASE(goes_to_any_frame) {
  segment_reader reader{files, path};
  frame found;
  for (std::size_t i : {7u, 0u, 19u, 18u, 7u, 7u}) {
    reader.seek(trail.segments[0].offset_of(i));
    BOOST_REQUIRE(reader.next(found));
    BOOST_TEST(found.head.sequence == i + 1);
  }
}

BOOST_AUTO_TEST_CASE(finds_the_next_valid_frame_behind_damage) {
  auto& segment = trail.segments[0];
  segment.frames[6].head.flags = 0;
  trail.rechain(0, 6, 20);
  auto damaged = segment.bytes();
  damaged[segment.offset_of(5) + 4] = '\x7f'; // its size: nothing says where the next one begins
  put(damaged);
  segment_reader reader{files, path};
  BOOST_TEST(sequences(reader).size() == 5u);
  auto fault_at = reader.offset();
  BOOST_TEST(reader.find(fault_at, segment_reader::frames::any).value() == segment.offset_of(6));
  BOOST_TEST(reader.find(fault_at, segment_reader::frames::that_begin_batches).value() == segment.offset_of(7));
  BOOST_TEST(sequences(reader).size() == 13u);
  BOOST_TEST(!reader.find(segment.offset_of(19) + 1, segment_reader::frames::any).has_value());
}

BOOST_AUTO_TEST_CASE(finds_a_frame_beyond_megabytes_of_noise) {
  auto noisy = std::string(5'000'000, '\0') + bytes.substr(trail.segments[0].offset_of(3));
  put(trail.segments[0].header + noisy);
  segment_reader reader{files, path};
  auto begin = trail.segments[0].header.size();
  BOOST_TEST(reader.find(begin, segment_reader::frames::any).value() == begin + 5'000'000);
  BOOST_TEST(sequences(reader).size() == 17u);
}

BOOST_AUTO_TEST_CASE(says_what_is_wrong_with_a_header) {
  put(bytes.substr(0, 50));
  BOOST_TEST((segment_reader{files, path}.header().problem == "it is shorter than a header"));
  put("");
  segment_reader nothing{files, path};
  BOOST_TEST(nothing.header().problem != "");
  BOOST_TEST(nothing.header_bytes() == "");
  put("something else entirely" + bytes);
  BOOST_TEST((segment_reader{files, path}.header().problem == "it does not begin as a segment does"));
}

BOOST_AUTO_TEST_CASE(tells_an_error_of_the_disk_from_damage) {
  segment_reader missing{files, folder / "nowhere"};
  BOOST_TEST(missing.problem().find("No such file") != std::string::npos);
  reluctant_disk disk{1'000, trail.segments[0].offset_of(10)};
  segment_reader reader{disk, path};
  BOOST_TEST(sequences(reader).size() >= 9u);
  BOOST_TEST(reader.problem().find("Input/output error") != std::string::npos);
  frame found;
  BOOST_TEST(!reader.next(found));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
