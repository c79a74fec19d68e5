// The whole simulator over real sockets, and a client that is not ours (Beast).
#include <map>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "tests/simulator/platform_client.hpp"

using namespace floorwalker::simulator;
using namespace floorwalker::simulator::testing;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(gateway_test)

BOOST_AUTO_TEST_CASE(every_event_that_the_ledger_counts_arrives_once_and_in_order_over_tls) {
  auto chosen = counted_options(10, 20'000);
  chosen.tls = true;
  chosen.oddities.unauthorized = 0.01;
  auto simulated = gateway{chosen};
  auto token = get_token<tls_stream>(simulated);
  auto ids = std::vector<std::string>{};
  auto listed = simulated.ledger_document("connections=0");
  for (const auto& [id, account] : listed.at("agents").as_object()) ids.emplace_back(id);
  auto client = stream_client<tls_stream>{simulated, token};
  auto ack = client.subscribed(ids);
  BOOST_TEST(ack.at("type").as_string() == "subscribe.ack");
  BOOST_TEST(ack.at("agents").to_number<int>() == 10);
  auto received = std::map<std::string, std::vector<json::object>>{};
  for (auto events = 0; events < 20'000; ++events) {
    auto data = json::parse(client.next()).at("data").as_object();
    received[std::string{data.at("agentId").as_string()}].push_back(data);
  }
  client.close();
  BOOST_TEST(simulated.wait_for(
      [](const ledger& book) { return book.connections().front().phase == connection_phase::ended; }));
  auto document = simulated.ledger_document("events=1");
  BOOST_TEST(document.at("finished").as_bool());
  auto unauthorized = 0;
  for (const auto& [id, account] : document.at("agents").as_object()) {
    const auto& events = account.at("events").as_array();
    const auto& got = received[std::string{id}];
    BOOST_TEST(account.at("sent").to_number<std::size_t>() == got.size());
    BOOST_TEST_REQUIRE(events.size() == got.size());
    for (auto at = std::size_t{0}; at < got.size(); ++at) {
      auto timestamp = std::string{got[at].at("timestamp").as_string()};
      timestamp.insert(timestamp.size() - 1, "000"); // the ledger writes nine digits
      if (events[at].at("timestamp").as_string() != timestamp) BOOST_ERROR("another timestamp in the ledger");
      unauthorized += events[at].at("authorized").as_bool() ? 0 : 1;
    }
  }
  BOOST_TEST(unauthorized == simulated.totals().unauthorized);
  BOOST_TEST(unauthorized > 100);
  const auto& connection = document.at("connections").at(0);
  BOOST_TEST(connection.at("closeCodeReceived").to_number<int>() == 1000);
  BOOST_TEST(connection.at("userAgent").as_string() == "CXoneAgentMonitor/1.0");
  BOOST_TEST(connection.at("bytesUnsent").to_number<int>() == 0);
}

BOOST_AUTO_TEST_CASE(a_client_with_another_authority_is_not_served) {
  auto chosen = quiet_options();
  chosen.tls = true;
  auto simulated = gateway{chosen};
  auto other = gateway{chosen};
  auto io = asio::io_context{};
  auto context = asio::ssl::context{asio::ssl::context::tls_client};
  context.add_certificate_authority(asio::buffer(other.ca_pem()));
  auto stream = tls_stream{io, context};
  stream.set_verify_mode(asio::ssl::verify_peer);
  stream.next_layer().connect({asio::ip::make_address("127.0.0.1"), simulated.port()});
  auto problem = error_code{};
  stream.handshake(asio::ssl::stream_base::client, problem);
  BOOST_TEST(problem.failed());
}

BOOST_AUTO_TEST_CASE(a_stream_needs_a_token_that_is_good) {
  auto simulated = gateway{quiet_options()};
  auto token = get_token(simulated);
  auto refused = stream_client<>{simulated, "nonsense"};
  BOOST_TEST(refused.problem.failed());
  BOOST_TEST(refused.handshake_status == 401u);
  simulated.control({{"expire-tokens", true}});
  auto expired = stream_client<>{simulated, token};
  BOOST_TEST(expired.handshake_status == 401u);
  BOOST_TEST(simulated.totals().upgrades_refused == 2u);
}

BOOST_AUTO_TEST_CASE(a_wrong_subscription_is_rejected_with_its_reasons) {
  auto simulated = gateway{quiet_options()};
  auto client = stream_client<>{simulated, get_token(simulated)};
  auto answer = client.subscribed({"me", "you"});
  BOOST_TEST(answer.at("type").as_string() == "subscribe.reject");
  BOOST_TEST(answer.at("reason").as_string().find("agentIds") != json::string::npos);
  BOOST_TEST(simulated.totals().rejects == 1u);
}

BOOST_AUTO_TEST_CASE(unknown_agents_are_accepted_unless_they_are_to_be_rejected) {
  auto chosen = quiet_options();
  auto stranger = std::string{"00000000-0000-0000-0000-000000000001"};
  {
    auto simulated = gateway{chosen};
    auto client = stream_client<>{simulated, get_token(simulated)};
    auto answer = client.subscribed({stranger});
    BOOST_TEST(answer.at("type").as_string() == "subscribe.ack");
    BOOST_TEST(answer.at("agents").to_number<int>() == 0);
  }
  chosen.stream.reject_unknown_agents = true;
  auto simulated = gateway{chosen};
  auto client = stream_client<>{simulated, get_token(simulated)};
  BOOST_TEST(client.subscribed({stranger}).at("type").as_string() == "subscribe.reject");
}

BOOST_AUTO_TEST_CASE(listeners_beyond_the_limit_are_closed_with_1008_until_a_place_is_free) {
  auto chosen = quiet_options();
  chosen.stream.listeners_max = 2;
  auto simulated = gateway{chosen};
  auto token = get_token(simulated);
  auto first = stream_client<>{simulated, token};
  auto second = stream_client<>{simulated, token};
  auto third = stream_client<>{simulated, token};
  third.next();
  BOOST_TEST(third.close_code() == 1008);
  BOOST_TEST(third.close_reason() == "listener limit");
  first.close();
  auto fourth = stream_client<>{simulated, token};
  BOOST_TEST(fourth.subscribed(agent_ids(simulated, token)).at("type").as_string() == "subscribe.ack");
  BOOST_TEST(simulated.totals().listener_limit_closes == 1u);
}

BOOST_AUTO_TEST_CASE(during_a_hand_over_both_connections_get_each_event) {
  auto simulated = gateway{quiet_options()};
  auto token = get_token(simulated);
  auto ids = agent_ids(simulated, token);
  auto old = stream_client<>{simulated, token};
  old.subscribed(ids);
  auto fresh = stream_client<>{simulated, token};
  fresh.subscribed({ids[0]});
  simulated.control({{"change", json::object{{"agent", ids[0]}, {"to", "break"}}}});
  BOOST_TEST(old.next() == fresh.next());
  old.close();
  simulated.control({{"change", json::object{{"agent", ids[0]}, {"to", "available"}}}});
  simulated.control({{"change", json::object{{"agent", ids[1]}, {"to", "break"}}}});
  BOOST_TEST(json::parse(fresh.next()).at("data").at("currentState").as_string() == "available");
  auto totals = simulated.totals();
  BOOST_TEST(totals.sent == 2u);
  BOOST_TEST(totals.copies == 1u);
  BOOST_TEST(totals.unheard == 1u);
}

BOOST_AUTO_TEST_CASE(the_listing_follows_what_the_stream_reports) {
  auto simulated = gateway{quiet_options(1)};
  auto token = get_token(simulated);
  auto id = agent_ids(simulated, token)[0];
  for (const auto* state : {"break", "available", "busy"}) {
    simulated.control({{"change", json::object{{"agent", id}, {"to", state}}}});
    BOOST_TEST(list_agents(simulated, token)[0].at("state").as_string() == state);
  }
}

BOOST_AUTO_TEST_CASE(pings_go_out_and_come_back_both_ways) {
  auto chosen = quiet_options();
  chosen.stream.ping_interval = 1ms;
  auto simulated = gateway{chosen};
  auto token = get_token(simulated);
  auto ids = agent_ids(simulated, token);
  auto client = stream_client<>{simulated, token};
  client.subscribed(ids);
  client.ping("mine");
  BOOST_TEST(simulated.wait_for([](const ledger& book) {
    return book.connections()[0].pings_received == 1 && book.connections()[0].pings_sent > 0;
  }));
  simulated.control({{"change", json::object{{"agent", ids[0]}, {"to", "break"}}}});
  client.next();
  BOOST_TEST(!client.pings.empty());
  BOOST_TEST(simulated.wait_for([](const ledger& book) { return book.connections()[0].pongs_received > 0; }));
}

BOOST_AUTO_TEST_CASE(compressed_streams_say_the_same) {
  auto chosen = counted_options(2, 200);
  chosen.stream.compression = true;
  auto simulated = gateway{chosen};
  auto token = get_token(simulated);
  auto client = stream_client<>{simulated, token, true};
  BOOST_TEST(client.extensions.find("permessage-deflate") != std::string::npos);
  client.subscribed(agent_ids(simulated, token));
  for (auto events = 0; events < 200; ++events)
    BOOST_TEST(json::parse(client.next()).at("eventType").as_string() == "agent.state.change");
}

BOOST_AUTO_TEST_CASE(ledger_control_and_health_are_served_over_http) {
  auto simulated = gateway{quiet_options(2)};
  BOOST_TEST(call(simulated, "GET", "/health").status == 200u);
  BOOST_TEST(call(simulated, "GET", "/nowhere").status == 404u);
  auto done = call(simulated, "POST", "/control", R"({"hire": 1, "rate": 50})");
  BOOST_TEST(done.status == 200u);
  BOOST_TEST(json::parse(done.body).at("done").as_array().size() == 2u);
  auto wrong = call(simulated, "POST", "/control", R"({"rate": "fast"})");
  BOOST_TEST(wrong.status == 400u);
  BOOST_TEST(json::parse(wrong.body).at("error").as_string().find("rate") != json::string::npos);
  BOOST_TEST(call(simulated, "POST", "/control", "no json").status == 400u);
  auto document = json::parse(call(simulated, "GET", "/ledger?events=1").body);
  BOOST_TEST(document.at("agents").as_object().size() == 3u);
  BOOST_TEST(document.at("rate").to_number<double>() == 50.0);
  auto id = std::string{document.at("agents").as_object().begin()->key()};
  auto one = json::parse(call(simulated, "GET", "/ledger?connections=0&agent=" + id).body);
  BOOST_TEST(one.at("agents").as_object().size() == 1u);
  BOOST_TEST(!one.as_object().contains("connections"));
}

BOOST_AUTO_TEST_CASE(a_port_that_is_taken_and_bad_options_are_errors_of_one_line) {
  auto chosen = quiet_options();
  auto first = gateway{chosen};
  chosen.port = first.port();
  BOOST_CHECK_THROW(gateway{chosen}, std::runtime_error);
  chosen.address = "0.0.0.0";
  BOOST_CHECK_THROW(gateway{chosen}, std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(stopping_closes_streams_with_1001_and_leaves_the_totals) {
  auto simulated = gateway{quiet_options()};
  auto token = get_token(simulated);
  auto client = stream_client<>{simulated, token};
  client.subscribed(agent_ids(simulated, token));
  auto reader = std::thread{[&] { client.next(); }};
  simulated.stop();
  reader.join();
  BOOST_TEST(client.close_code() == 1001);
  BOOST_TEST(simulated.totals().acks == 1u);
  simulated.stop();
}

BOOST_AUTO_TEST_SUITE_END()
