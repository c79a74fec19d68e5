// permessage-deflate (RFC 7692), against Beast's own server side.
#include "network_floor.hpp"
#include "scripted_gateway.hpp"

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/test/unit_test.hpp>

using namespace floorwalker;
using namespace floorwalker::test;
namespace beast = boost::beast;
namespace websocket = beast::websocket;

namespace {

struct compressing_gateway {
  explicit compressing_gateway(gateway_connection& client) : ws(client.socket()) {
    websocket::permessage_deflate deflate;
    deflate.server_enable = true;
    ws.set_option(deflate);
    ws.accept();
    beast::flat_buffer subscription;
    ws.read(subscription);
    ws.text(true);
    write(R"({"type":"subscribe.ack"})");
  }
  void write(const std::string& text) { ws.write(boost::asio::buffer(text)); }
  std::uint16_t read_close() {
    beast::flat_buffer rest;
    beast::error_code error;
    while (!error) ws.read(rest, error);
    return ws.reason().code;
  }
  websocket::stream<boost::asio::ip::tcp::socket&> ws;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(stream_compression, network_floor)

BOOST_AUTO_TEST_CASE(compressed_events_are_read) {
  tenant.compression = true;
  constexpr std::size_t total = 5000;
  scripted_gateway gateway{[&](gateway_connection& client) {
    compressing_gateway server{client};
    for (std::size_t i = 0; i < total; ++i) server.write(event_text("reason-" + std::to_string(i)));
    server.ws.close({websocket::close_code::going_away, "done"});
  }};
  connect(gateway.url());
  BOOST_TEST_REQUIRE(wait_for_end());
  BOOST_TEST(mail.end->code == 1001);
  BOOST_TEST_REQUIRE(mail.reasons.size() == total);
  for (std::size_t i = 0; i < total; ++i) {
    if (mail.reasons[i] != "reason-" + std::to_string(i)) BOOST_ERROR("out of order at " << i);
  }
}

BOOST_AUTO_TEST_CASE(a_small_message_that_inflates_beyond_max_frame_closes_with_1009) {
  tenant.compression = true;
  std::uint16_t code = 0;
  scripted_gateway gateway{[&](gateway_connection& client) {
    compressing_gateway server{client};
    server.write(std::string(4'000'000, 'x'));
    code = server.read_close();
  }};
  connect(gateway.url());
  BOOST_TEST_REQUIRE(wait_for_end());
  gateway.join();
  BOOST_TEST(mail.end->code == 1009);
  BOOST_TEST(code == 1009);
}

BOOST_AUTO_TEST_SUITE_END()
