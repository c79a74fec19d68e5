// Streams: what is written arrives, in order; who does not read costs a bound.
#include "tests/runtime/http/served_floor.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <thread>

namespace {

using namespace floorwalker;
using namespace floorwalker::test;

shared_text text(std::string content) { return std::make_shared<const std::string>(std::move(content)); }

BOOST_AUTO_TEST_CASE(what_is_written_from_any_thread_arrives_in_order_and_the_end_is_told) {
  served_floor floor;
  auto client = floor.client();
  client.send(get("/stream", "Accept-Encoding: gzip\r\n"));
  auto owner = floor.next_stream();
  std::thread{[&] {
    for (int i = 0; i < 1000; ++i) owner->stream->write(text(fmt::format("data: {}\n\n", i)));
    owner->stream->close();
    BOOST_TEST(!owner->stream->write(text("too late")));
  }}.join();
  auto answer = client.receive();
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(answer.header("Content-Type") == "text/event-stream");
  BOOST_TEST(answer.header("Content-Encoding") == "");
  BOOST_TEST(answer.header("Cache-Control") == "no-store");
  std::string expected;
  for (int i = 0; i < 1000; ++i) expected += fmt::format("data: {}\n\n", i);
  BOOST_TEST((answer.body == expected));
  BOOST_TEST(client.ended());
  BOOST_TEST(owner->wait_gone());
  BOOST_TEST(!owner->stream->has_room());
}

BOOST_AUTO_TEST_CASE(a_stream_to_an_old_client_has_no_chunks) {
  served_floor floor;
  auto client = floor.client();
  client.send("GET /stream HTTP/1.0\r\nHost: localhost\r\n\r\n");
  auto owner = floor.next_stream();
  owner->stream->write(text("data: 1\n\n"));
  owner->stream->close();
  auto head = client.receive_head();
  BOOST_TEST(head.header("Transfer-Encoding") == "");
  BOOST_TEST(client.read_until("never") == "data: 1\n\n");
}

BOOST_AUTO_TEST_CASE(head_of_a_stream_is_its_head_and_the_end) {
  served_floor floor;
  auto client = floor.client();
  auto answer = client.ask("HEAD /stream HTTP/1.1\r\nHost: localhost\r\n\r\n", true);
  BOOST_TEST(answer.header("Content-Type") == "text/event-stream");
  BOOST_TEST(floor.next_stream()->wait_gone());
  BOOST_TEST(client.ended());
}

BOOST_AUTO_TEST_CASE(a_client_that_leaves_is_noticed_without_a_write) {
  served_floor floor;
  auto client = floor.client();
  client.send(get("/stream"));
  auto owner = floor.next_stream();
  BOOST_TEST(client.receive_head().status == 200);
  client.reset();
  BOOST_TEST(owner->wait_gone());
  BOOST_TEST(!owner->stream->write(text("x")));
  BOOST_TEST(owner->stream->waiting() == 0u);
}

BOOST_AUTO_TEST_CASE(a_client_that_reads_nothing_costs_a_bound_and_is_given_up) {
  auto options = quick_options();
  options.limits.stream_bytes = 100'000;
  served_floor floor{options};
  plain_client deaf{floor.port(), false, 4096};
  deaf.send(get("/stream"));
  auto owner = floor.next_stream();
  auto piece = text(std::string(10'000, 'x'));
  std::size_t taken = 0;
  int rooms = 0;
  do { // until the system's buffers are full and ours behind them, and the client's time is over
    while (owner->stream->write(piece)) {
      taken += piece->size();
      BOOST_REQUIRE(owner->stream->waiting() < 100'000 + piece->size());
      BOOST_REQUIRE(taken < 20'000'000u);
    }
  } while (owner->wait_room_unless_gone(++rooms));
  BOOST_TEST(owner->wait_gone());
  BOOST_TEST(owner->stream->waiting() == 0u);
  BOOST_TEST(floor.client().ask(get("/hello")).body == "hello");
}

BOOST_AUTO_TEST_CASE(a_stream_that_was_full_tells_when_there_is_room_and_loses_nothing) {
  server_options options;
  options.limits.stream_bytes = 50'000;
  options.limits.stream_pace = std::chrono::milliseconds{1};
  served_floor floor{options};
  auto client = floor.client();
  client.send(get("/stream"));
  auto owner = floor.next_stream();
  std::thread reader_waits{[&] {
    // Written faster than anybody reads, so it is full again and again.
    int rooms = 0;
    for (int i = 0; i < 3000;) {
      if (owner->stream->write(text(fmt::format("{:06}{}\n", i, std::string(993, '.')))))
        ++i;
      else if (!owner->wait_room(++rooms))
        return;
    }
    owner->stream->close();
  }};
  auto answer = client.receive();
  reader_waits.join();
  BOOST_TEST(answer.body.size() == 3'000'000u);
  for (std::size_t i = 0; i < 3000 && answer.body.size() == 3'000'000u; ++i)
    BOOST_REQUIRE(answer.body.compare(i * 1000, 6, fmt::format("{:06}", i)) == 0);
  BOOST_TEST(owner->rooms() > 10);
}

BOOST_AUTO_TEST_CASE(one_text_larger_than_the_bound_is_taken_whole) {
  server_options options;
  options.limits.stream_bytes = 16'384;
  served_floor floor{options};
  auto client = floor.client();
  client.send(get("/stream"));
  auto owner = floor.next_stream();
  BOOST_TEST(owner->stream->write(text(std::string(3'000'000, 's'))));
  BOOST_TEST(!owner->stream->write(text("no room")));
  owner->stream->close();
  BOOST_TEST(client.receive().body.size() == 3'000'000u);
}

BOOST_AUTO_TEST_CASE(a_drain_sends_what_waits_and_ends_streams) {
  server_options options;
  options.limits.stream_pace = std::chrono::milliseconds{200};
  served_floor floor{options};
  auto client = floor.client();
  client.send(get("/stream"));
  auto owner = floor.next_stream();
  BOOST_TEST(client.receive_head().status == 200);
  owner->stream->write(text("data: last\n\n"));
  floor.server->stop(std::chrono::seconds{10});
  BOOST_TEST(client.read_until("0\r\n\r\n").find("data: last\n\n") != std::string::npos);
  BOOST_TEST(owner->wait_gone());
}

BOOST_AUTO_TEST_CASE(after_the_server_nothing_is_called_and_nothing_is_kept) {
  auto owner = std::make_shared<stream_owner>();
  auto kept = std::make_shared<int>(0);
  std::weak_ptr<int> watched = kept;
  http_exchange_ptr exchange;
  {
    served_floor floor;
    auto client = floor.client();
    client.send(get("/later"));
    exchange = floor.next_later();
  }
  owner->stream = exchange->open_stream({}, {[kept] {}, [kept] {}});
  kept = nullptr;
  BOOST_TEST(watched.expired());
  BOOST_TEST(!owner->stream->write(text("x")));
}

BOOST_AUTO_TEST_CASE(a_stream_ends_when_its_caller_signs_out) {
  auto access = std::make_shared<access_control>(
      std::vector<api_token>{{"wall", caller_role::viewer, true, {}, hash_secret("secret"), "-"}},
      access_control::session_limits{});
  served_floor floor{{}, access};
  auto client = floor.client();
  client.send(get("/stream", "Authorization: Bearer secret\r\n"));
  auto owner = floor.next_stream();
  BOOST_TEST(client.receive_head().status == 200);
  access->replace_tokens({});
  BOOST_TEST(owner->wait_gone());
  BOOST_TEST(client.ended());
}

} // namespace
