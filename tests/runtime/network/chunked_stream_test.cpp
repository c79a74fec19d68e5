#include "runtime/network/chunked_stream.hpp"

#include "scripted_gateway.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/test/unit_test.hpp>

#include <random>
#include <vector>

using namespace floorwalker;
using namespace floorwalker::test;
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;

namespace {

/// Every shape of message, with control frames before, between and inside them. Adds the messages to `expected`.
std::string every_shape(std::vector<std::string>& expected) {
  std::string bytes;
  auto whole = [&](std::string payload) {
    bytes += text_frame(payload);
    expected.push_back(std::move(payload));
  };
  whole("a");
  bytes += frame(9, "ping");
  whole("");
  whole(std::string(125, 'b'));
  whole(std::string(126, 'c'));
  whole(std::string(300, 'd'));
  bytes += frame(10, "");
  bytes += frame(1, "one ", false) + frame(9, "", true) + frame(0, "two ", false) + frame(0, "", false) +
           frame(10, "pong") + frame(0, "three", true);
  expected.push_back("one two three");
  bytes += frame(1, "", false) + frame(0, "", true);
  expected.push_back("");
  whole(std::string(70'000, 'e'));
  bytes += frame(1, "last ", false) + frame(0, "", true);
  expected.push_back("last ");
  return bytes;
}

using local_socket = asio::local::stream_protocol::socket;

/// A socket that gives at most so many bytes at a time, and so may have some left.
struct sparing_socket {
  using executor_type = local_socket::executor_type;

  executor_type get_executor() { return socket.get_executor(); }
  template <class Token>
  auto async_wait(local_socket::wait_type what, Token&& token) {
    return socket.async_wait(what, std::forward<Token>(token));
  }

  local_socket socket;
  std::size_t read_size;
};

std::size_t read_now(sparing_socket& from, std::span<char> to, beast::error_code& error) {
  from.socket.non_blocking(true);
  return from.socket.read_some(asio::buffer(to.data(), std::min(to.size(), from.read_size)), error);
}
bool holds_bytes(const sparing_socket&) { return true; }
void beast_close_socket(sparing_socket& which) { which.socket.close(); }

/// Everything up to the end of a request's head.
std::string read_head(local_socket& from) {
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    char byte;
    asio::read(from, asio::buffer(&byte, 1));
    head += byte;
  }
  return head;
}

} // namespace

BOOST_AUTO_TEST_SUITE(chunked_streams)

BOOST_AUTO_TEST_CASE(messages_are_counted_wherever_the_stream_is_cut) {
  std::vector<std::string> expected;
  auto bytes = every_shape(expected);
  for (std::size_t cut = 0; cut <= bytes.size(); cut += cut < 1200 || cut + 1200 > bytes.size() ? 1 : 611) {
    message_counter counter;
    auto count = counter.feed(bytes.data(), cut);
    count += counter.feed(bytes.data() + cut, bytes.size() - cut);
    if (count != expected.size()) BOOST_TEST_CONTEXT("cut at " << cut) BOOST_TEST(count == expected.size());
  }
  message_counter counter;
  std::size_t count = 0;
  for (char c : bytes) count += counter.feed(&c, 1);
  BOOST_TEST(count == expected.size());
}

BOOST_AUTO_TEST_CASE(a_message_counts_when_its_last_byte_came_and_not_before) {
  auto bytes = text_frame(std::string(300, 'x'));
  message_counter counter;
  BOOST_TEST(counter.feed(bytes.data(), bytes.size() - 1) == 0u);
  BOOST_TEST(counter.feed(bytes.data() + bytes.size() - 1, 1) == 1u);
}

BOOST_AUTO_TEST_CASE(the_head_ends_where_the_blank_line_ends) {
  const std::string head = "HTTP/1.1 101 Switching Protocols\r\nA: b\r\n\r\r\nC: d\r\n\r\n";
  for (std::size_t cut = 0; cut <= head.size(); ++cut) {
    upgrade_head reader;
    auto bytes = head + "frames";
    auto taken = reader.feed(std::string_view{bytes}.substr(0, cut));
    taken += reader.feed(std::string_view{bytes}.substr(cut));
    BOOST_TEST(taken == head.size());
    BOOST_TEST(reader.complete());
    BOOST_TEST(reader.switches_protocols());
    BOOST_TEST(reader.text() == head);
  }
}

BOOST_AUTO_TEST_CASE(an_outbox_is_bounded_and_a_sealed_one_swallows) {
  outbox out{10};
  BOOST_TEST(out.append(asio::buffer("123456", 6)));
  BOOST_TEST(!out.append(asio::buffer("12345", 5)));
  BOOST_TEST(out.append(asio::buffer("7890", 4)));
  BOOST_TEST(out.take() == "1234567890");
  BOOST_TEST(out.append(asio::buffer("while writing", 8)));
  out.seal("last words");
  out.seal("again");
  BOOST_TEST(out.append(asio::buffer("after", 5)));
  out.written();
  BOOST_TEST(out.take() == "while wrlast words");
  out.written();
  BOOST_TEST(out.take() == "");
}

BOOST_AUTO_TEST_CASE(beast_reads_every_message_from_memory_however_the_bytes_come) {
  std::minstd_rand random{1};
  for (std::size_t read_size : {1u, 2u, 3u, 7u, 64u, 200u, 1000u, 5000u, 100000u})
    for (bool first_with_answer : {false, true}) BOOST_TEST_CONTEXT(read_size << " bytes a read") {
        asio::io_context context;
        local_socket near{context}, far{context};
        asio::local::connect_pair(near, far);
        std::vector<std::string> expected, got;
        auto bytes = every_shape(expected);
        std::atomic<std::uint64_t> heard{0};
        std::size_t reads = 0;
        websocket::stream<chunked_stream<sparing_socket>> ws{
            sparing_socket{std::move(near), read_size},
            chunked_stream<sparing_socket>::options{.chunk_bytes = 4096, .heard = &heard, .on_output = [&] {
                                                      auto& layer = ws.next_layer();
                                                      auto out = layer.output().take();
                                                      asio::write(layer.next_layer().socket, asio::buffer(out));
                                                      layer.output().written();
                                                    }}};
        beast::flat_buffer buffer;
        auto taken = [&] {
          ws.next_layer().message_taken();
          got.push_back(beast::buffers_to_string(buffer.data()));
          buffer.clear();
        };
        std::function<void()> read = [&] {
          ++reads;
          ws.async_read(buffer, [&](beast::error_code error, std::size_t) {
            if (error) {
              BOOST_TEST((error == websocket::error::closed), error.message());
              return;
            }
            taken();
            while (ws.next_layer().messages_ready() > 0) {
              ws.read(buffer, error);
              if (error) BOOST_TEST(error.message() == "");
              if (error) return;
              taken();
            }
            read();
          });
        };
        bool upgraded = false;
        ws.async_handshake("gateway", "/", [&](beast::error_code error) {
          BOOST_TEST(!error);
          upgraded = !error;
          if (upgraded) read();
        });
        context.poll();
        auto answer = upgrade_answer(read_head(far));
        auto all = bytes + server_close(1000, "bye");
        if (first_with_answer) {
          asio::write(far, asio::buffer(answer + all));
        } else {
          asio::write(far, asio::buffer(answer));
          context.restart();
          context.poll();
          asio::write(far, asio::buffer(all));
        }
        context.restart();
        context.run();
        BOOST_TEST(upgraded);
        BOOST_TEST(got == expected, boost::test_tools::per_element());
        BOOST_TEST(heard == answer.size() + all.size());
        if (read_size == 100000u && first_with_answer) BOOST_TEST(reads < expected.size() + 1);
      }
}

BOOST_AUTO_TEST_SUITE_END()
