#include "runtime/network/stream_ends.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/zlib/error.hpp>
#include <boost/test/unit_test.hpp>

using namespace floorwalker;
namespace websocket = boost::beast::websocket;

BOOST_AUTO_TEST_SUITE(stream_ends)

BOOST_AUTO_TEST_CASE(each_error_has_its_close_code) {
  struct row {
    boost::system::error_code error;
    int code;
  };
  const row rows[] = {
      {boost::asio::error::eof, 1006},
      {boost::asio::error::connection_reset, 1006},
      {boost::asio::error::broken_pipe, 1006},
      {boost::asio::error::no_buffer_space, 1006},
      {boost::asio::ssl::error::stream_truncated, 1006},
      {websocket::error::message_too_big, 1009},
      {websocket::error::buffer_overflow, 1009},
      {websocket::error::bad_frame_payload, 1007},
      {boost::beast::zlib::error::invalid_distance, 1007},
      {websocket::error::bad_opcode, 1002},
      {websocket::error::bad_masked_frame, 1002},
      {websocket::error::bad_reserved_bits, 1002},
      {websocket::error::bad_continuation, 1002},
      {websocket::error::bad_control_size, 1002},
      {websocket::error::bad_close_code, 1002},
      {websocket::error::bad_close_payload, 1002},
      {websocket::error::bad_size, 1002},
  };
  for (auto& r : rows) BOOST_TEST_CONTEXT(r.error.message()) {
      auto end = end_of_stream(r.error, {});
      BOOST_TEST(end.code == r.code);
      BOOST_TEST((end.kind == stream_end_kind::closed));
      BOOST_TEST(!end.reason.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_close_frame_gives_its_own_code_and_reason) {
  auto end = end_of_stream(websocket::error::closed, {static_cast<websocket::close_code>(4401), "token \x1b expired"});
  BOOST_TEST(end.code == 4401);
  BOOST_TEST(end.reason == "token \\x1b expired");
  BOOST_TEST(end_of_stream(websocket::error::closed, {}).code == 1005);
}

BOOST_AUTO_TEST_CASE(a_reason_is_cut_between_characters) {
  std::string text(122, 'a');
  BOOST_TEST(printable_reason(text + "\u00fc").size() == 122u);
  auto frame = close_frame(1000, text + "\u00fc", {0, 0, 0, 0});
  BOOST_TEST(frame.size() == 6u + 2 + 122);
}

BOOST_AUTO_TEST_CASE(a_close_frame_is_masked) {
  auto frame = close_frame(1000, "bye", {1, 2, 3, 4});
  const char expected[] = {char(0x88), char(0x85), 1, 2, 3, 4, 0x03 ^ 1, char(0xe8 ^ 2), 'b' ^ 3, 'y' ^ 4, 'e' ^ 1};
  BOOST_TEST(frame == std::string(expected, sizeof expected));
  BOOST_TEST((random_mask() != random_mask() || random_mask() != random_mask()));
}

BOOST_AUTO_TEST_CASE(a_refused_upgrade_is_told_by_its_status) {
  auto end = refused_upgrade("HTTP/1.1 401 Un\tauthorized\r\nRetry-After: 3\r\n\r\n", {});
  BOOST_TEST((end.kind == stream_end_kind::upgrade_refused));
  BOOST_TEST(end.code == 1006);
  BOOST_TEST(end.http_status == 401);
  BOOST_TEST(end.reason.starts_with("Un\\x09"), end.reason);
  BOOST_TEST((end.retry_after == std::chrono::seconds{3}));
  auto garbage = refused_upgrade("GARBAGE\r\n\r\n", {});
  BOOST_TEST((garbage.kind == stream_end_kind::connect_failed));
  BOOST_TEST(garbage.http_status == 0);
}

BOOST_AUTO_TEST_SUITE_END()
