// Each fault, as a client sees it.
#include <tuple>

#include <boost/beast/websocket/error.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/simulator/platform_client.hpp"

using namespace floorwalker::simulator;
using namespace floorwalker::simulator::testing;
using namespace std::chrono_literals;

namespace {

using both_streams = std::tuple<plain_stream, tls_stream>;

/// A gateway with one subscribed client.
template <class Stream = plain_stream>
struct faulty_stream {
  explicit faulty_stream(options chosen) : simulated{std::move(chosen)} {
    auto listed = simulated.ledger_document("connections=0");
    for (const auto& [id, account] : listed.at("agents").as_object()) ids.emplace_back(id);
    client.emplace(simulated, get_token<Stream>(simulated));
    ack = client->subscribed(ids);
  }

  /// Reads to the end; how many events came.
  std::size_t events_until_the_end() {
    auto count = std::size_t{0};
    for (auto message = client->next(); !client->problem; message = client->next())
      count += message.starts_with(R"({"eventType":"agent.state.change","data":{"agentId")") ? 1u : 0u;
    return count;
  }
  connection_account connection() const {
    auto account = connection_account{};
    simulated.wait_for([&](const ledger& book) {
      account = book.connections().front();
      return account.phase == connection_phase::ended;
    });
    return account;
  }

  gateway simulated;
  std::vector<std::string> ids;
  std::optional<stream_client<Stream>> client;
  json::value ack;
};

options with_fault(const char* text, options chosen = quiet_options()) {
  chosen.faults.push_back(parse_fault(text));
  return chosen;
}

} // namespace

BOOST_AUTO_TEST_SUITE(stream_fault_test)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_drop_comes_after_every_byte_and_without_a_close_frame, Stream, both_streams) {
  auto chosen = with_fault("drop@event:500", counted_options(5, 1000));
  chosen.tls = std::is_same_v<Stream, tls_stream>;
  auto home = faulty_stream<Stream>{chosen};
  BOOST_TEST(home.events_until_the_end() == 500u);
  BOOST_TEST(home.client->close_code() == 0);
  BOOST_TEST(home.simulated.totals().sent == 500u);
  home.client.reset();
  auto account = home.connection();
  BOOST_TEST(account.bytes_unsent == 0u);
  BOOST_TEST(account.ending.find("dropped") != std::string::npos);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_reset_loses_exactly_the_event_that_was_torn, Stream, both_streams) {
  auto chosen = with_fault("reset@event:100", counted_options(5, 1000));
  chosen.tls = std::is_same_v<Stream, tls_stream>;
  auto home = faulty_stream<Stream>{chosen};
  BOOST_TEST(home.simulated.wait_for([](const ledger& book) { return book.totals().torn == 1; }));
  auto account = home.connection();
  BOOST_TEST(account.ending.find("reset") != std::string::npos);
  auto received = home.events_until_the_end();
  BOOST_TEST(home.client->problem.failed());
  BOOST_TEST(home.client->close_code() == 0);
  // What the client's kernel holds may or may not survive the reset; the torn event cannot.
  BOOST_TEST(received < home.simulated.totals().sent);
}

BOOST_AUTO_TEST_CASE(a_close_carries_its_code_and_reason) {
  auto home = faulty_stream<>{with_fault("close:1008:rate limit exceeded@each:10", counted_options(2, 100))};
  BOOST_TEST(home.events_until_the_end() == 10u);
  BOOST_TEST(home.client->close_code() == 1008);
  BOOST_TEST(home.client->close_reason() == "rate limit exceeded");
  auto account = home.connection();
  BOOST_TEST(account.close_code_sent == 1008);
  BOOST_TEST(account.close_code_received == 1008);
}

BOOST_AUTO_TEST_CASE(a_stalled_stream_stays_open_and_answers_nothing) {
  auto home = faulty_stream<>{with_fault("stall@connection:1")};
  home.simulated.control({{"change", json::object{{"agent", home.ids[0]}, {"to", "break"}}}});
  home.client->ping("anybody?");
  home.client->write("hello");
  BOOST_TEST(home.simulated.totals().unheard == 1u);
  BOOST_TEST(home.simulated.totals().sent == 0u);
  home.client.reset();
  auto account = home.connection();
  BOOST_TEST(account.pings_received == 0u);
  BOOST_TEST(account.ending.find("stalled") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_subscription_may_stay_without_an_answer) {
  auto simulated = gateway{with_fault("no-ack")};
  auto token = get_token(simulated);
  auto ids = agent_ids(simulated, token);
  auto client = stream_client<>{simulated, token};
  client.subscribe(ids);
  BOOST_TEST(simulated.wait_for([](const ledger& book) { return book.totals().faults == 1; }));
  simulated.control({{"change", json::object{{"agent", ids[0]}, {"to", "break"}}}});
  BOOST_TEST(simulated.totals().acks == 0u);
  BOOST_TEST(simulated.totals().unheard == 1u);
  client.close();
  BOOST_TEST(!client.problem.failed()); // it is silent about the subscription only
}

BOOST_AUTO_TEST_CASE(a_subscription_may_be_rejected_or_answered_late) {
  auto home = faulty_stream<>{with_fault("reject:rate limit, come back later@connection:1")};
  BOOST_TEST(home.ack.at("type").as_string() == "subscribe.reject");
  BOOST_TEST(home.ack.at("reason").as_string() == "rate limit, come back later");
  auto slow = faulty_stream<>{with_fault("slow-ack:20ms")};
  BOOST_TEST(slow.ack.at("type").as_string() == "subscribe.ack");
}

BOOST_AUTO_TEST_CASE(an_upgrade_may_be_refused_or_torn) {
  auto chosen = quiet_options();
  chosen.upgrade_faults = {parse_http_fault("status:401*1"), parse_http_fault("reset@2*1"),
                           parse_http_fault("garbage@3*1")};
  auto simulated = gateway{chosen};
  auto token = get_token(simulated);
  BOOST_TEST((stream_client<>{simulated, token}.handshake_status == 401u));
  BOOST_TEST((stream_client<>{simulated, token}.problem.failed()));
  BOOST_TEST((stream_client<>{simulated, token}.handshake_status == 200u));
  BOOST_TEST((!stream_client<>{simulated, token}.problem.failed()));
  BOOST_TEST(simulated.totals().upgrades_refused == 3u);
}

BOOST_AUTO_TEST_CASE(frames_that_a_client_must_not_take_end_as_the_rfc_says) {
  struct row {
    const char* fault;
    boost::beast::websocket::error problem;
  };
  for (const auto& [text, problem] : {
           row{"oversized@connection:1", boost::beast::websocket::error::message_too_big},
           row{"invalid-utf8@connection:1", boost::beast::websocket::error::bad_frame_payload},
           row{"bad-frame@connection:1", boost::beast::websocket::error::bad_opcode},
       }) {
    BOOST_TEST_CONTEXT(text) {
      auto home = faulty_stream<>{with_fault(text)};
      home.client->next();
      BOOST_TEST(home.client->problem == error_code{problem});
    }
  }
}

BOOST_AUTO_TEST_CASE(frames_that_a_client_ignores_are_well_formed) {
  auto chosen = quiet_options();
  for (const auto* text : {"second-ack", "late-reject:too late", "fragments", "ping:payload", "binary"})
    chosen.faults.push_back(parse_fault(text));
  auto home = faulty_stream<>{chosen};
  BOOST_TEST(json::parse(home.client->next()).at("type").as_string() == "subscribe.ack");
  BOOST_TEST(json::parse(home.client->next()).at("reason").as_string() == "too late");
  BOOST_TEST(home.client->next() == R"({"type":"notice"})");
  home.client->next();
  BOOST_TEST(home.client->got_binary());
  BOOST_TEST(home.client->pings == (std::vector<std::string>{"between fragments", "payload"}),
             boost::test_tools::per_element());
  BOOST_TEST(home.simulated.totals().ignored == 3u);
  BOOST_TEST(home.simulated.totals().malformed == 1u);
}

BOOST_AUTO_TEST_CASE(a_fault_can_be_asked_for_while_it_runs) {
  auto home = faulty_stream<>{quiet_options()};
  auto wrong = home.simulated.control({{"fault", json::object{{"kind", "drop"}, {"connection", 7}}}});
  BOOST_TEST(wrong.contains("error"));
  auto done =
      home.simulated.control({{"fault", json::object{{"kind", "close:4401:token expired"}, {"connection", 1}}}});
  BOOST_TEST(!done.contains("error"));
  home.client->next();
  BOOST_TEST(home.client->close_code() == 4401);
}

BOOST_AUTO_TEST_CASE(streams_can_end_with_their_token) {
  auto chosen = quiet_options();
  chosen.token.life_s = 1;
  chosen.token.close_streams_on_expiry = true;
  auto home = faulty_stream<>{chosen};
  home.client->next();
  BOOST_TEST(home.client->close_code() == 4401);
}

BOOST_AUTO_TEST_CASE(five_drops_lose_nothing_five_resets_lose_what_was_under_way_and_all_of_it_adds_up) {
  auto chosen = with_fault("drop@event:1500*5", counted_options(20, 20'000));
  chosen.faults.push_back(parse_fault("reset@event:1700*5"));
  chosen.pace.changes_while_away = 2;
  auto home = faulty_stream<>{chosen};
  auto received = std::vector<std::size_t>{};
  for (auto connection = 0; connection < 10; ++connection) {
    received.push_back(home.events_until_the_end());
    home.client.emplace(home.simulated, get_token(home.simulated));
    home.client->subscribed(home.ids);
  }
  // The eleventh stays open, so its end is known from the ledger only.
  BOOST_TEST(home.simulated.wait_for([](const ledger& book) { return book.totals().generated == 20'000; }));
  auto document = home.simulated.ledger_document();
  const auto& connections = document.at("connections").as_array();
  BOOST_TEST_REQUIRE(connections.size() == 11u);
  auto drops = 0;
  for (auto place = std::size_t{0}; place < 10; ++place) {
    auto events = connections[place].at("events").to_number<std::size_t>();
    auto dropped = connections[place].at("ending").as_string().starts_with("dropped");
    drops += dropped ? 1 : 0;
    if (dropped)
      BOOST_TEST(received[place] == events);
    else
      BOOST_TEST(received[place] < events);
  }
  auto on_last = connections[10].at("events").to_number<std::size_t>();
  for (auto events = std::size_t{0}; events < on_last; ++events) BOOST_TEST(!home.client->next().empty());
  auto totals = home.simulated.totals();
  BOOST_TEST(drops == 5);
  BOOST_TEST(totals.faults == 10u);
  BOOST_TEST(totals.torn == 5u);
  BOOST_TEST(totals.sent + totals.unheard == 20'000u);
  BOOST_TEST(totals.unheard == 10u * 20u * 2u);
}

BOOST_AUTO_TEST_SUITE_END()
