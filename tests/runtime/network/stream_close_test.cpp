// How connections end: by either side's close frame, by the network, by a hostile gateway.
#include "network_floor.hpp"
#include "runtime/network/observation_intake.hpp"
#include "scripted_gateway.hpp"

#include <boost/test/unit_test.hpp>

#include <future>
#include <thread>

using namespace floorwalker;
using namespace floorwalker::test;

namespace {

std::string one_event() { return text_frame(event_text("r")); }

} // namespace

BOOST_FIXTURE_TEST_SUITE(stream_closes, network_floor)

BOOST_AUTO_TEST_CASE(the_gateways_codes_arrive_as_they_were_sent) {
  struct row {
    std::string close;
    int code;
    std::string reason;
  };
  const row rows[] = {{server_close(1000), 1000, ""},
                      {server_close(1008, "rate limit"), 1008, "rate limit"},
                      {server_close(1013, "later"), 1013, "later"},
                      {server_close(4401, "token expired"), 4401, "token expired"},
                      {frame(8, ""), 1005, ""}};
  for (auto& r : rows) BOOST_TEST_CONTEXT(r.code) {
      network_floor floor;
      scripted_gateway gateway{[&](gateway_connection& client) {
        client.subscribe_client();
        client.write(r.close);
        demand(client.read_frame().opcode == 8);
        demand(client.ended());
      }};
      floor.connect(gateway.url());
      BOOST_TEST_REQUIRE(floor.wait_for_end());
      BOOST_TEST(floor.mail.end->code == r.code);
      BOOST_TEST(floor.mail.end->reason == r.reason);
      BOOST_TEST((floor.mail.end->kind == stream_end_kind::closed));
    }
}

BOOST_AUTO_TEST_CASE(fin_and_rst_are_1006_and_what_came_before_is_kept) {
  for (bool reset : {false, true}) BOOST_TEST_CONTEXT((reset ? "RST" : "FIN")) {
      network_floor floor;
      scripted_gateway gateway{[&](gateway_connection& client) {
        client.subscribe_client();
        client.write(one_event());
        demand(floor.wait_for_events(1)); // a reset may overtake unread bytes
        if (reset)
          client.reset();
        else
          client.finish();
      }};
      floor.connect(gateway.url());
      BOOST_TEST_REQUIRE(floor.wait_for_end());
      BOOST_TEST(floor.mail.end->code == 1006);
      BOOST_TEST((floor.mail.end->reason ==
                  (reset ? "connection reset by peer" : "the gateway closed the connection without a close frame")),
                 floor.mail.end->reason);
      BOOST_TEST(floor.mail.reasons.size() == 1u);
    }
}

BOOST_AUTO_TEST_CASE(the_end_of_tls_is_the_end_though_tcp_stays_open) {
  static const auto served = test_authority().issue({"IP:127.0.0.1"});
  network_floor floor;
  scripted_gateway gateway{[&](gateway_connection& client) {
                             client.subscribe_client();
                             client.write(one_event());
                             client.finish(); // waits for our own close_notify, or for TCP to end
                           },
                           &served};
  floor.connect(gateway.url(), test_authority().ca_file());
  BOOST_TEST_REQUIRE(floor.wait_for_end());
  BOOST_TEST(floor.mail.end->code == 1006);
  BOOST_TEST(floor.mail.end->reason == "the gateway closed the connection without a close frame");
  BOOST_TEST(floor.mail.reasons.size() == 1u);
}

BOOST_AUTO_TEST_CASE(violations_are_answered_with_their_code) {
  struct row {
    const char* what;
    std::string bytes;
    int code;
  };
  const row rows[] = {
      {"oversized", frame(1, std::string(2000, 'x')), 1009},
      {"oversized by its header alone", std::string("\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", 10), 1009},
      {"oversized in pieces", frame(1, std::string(700, 'x'), false) + frame(0, std::string(700, 'x')), 1009},
      {"invalid UTF-8", frame(1, "\xff\xfe"), 1007},
      {"reserved opcode", frame(3, "x"), 1002},
      {"continuation of nothing", frame(0, "x"), 1002},
      {"reserved bits", std::string("\xc1\x01x", 3), 1002},
      {"masked", std::string("\x81\x81\0\0\0\0x", 7), 1002},
      {"long ping", frame(9, std::string(126, 'x')), 1002},
  };
  for (auto& r : rows) BOOST_TEST_CONTEXT(r.what) {
      network_floor floor;
      client_frame answer;
      scripted_gateway gateway{[&](gateway_connection& client) {
        client.subscribe_client();
        client.write(one_event() + r.bytes);
        answer = client.read_frame();
        demand(client.ended());
      }};
      floor.connect(gateway.url(), {}, 1024);
      BOOST_TEST_REQUIRE(floor.wait_for_end());
      gateway.join();
      BOOST_TEST(answer.close_code() == r.code);
      BOOST_TEST(floor.mail.end->code == r.code);
      BOOST_TEST(floor.mail.reasons.size() == 1u);
    }
}

BOOST_AUTO_TEST_CASE(a_close_that_reads_to_the_end_keeps_every_event_before_the_answer) {
  client_frame ours;
  scripted_gateway gateway{[&](gateway_connection& client) {
    client.subscribe_client();
    client.write(one_event());
    ours = client.read_frame();
    std::string rest;
    for (int i = 0; i < 5000; ++i) rest += one_event() + (i % 100 == 0 ? frame(9, "ping") : "");
    client.write(rest + server_close(1000));
    demand(client.read_frame().opcode == -1); // after our close frame nothing follows, no pong either
  }};
  auto connection = connect(gateway.url());
  BOOST_TEST_REQUIRE(wait_for_events(1));
  connection->close(1000, "handed over", true);
  BOOST_TEST_REQUIRE(wait_for_end());
  gateway.join();
  BOOST_TEST(ours.close_code() == 1000);
  BOOST_TEST(ours.payload.substr(2) == "handed over");
  BOOST_TEST(mail.reasons.size() == 5001u);
  BOOST_TEST(mail.end->code == 1000);
  BOOST_TEST(mail.end->by_us);
}

BOOST_AUTO_TEST_CASE(reading_to_the_end_waits_for_the_tracker_as_long_as_it_takes) {
  mail.holds_credit = true;
  constexpr std::size_t total = 40'000;
  scripted_gateway gateway{[&](gateway_connection& client) {
    client.subscribe_client();
    std::string thousand;
    for (int i = 0; i < 1000; ++i) thousand += one_event();
    for (std::size_t i = 0; i < total; i += 1000) client.write(thousand);
    client.write(server_close(1000));
    demand(client.read_frame().close_code() == 1000);
  }};
  auto connection = connect(gateway.url());
  auto until = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (!connection->paused() && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  BOOST_TEST_REQUIRE(connection->paused());
  connection->close(1000, "", true);
  return_credit();
  BOOST_TEST_REQUIRE(wait_for_end());
  BOOST_TEST(mail.reasons.size() == total);
  BOOST_TEST(mail.end->code == 1000);
}

BOOST_AUTO_TEST_CASE(the_end_says_what_the_tracker_did_not_give_back) {
  for (auto returned : {true, false}) BOOST_TEST_CONTEXT((returned ? "everything" : "nothing") << " was given back") {
      network_floor floor;
      floor.mail.holds_credit = true;
      scripted_gateway gateway{[&](gateway_connection& client) {
        client.subscribe_client();
        client.write(one_event());
        demand(client.ended());
      }};
      auto connection = floor.connect(gateway.url());
      BOOST_TEST_REQUIRE(floor.wait_for_events(1));
      std::optional<oldest_observation> given;
      floor.mail.note([&](auto& m) { given = oldest_of(m.held); });
      BOOST_TEST_REQUIRE(given.has_value());
      if (returned) floor.return_credit();
      connection->drop("its tracker failed");
      BOOST_TEST_REQUIRE(floor.wait_for_end());
      BOOST_TEST((floor.mail.end->unfinished_since == (returned ? std::nullopt : given)));
    }
}

BOOST_AUTO_TEST_CASE(a_plain_close_hands_over_what_is_there_and_drops_the_rest) {
  constexpr std::size_t total = observation_intake::credit + 2;
  std::promise<event_stream_connection_ptr> connected;
  mail.holds_credit = true;
  scripted_gateway gateway{[&](gateway_connection& client) {
    client.subscribe_client();
    for (std::size_t i = 0; i < total; ++i) { // as many batches as the credit allows, and an open one
      client.write(one_event());
      if (i < observation_intake::credit) demand(wait_for_events(i + 1));
    }
    client.write(frame(9, "")); // its pong says that the events before it were read
    demand(client.read_frame().opcode == 10);
    connected.get_future().get()->close(1001, "stopping", false);
    demand(client.read_frame().close_code() == 1001);
    client.write(one_event() + one_event() + server_close(1001));
    demand(client.ended());
  }};
  connected.set_value(connect(gateway.url()));
  BOOST_TEST_REQUIRE(wait_for_end());
  BOOST_TEST(mail.reasons.size() == total);
  BOOST_TEST(mail.end->by_us);
  BOOST_TEST(mail.end->code == 1001);
}

BOOST_AUTO_TEST_CASE(a_close_that_is_not_answered_ends_all_the_same) {
  scripted_gateway gateway{[&](gateway_connection& client) {
    client.subscribe_client();
    client.ended();
  }};
  auto connection = connect(gateway.url());
  BOOST_TEST_REQUIRE(mail.wait([](auto& m) { return m.source != nullptr; }));
  connection->close(1000, "", false);
  connection->close(1001, "again", true);
  BOOST_TEST_REQUIRE(wait_for_end());
  BOOST_TEST(mail.end->code == 1006);
  BOOST_TEST(mail.end->by_us);
  connection->close(1000, "", false); // and after the end nothing happens
  connection->ping();
  connection->drop("");
}

BOOST_AUTO_TEST_CASE(a_close_while_connecting_gives_up) {
  std::promise<event_stream_connection_ptr> connected;
  scripted_gateway gateway{[&](gateway_connection& client) {
    client.read_head();
    connected.get_future().get()->close(1000, "", false);
    client.ended();
  }};
  connected.set_value(connect(gateway.url()));
  BOOST_TEST_REQUIRE(wait_for_end());
  BOOST_TEST((mail.end->kind == stream_end_kind::connect_failed));
  BOOST_TEST(mail.end->by_us);
}

BOOST_AUTO_TEST_CASE(pings_whose_pongs_nobody_reads_end_the_connection_and_block_nothing) {
  scripted_gateway hostile{[&](gateway_connection& client) {
    client.subscribe_client();
    std::string pings;
    for (int i = 0; i < 1000; ++i) pings += frame(9, std::string(125, 'p'));
    client.write_without_blocking(pings, 64 << 20);
  }};
  connect(hostile.url());
  BOOST_TEST_REQUIRE(wait_for_end());
  BOOST_TEST(mail.end->code == 1006);
  BOOST_TEST(mail.end->reason == "the gateway does not read what it makes us send");
}

BOOST_AUTO_TEST_SUITE_END()
