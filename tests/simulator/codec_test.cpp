#include <boost/test/unit_test.hpp>

#include "simulator/websocket_codec.hpp"

using namespace floorwalker::simulator;

namespace {

/// A client's frame: masked.
std::string masked(std::uint8_t first, std::string_view payload) {
  auto plain = std::string{};
  append_frame(plain, static_cast<opcode>(first & 0x0f), payload, first & 0xf0);
  auto head = plain.size() - payload.size();
  auto frame = plain.substr(0, head);
  frame[1] = static_cast<char>(frame[1] | '\x80');
  constexpr std::string_view key = "\x12\x34\x56\x78";
  frame += key;
  for (auto at = std::size_t{0}; at < payload.size(); ++at) frame += static_cast<char>(payload[at] ^ key[at % 4]);
  return frame;
}

std::uint16_t close_code_for(std::string_view bytes) {
  auto decoder = frame_decoder{false};
  decoder.feed(bytes);
  while (decoder.next()) {
  }
  return decoder.close_code();
}

} // namespace

BOOST_AUTO_TEST_SUITE(codec_test)

BOOST_AUTO_TEST_CASE(the_accept_key_is_that_of_the_rfc) {
  BOOST_TEST(accept_key("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

BOOST_AUTO_TEST_CASE(messages_of_every_length_are_read_byte_by_byte) {
  for (auto size : {0u, 1u, 125u, 126u, 127u, 65'535u, 65'536u, 70'000u}) {
    auto decoder = frame_decoder{false};
    auto payload = std::string(size, 'x');
    auto bytes = masked(0x81, payload);
    auto seen = std::optional<client_message>{};
    for (auto at = std::size_t{0}; at < bytes.size(); ++at) {
      BOOST_TEST_REQUIRE(!seen.has_value());
      // Long ones in two steps: single bytes would take seconds.
      auto step = size > 1000 && at == 10 ? bytes.size() - 11 : std::size_t{1};
      decoder.feed({bytes.data() + at, step});
      at += step - 1;
      seen = decoder.next();
    }
    BOOST_TEST_REQUIRE(seen.has_value());
    BOOST_TEST((seen->payload == payload));
  }
}

BOOST_AUTO_TEST_CASE(fragments_are_joined_around_a_ping) {
  auto decoder = frame_decoder{false};
  decoder.feed(masked(0x01, "one ") + masked(0x89, "ping") + masked(0x00, "two ") + masked(0x80, "three"));
  BOOST_TEST((decoder.next()->kind == opcode::ping));
  auto whole = decoder.next();
  BOOST_TEST(whole->payload == "one two three");
  BOOST_TEST((whole->kind == opcode::text));
  BOOST_TEST(!decoder.next().has_value());
}

BOOST_AUTO_TEST_CASE(a_clients_mistakes_have_their_close_codes) {
  auto unmasked = std::string{};
  append_frame(unmasked, opcode::text, "hello");
  BOOST_TEST(close_code_for(unmasked) == 1002);
  BOOST_TEST(close_code_for(masked(0x83, "")) == 1002);                      // unknown opcode
  BOOST_TEST(close_code_for(masked(0xc1, "")) == 1002);                      // compressed without agreement
  BOOST_TEST(close_code_for(masked(0x09, "")) == 1002);                      // ping in fragments
  BOOST_TEST(close_code_for(masked(0x89, std::string(126, 'x'))) == 1002);   // ping too long
  BOOST_TEST(close_code_for(masked(0x80, "x")) == 1002);                     // continues nothing
  BOOST_TEST(close_code_for(masked(0x01, "x") + masked(0x81, "y")) == 1002); // interrupts a message
  BOOST_TEST(close_code_for(masked(0x82, std::string((1 << 20) + 1, 'x'))) == 1009);
  BOOST_TEST(close_code_for(masked(0x81, "fine")) == 0);
}

BOOST_AUTO_TEST_CASE(a_compressed_message_is_inflated_as_it_was) {
  auto deflater = message_deflater{};
  auto text = std::string{};
  for (auto times = 0; times < 100; ++times) text += "agent.state.change ";
  for (auto times = 0; times < 3; ++times) {
    auto frame = std::string{};
    deflater.append_text(frame, text);
    BOOST_TEST(frame.size() < text.size() / 4);
    auto head = static_cast<std::uint8_t>(frame[1]) < 126 ? 2u : 4u;
    auto decoder = frame_decoder{true};
    decoder.feed(masked(0xc1, std::string_view{frame}.substr(head)));
    BOOST_TEST(decoder.next()->payload == text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
