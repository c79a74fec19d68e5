#include "runtime/audit/trail_format.hpp"

#include "runtime/audit/crc32c.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace floorwalker {
namespace {

segment_header sample_header() {
  segment_header header;
  header.epoch = 3;
  header.first_sequence = 41;
  header.valid_total = 30;
  header.total = 38;
  header.created = utc_time{std::chrono::seconds{1'700'000'000}};
  header.previous.fill(7);
  header.tenant = "acme";
  header.node = "node-1";
  return header;
}

/// A frame as written behind `sample_header`.
std::string sample_frame(chain_value& chain) {
  chain_hasher hasher;
  chain = hasher.start(encode(sample_header()));
  std::string bytes;
  append_frame(bytes, {frame_kind::record, flag_batch_begins, 41, utc_time{std::chrono::seconds{5}}, 31, 39},
               R"({"a":1})", hasher, chain);
  return bytes;
}

BOOST_AUTO_TEST_SUITE(trail_format)

// RFC 3720 appendix B.4; the long one also takes the way by whole words.
BOOST_AUTO_TEST_CASE(the_checksum_is_that_of_the_standard) {
  BOOST_TEST(crc32c("123456789") == 0xE3069283U);
  BOOST_TEST(crc32c(std::string(32, '\0')) == 0x8A9136AAU);
  BOOST_TEST(crc32c(std::string(32, '\xFF')) == 0x62A8AB43U);
  BOOST_TEST(crc32c("") == 0U);
}

BOOST_AUTO_TEST_CASE(a_header_reads_back_as_it_was_written) {
  auto bytes = encode(sample_header());
  auto parsed = parse_segment_header(bytes + "what follows");
  BOOST_TEST(parsed.problem == "");
  BOOST_TEST(parsed.size == bytes.size());
  BOOST_TEST(parsed.header.epoch == 3U);
  BOOST_TEST(parsed.header.first_sequence == 41U);
  BOOST_TEST(parsed.header.valid_total == 30U);
  BOOST_TEST(parsed.header.total == 38U);
  BOOST_TEST((parsed.header.created == sample_header().created));
  BOOST_TEST((parsed.header.previous == sample_header().previous));
  BOOST_TEST(parsed.header.tenant == "acme");
  BOOST_TEST(parsed.header.node == "node-1");
}

BOOST_AUTO_TEST_CASE(a_header_with_any_bit_flipped_is_refused) {
  auto bytes = encode(sample_header());
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    BOOST_TEST(parse_segment_header(damaged).problem != "", "bit " << bit);
  }
}

BOOST_AUTO_TEST_CASE(a_newer_version_is_refused_as_newer) {
  auto header = sample_header();
  header.version = trail_format_version + 1;
  auto parsed = parse_segment_header(encode(header));
  BOOST_TEST(parsed.newer);
  BOOST_TEST(parsed.problem != "");
}

BOOST_AUTO_TEST_CASE(a_frame_reads_back_as_it_was_written) {
  chain_value chain;
  auto bytes = sample_frame(chain);
  auto followed = bytes + "more";
  frame found;
  BOOST_REQUIRE((parse_frame(followed, found) == frame_fault::none));
  BOOST_TEST(found.size == bytes.size());
  BOOST_TEST(found.size == frame_overhead + 7);
  BOOST_TEST(found.head.sequence == 41U);
  BOOST_TEST(found.head.flags == flag_batch_begins);
  BOOST_TEST(found.head.valid_total == 31U);
  BOOST_TEST(found.head.total == 39U);
  BOOST_TEST((found.head.at == utc_time{std::chrono::seconds{5}}));
  BOOST_TEST(found.payload == R"({"a":1})");
  BOOST_TEST((found.chain == chain));
  chain_hasher hasher;
  BOOST_TEST((hasher.next(hasher.start(encode(sample_header())), found.chained) == chain));
}

BOOST_AUTO_TEST_CASE(a_frame_with_any_bit_flipped_or_a_byte_missing_is_refused) {
  chain_value chain;
  auto bytes = sample_frame(chain);
  frame found;
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    BOOST_TEST((parse_frame(damaged, found) != frame_fault::none), "bit " << bit);
  }
  for (std::size_t size = 0; size < bytes.size(); ++size)
    BOOST_TEST((parse_frame(std::string_view{bytes}.substr(0, size), found) == frame_fault::incomplete),
               size << " bytes");
}

BOOST_AUTO_TEST_CASE(a_digest_in_hexadecimal_is_the_known_one) {
  BOOST_TEST(to_hex(chain_hasher{}.digest("abc")) ==
             "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace floorwalker
