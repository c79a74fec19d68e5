// A session from its first byte to its last batch: subscribing, batches, credit, what is not an event.
#include "network_floor.hpp"
#include "runtime/network/observation_intake.hpp"
#include "scripted_gateway.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <thread>

using namespace floorwalker;
using namespace floorwalker::test;
using boost::test_tools::per_element;

namespace {

using steps_t = std::vector<std::string>;

struct certificates {
  certificate good = test_authority().issue({"IP:127.0.0.1", "DNS:localhost"});
  certificate of_another_host = test_authority().issue({"DNS:other.example", "IP:127.0.0.2"});
};
const certificates& made() {
  static certificates one;
  return one;
}

std::string reason_number(std::size_t i) {
  std::string reason{'r'};
  return reason.append(std::to_string(i));
}

std::string numbered(std::size_t first, std::size_t last) {
  std::string bytes;
  for (auto i = first; i < last; ++i) bytes += text_frame(event_text(reason_number(i)));
  return bytes;
}

bool in_order(const std::vector<std::string>& reasons, std::size_t count) {
  if (reasons.size() != count) return false;
  for (std::size_t i = 0; i < count; ++i)
    if (reasons[i] != reason_number(i)) return false;
  return true;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(stream_sessions, network_floor)

BOOST_AUTO_TEST_CASE(a_connection_subscribes_and_its_events_reach_the_tracker) {
  std::string head, subscription;
  scripted_gateway gateway{[&](gateway_connection& client) {
    subscription = client.subscribe_client();
    head = client.request_head;
    client.write(numbered(0, 3));
    client.write(server_close(1001, "restarting"));
    demand(client.read_frame().close_code() == 1001);
    demand(client.ended());
  }};
  auto connection = connect(gateway.url());
  BOOST_TEST_REQUIRE(wait_for_end());
  gateway.join();
  BOOST_TEST(subscription == R"({"action":"subscribe"})");
  BOOST_TEST(head.starts_with("GET /api/v2/events/stream HTTP/1.1\r\n"));
  BOOST_TEST(head.find("\r\nHost: 127.0.0.1:" + std::to_string(gateway.port()) + "\r\n") != head.npos);
  BOOST_TEST(head.find("\r\nAuthorization: Bearer token-text\r\n") != head.npos);
  BOOST_TEST(head.find("\r\nUser-Agent: CXoneAgentMonitor/1.0\r\n") != head.npos);
  BOOST_TEST(head.find("Extensions") == head.npos); // compression is off
  BOOST_TEST(in_order(mail.reasons, 3));
  BOOST_TEST(mail.end->code == 1001);
  BOOST_TEST(mail.end->reason == "restarting");
  BOOST_TEST(!mail.end->by_us);
  BOOST_TEST((mail.end->kind == stream_end_kind::closed));
  BOOST_TEST(mail.ended_source->connection == 7u);
  BOOST_TEST((mail.ended_source->last_received <= mail.ended_source->at));
  BOOST_TEST(connection->octets_heard() > 600u);
  BOOST_TEST(socket_steps() == (steps_t{"upgraded", "subscribed", "carried event", "stream ended"}), per_element());
  BOOST_TEST(tracker_steps() == (steps_t{"opened", "batch", "source ended"}), per_element());
}

BOOST_AUTO_TEST_CASE(path_and_user_agent_are_the_tenants) {
  std::string head;
  scripted_gateway gateway{[&](gateway_connection& client) {
    head = client.read_head();
    client.write(upgrade_answer(head));
  }};
  tenant.paths.stream = "/live";
  tenant.user_agent = "Wallboard/2.1 (acme)";
  connect(gateway.url());
  BOOST_TEST_REQUIRE(wait_for_end());
  connections.clear();
  gateway.join();
  BOOST_TEST(head.starts_with("GET /live HTTP/1.1\r\n"));
  BOOST_TEST(head.find("\r\nUser-Agent: Wallboard/2.1 (acme)\r\n") != head.npos);
}

BOOST_AUTO_TEST_CASE(the_same_over_tls) {
  scripted_gateway gateway{[&](gateway_connection& client) {
                             client.subscribe_client();
                             for (std::size_t i = 0; i < 500; ++i) client.write(numbered(i, i + 1)); // a record each
                             client.write(server_close(1000));
                             demand(client.read_frame().close_code() == 1000);
                             demand(client.ended());
                           },
                           &made().good};
  connect(gateway.url(), test_authority().ca_file());
  BOOST_TEST_REQUIRE(wait_for_end());
  BOOST_TEST(in_order(mail.reasons, 500));
  BOOST_TEST(mail.end->code == 1000);
}

BOOST_AUTO_TEST_CASE(a_certificate_for_another_host_is_refused) {
  scripted_gateway gateway{[](gateway_connection& client) { client.ended(); }, &made().of_another_host};
  connect(gateway.url(), test_authority().ca_file());
  BOOST_TEST_REQUIRE(wait_for_end());
  BOOST_TEST((mail.end->kind == stream_end_kind::connect_failed));
  BOOST_TEST(mail.end->code == 1006);
  BOOST_TEST(mail.end->reason == "certificate verify failed: IP address mismatch");
}

BOOST_AUTO_TEST_CASE(a_certificate_of_an_unknown_authority_is_refused) {
  authority stranger;
  auto own = stranger.issue({"IP:127.0.0.1"});
  scripted_gateway gateway{[](gateway_connection& client) { client.ended(); }, &own};
  connect(gateway.url(), test_authority().ca_file());
  BOOST_TEST_REQUIRE(wait_for_end());
  BOOST_TEST(mail.end->reason.starts_with("certificate verify failed: "), mail.end->reason);
}

BOOST_AUTO_TEST_CASE(frames_that_come_with_the_upgrades_answer_are_not_lost) {
  scripted_gateway gateway{[&](gateway_connection& client) {
    client.write(upgrade_answer(client.read_head()) + text_frame(R"({"type":"subscribe.ack"})") + numbered(0, 2000) +
                 server_close(1000));
    demand(client.read_frame().opcode == 1);
    demand(client.read_frame().close_code() == 1000);
  }};
  connect(gateway.url());
  BOOST_TEST_REQUIRE(wait_for_end());
  BOOST_TEST(in_order(mail.reasons, 2000));
}

BOOST_AUTO_TEST_CASE(a_single_event_is_a_batch_of_one) {
  scripted_gateway gateway{[&](gateway_connection& client) {
    client.subscribe_client();
    client.write(numbered(0, 1));
    client.ended();
  }};
  auto connection = connect(gateway.url());
  BOOST_TEST_REQUIRE(wait_for_events(1));
  BOOST_TEST(mail.batches == std::vector<std::size_t>{1}, per_element());
  connection->drop("enough");
  BOOST_TEST_REQUIRE(wait_for_end());
  BOOST_TEST(mail.end->code == 1006);
  BOOST_TEST(mail.end->reason == "enough");
  BOOST_TEST(!mail.end->by_us);
}

BOOST_AUTO_TEST_CASE(what_is_whole_does_not_wait_for_a_message_of_which_a_part_has_come) {
  for (const auto* tls : {static_cast<const certificate*>(nullptr), &made().good})
    BOOST_TEST_CONTEXT((tls ? "TLS" : "plain")) {
      network_floor floor;
      auto large = text_frame(std::string(200'000, 'x'));
      scripted_gateway gateway{[&](gateway_connection& client) {
                                 client.subscribe_client();
                                 client.write(numbered(0, 3) + large.substr(0, large.size() / 2));
                                 demand(floor.wait_for_events(3));
                                 client.write(large.substr(large.size() / 2) + server_close(1000));
                                 demand(client.read_frame().close_code() == 1000);
                                 demand(client.ended());
                               },
                               tls};
      floor.connect(gateway.url(), tls ? test_authority().ca_file() : "");
      BOOST_TEST_REQUIRE(floor.wait_for_end());
      BOOST_TEST(in_order(floor.mail.reasons, 3));
      BOOST_TEST(floor.mail.end->code == 1000);
    }
}

BOOST_AUTO_TEST_CASE(at_most_so_many_batches_are_owed_then_reading_stops_and_nothing_is_lost) {
  constexpr std::size_t total = 60'000; // 12 MB: more than the owed batches and the kernel's buffers hold
  constexpr auto owed = observation_intake::credit;
  mail.holds_credit = true;
  std::atomic<bool> all_written{false};
  scripted_gateway gateway{[&](gateway_connection& client) {
    client.subscribe_client();
    for (std::size_t i = 0; i < total; i += 1000) client.write(numbered(i, i + 1000));
    all_written = true;
    client.write(server_close(1000));
    client.read_frame();
  }};
  auto connection = connect(gateway.url());
  BOOST_TEST_REQUIRE(mail.wait([&](auto& m) { return m.held.size() >= owed; }));
  // One more batch fills up, then the session stops; the socket buffers fill, and the gateway stands still.
  auto until = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (!connection->paused() && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  BOOST_TEST(connection->paused());
  BOOST_TEST(!all_written);
  BOOST_TEST(mail.wait([&](auto& m) { return m.held.size() == owed; }));
  return_credit();
  BOOST_TEST_REQUIRE(wait_for_end());
  BOOST_TEST(in_order(mail.reasons, total));
  for (auto size : mail.batches) BOOST_TEST(size <= observation_intake::batch_items_max);
  BOOST_TEST(!connection->paused());
  BOOST_TEST(mail.end->code == 1000);
}

BOOST_AUTO_TEST_CASE(what_is_no_event_is_counted_and_the_connection_stays) {
  scripted_gateway gateway{[&](gateway_connection& client) {
    client.subscribe_client();
    client.write(text_frame("not json") + text_frame("") + frame(2, "binary") + text_frame(R"({"type":"news"})"));
    client.write(numbered(0, 1) + server_close(1000));
    client.read_frame();
  }};
  connect(gateway.url());
  BOOST_TEST_REQUIRE(wait_for_end());
  BOOST_TEST(mail.malformed == 3u);
  BOOST_TEST(mail.ignored == 1u);
  BOOST_TEST(in_order(mail.reasons, 1));
}

BOOST_AUTO_TEST_CASE(a_reject_closes_with_1000_and_says_why) {
  client_frame answer;
  scripted_gateway gateway{[&](gateway_connection& client) {
    client.write(upgrade_answer(client.read_head()));
    client.read_frame();
    client.write(text_frame(R"({"type":"subscribe.reject","reason":"too many agents"})") + numbered(0, 5));
    answer = client.read_frame();
    client.write(server_close(1000));
    client.ended();
  }};
  connect(gateway.url());
  BOOST_TEST_REQUIRE(wait_for_end());
  gateway.join();
  BOOST_TEST(answer.close_code() == 1000);
  BOOST_TEST((mail.end->kind == stream_end_kind::rejected));
  BOOST_TEST(mail.end->reason == "too many agents");
  BOOST_TEST(mail.reasons.empty());
  BOOST_TEST(socket_steps() == (steps_t{"upgraded", "stream ended"}), per_element());
  BOOST_TEST(tracker_steps() == (steps_t{"source ended"}), per_element());
}

BOOST_AUTO_TEST_CASE(a_refused_upgrade_tells_status_and_retry_after) {
  scripted_gateway gateway{[&](gateway_connection& client) {
    client.read_head();
    // The body never comes: the status counts all the same.
    client.write("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 17\r\nContent-Length: 100\r\n\r\n{");
    client.ended();
  }};
  connect(gateway.url());
  BOOST_TEST_REQUIRE(wait_for_end());
  BOOST_TEST((mail.end->kind == stream_end_kind::upgrade_refused));
  BOOST_TEST(mail.end->http_status == 429);
  BOOST_TEST(mail.end->reason == "Too Many Requests");
  BOOST_TEST((mail.end->retry_after == std::chrono::seconds{17}));
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_no_upgrade_is_a_failed_connect) {
  const std::string answers[] = {
      "SSH-2.0-OpenSSH_9.2\r\n\r\n",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n",
      "HTTP/1.1 101 Switching Protocols\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n",
      "",
  };
  for (auto& answer : answers) BOOST_TEST_CONTEXT(answer.substr(0, 30)) {
      network_floor floor;
      scripted_gateway gateway{[&](gateway_connection& client) {
        client.read_head();
        client.write(answer);
        client.finish();
        client.ended();
      }};
      floor.connect(gateway.url());
      BOOST_TEST_REQUIRE(floor.wait_for_end());
      BOOST_TEST((floor.mail.end->kind == stream_end_kind::connect_failed));
      BOOST_TEST(floor.mail.end->code == 1006);
      BOOST_TEST(!floor.mail.end->reason.empty());
      BOOST_TEST_MESSAGE(floor.mail.end->reason);
    }
}

BOOST_AUTO_TEST_CASE(nobody_listening_is_a_failed_connect) {
  std::uint16_t port = 0;
  { // a port that was just free
    boost::asio::io_context context;
    boost::asio::ip::tcp::acceptor acceptor{context, {boost::asio::ip::make_address("127.0.0.1"), 0}};
    port = acceptor.local_endpoint().port();
  }
  connect("http://127.0.0.1:" + std::to_string(port));
  BOOST_TEST_REQUIRE(wait_for_end());
  BOOST_TEST((mail.end->kind == stream_end_kind::connect_failed));
  BOOST_TEST(mail.end->reason == "connection refused");
  BOOST_TEST(socket_steps() == (steps_t{"stream ended"}), per_element());
  BOOST_TEST(tracker_steps() == (steps_t{"source ended"}), per_element());
}

BOOST_AUTO_TEST_CASE(a_name_is_tried_at_each_of_its_addresses) {
  // localhost is ::1 and 127.0.0.1 on most machines; the gateway listens at the second only.
  scripted_gateway gateway{[&](gateway_connection& client) {
    client.subscribe_client();
    client.write(server_close(1000));
    client.read_frame();
  }};
  connect("http://localhost:" + std::to_string(gateway.port()));
  BOOST_TEST_REQUIRE(wait_for_end());
  BOOST_TEST(mail.end->code == 1000);
}

BOOST_AUTO_TEST_CASE(pings_go_both_ways) {
  scripted_gateway gateway{[&](gateway_connection& client) {
    client.subscribe_client();
    client.write(frame(9, "are you there"));
    auto answer = client.read_frame();
    demand(answer.opcode == 10);
    demand(answer.payload == "are you there");
    client.write(numbered(0, 1));
    demand(client.read_frame().opcode == 9);
    client.write(frame(10, ""));
    client.ended();
  }};
  auto connection = connect(gateway.url());
  BOOST_TEST_REQUIRE(wait_for_events(1));
  auto heard = connection->octets_heard();
  connection->ping();
  auto until = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (connection->octets_heard() == heard && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  BOOST_TEST(connection->octets_heard() == heard + 2);
  connection->drop("done");
  BOOST_TEST(wait_for_end());
}

BOOST_AUTO_TEST_SUITE_END()
