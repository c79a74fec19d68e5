#include "runtime/network/tls_socket.hpp"

#include "runtime/network/tls_context.hpp"
#include "scripted_gateway.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>
#include <openssl/ssl.h>

#include <string>

using namespace floorwalker;
using namespace floorwalker::test;
namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t record_bytes = 16'384; // RFC 8446 §5.1

const certificate served = test_authority().issue({"IP:127.0.0.1"});

/// A client's end that has shaken hands with a scripted gateway.
class client_end {
public:
  explicit client_end(const scripted_gateway& gateway) {
    tcp_socket socket{context_};
    socket.connect({asio::ip::address_v4::loopback(), gateway.port()});
    socket_ = std::make_unique<tls_socket>(std::move(socket), tls_->native_handle());
    error_code failure;
    socket_->async_handshake([&](error_code error) { failure = error; });
    run();
    BOOST_REQUIRE_MESSAGE(!failure, failure.message());
  }

  /// Everything up to the end, read by `room` bytes at a time, waiting where nothing has arrived.
  std::string read_to_end(std::size_t room, error_code& end) {
    std::string all, piece(room, '\0');
    for (;;) {
      auto size = socket_->read_now(piece, end);
      all.append(piece, 0, size);
      if (!end) continue;
      if (end != asio::error::would_block) return all;
      BOOST_TEST(!socket_->holds_bytes()); // though it may have a part of a record
      socket_->next_layer().async_wait(tcp_socket::wait_read, [](error_code) {});
      run();
    }
  }

  tls_socket& operator*() { return *socket_; }

  void run() {
    context_.restart();
    context_.run();
  }

private:
  asio::io_context context_;
  std::shared_ptr<asio::ssl::context> tls_ = make_tls_context(test_authority().ca_file());
  std::unique_ptr<tls_socket> socket_;
};

std::string numbered_lines(std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; text.size() < bytes; ++i) text += std::to_string(i) + '\n';
  return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(tls_sockets)

BOOST_AUTO_TEST_CASE(what_was_sent_is_read_whole_however_much_room_there_is) {
  auto sent = numbered_lines(300'000);
  for (std::size_t room : {std::size_t{7}, std::size_t{1'000}, record_bytes, std::size_t{200'000}})
    BOOST_TEST_CONTEXT(room << " bytes of room") {
      scripted_gateway gateway{[&](gateway_connection& peer) {
                                 for (std::size_t at = 0; at < sent.size(); at += 5'000)
                                   peer.write(sent.substr(at, 5'000));
                                 peer.finish();
                               },
                               &served};
      client_end client{gateway};
      error_code end;
      BOOST_TEST(client.read_to_end(room, end) == sent);
      BOOST_TEST((end == asio::error::eof), end.message());
      BOOST_TEST((*client).read_now({}, end) == 0U);
    }
}

BOOST_AUTO_TEST_CASE(an_end_that_came_with_the_last_bytes_is_held_until_it_is_told) {
  scripted_gateway gateway{[&](gateway_connection& peer) {
                             peer.write("last words");
                             peer.finish(); // and TCP stays open
                             demand(peer.ended());
                           },
                           &served};
  client_end client{gateway};
  error_code end;
  BOOST_TEST(client.read_to_end(100, end) == "last words");
  BOOST_TEST((end == asio::error::eof), end.message());
  BOOST_TEST((*client).holds_bytes());
  (*client).next_layer().close();
}

BOOST_AUTO_TEST_CASE(an_end_without_close_notify_is_told_as_cut_short_and_told_again) {
  scripted_gateway gateway{[&](gateway_connection& peer) {
                             peer.write("last words");
                             peer.socket().shutdown(tcp_socket::shutdown_send);
                             demand(peer.socket().is_open());
                           },
                           &served};
  client_end client{gateway};
  error_code end;
  BOOST_TEST(client.read_to_end(100, end) == "last words");
  BOOST_TEST((end == asio::ssl::error::stream_truncated), end.message());
  char byte;
  BOOST_TEST((*client).read_now({&byte, 1}, end) == 0U);
  BOOST_TEST((end == asio::ssl::error::stream_truncated), end.message());
}

BOOST_AUTO_TEST_CASE(a_reset_is_the_systems_error_and_told_again) {
  scripted_gateway gateway{[&](gateway_connection& peer) { peer.reset(); }, &served};
  client_end client{gateway};
  gateway.join();
  error_code end;
  client.read_to_end(100, end);
  BOOST_TEST((end == asio::error::connection_reset), end.message());
  char byte;
  (*client).read_now({&byte, 1}, end);
  BOOST_TEST((end == asio::error::connection_reset), end.message());
}

BOOST_AUTO_TEST_CASE(what_is_no_tls_is_openssls_error) {
  scripted_gateway gateway{[&](gateway_connection& peer) {
                             asio::write(peer.socket(), asio::buffer("HTTP/1.1 400 Bad Request\r\n\r\n", 28));
                             demand(peer.ended());
                           },
                           &served};
  client_end client{gateway};
  error_code end;
  client.read_to_end(100, end);
  BOOST_TEST((end.category() == asio::error::get_ssl_category()), end.message());
  (*client).next_layer().close();
}

BOOST_AUTO_TEST_CASE(much_can_be_written_to_a_peer_that_reads_late_and_both_ends_say_goodbye) {
  auto sent = numbered_lines(3'000'000);
  std::string received;
  scripted_gateway gateway{[&](gateway_connection& peer) {
                             received = peer.read_bytes(sent.size());
                             demand(peer.ended());
                             peer.finish();
                           },
                           &served};
  {
    client_end client{gateway};
    error_code failure;
    std::size_t written = 0;
    asio::async_write(*client, asio::buffer(sent), [&](error_code error, std::size_t size) {
      failure = error;
      written = size;
    });
    client.run();
    BOOST_TEST(!failure, failure.message());
    BOOST_TEST(written == sent.size());
    (*client).async_shutdown([&](error_code error) { failure = error; });
    client.run();
  }
  gateway.join();
  BOOST_TEST((received == sent));
}

BOOST_AUTO_TEST_CASE(a_handler_is_never_called_from_within_the_call_that_takes_it) {
  scripted_gateway gateway{[&](gateway_connection& peer) { demand(peer.ended()); }, &served};
  client_end client{gateway};
  auto called = false;
  (*client).async_write_some(asio::buffer("x", 1), [&](error_code, std::size_t) { called = true; });
  BOOST_TEST(!called);
  client.run();
  BOOST_TEST(called);
  (*client).next_layer().close();
}

BOOST_AUTO_TEST_SUITE_END()
