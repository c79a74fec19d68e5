// One receiver after the other: some behave, some do not.
#include "runtime/webhook/webhook_client.hpp"

#include "runtime/network/system_wall_clock.hpp"
#include "tests/runtime/webhook/hook_receiver.hpp"

#include <boost/asio/error.hpp>
#include <boost/test/unit_test.hpp>

#include <future>

using namespace floorwalker;
using namespace floorwalker::test;
using namespace std::chrono_literals;

namespace {

const system_wall_clock the_clock;

webhook_client_options options_for(const std::string& url) {
  webhook_client_options options;
  options.target = parse_webhook_url(url);
  options.ca_file = test_authority().ca_file();
  options.allow_private_targets = true;
  return options;
}

const certificate& for_localhost() {
  static const auto one = test_authority().issue({"DNS:localhost", "IP:127.0.0.1"});
  return one;
}

webhook_request request_of(const std::string& id, std::string body = "{}") {
  return {id, "1763892000", "v1,signature", std::move(body)};
}

/// What one request of a fresh client comes to.
http_answer answer_from(webhook_client_options options) {
  webhook_client client{std::move(options), the_clock};
  return client.post(request_of("fw_1"));
}

/// What a client makes of these bytes; the receiver closes the connection behind them.
http_answer answer_to_bytes(const std::string& bytes) {
  scripted_gateway receiver{[&](gateway_connection& client) {
    read_request(client);
    client.write(bytes);
    client.finish();
    client.ended();
  }};
  return answer_from(options_for(receiver.url()));
}

/// A name that somebody's name server resolves as he likes.
name_resolver resolving_to(std::vector<std::string> addresses) {
  return [addresses = std::move(addresses)](const std::string&) {
    found_addresses found;
    for (auto& address : addresses) found.addresses.push_back(boost::asio::ip::make_address(address));
    return found;
  };
}

} // namespace

BOOST_AUTO_TEST_SUITE(webhook_clients)

BOOST_AUTO_TEST_CASE(a_request_says_what_the_standard_wants) {
  hook_receiver receiver{[](auto&) { return http_bytes("204 No Content"); }, &for_localhost()};
  webhook_client client{options_for(receiver.url("localhost") + "/hook?team=7"), the_clock};
  BOOST_TEST(client.post(request_of("fw_1", R"({"records":[]})")).status == 204);
  auto request = receiver.requests().at(0);
  BOOST_TEST(request.head.starts_with("POST /hook?team=7 HTTP/1.1\r\n"));
  BOOST_TEST(request.header("Host") == "localhost:" + std::to_string(receiver.port()));
  BOOST_TEST(request.header("Content-Type") == "application/json");
  BOOST_TEST(request.header("User-Agent") == "Floorwalker");
  BOOST_TEST(request.header("webhook-id") == "fw_1");
  BOOST_TEST(request.header("webhook-timestamp") == "1763892000");
  BOOST_TEST(request.header("webhook-signature") == "v1,signature");
  BOOST_TEST(request.body == R"({"records":[]})");
}

BOOST_AUTO_TEST_CASE(an_unsigned_request_has_no_signature) {
  hook_receiver receiver{[](auto&) { return http_bytes("200 OK"); }};
  webhook_client client{options_for(receiver.url()), the_clock};
  BOOST_TEST(client.post({"fw_1", "1", "", "{}"}).status == 200);
  BOOST_TEST(receiver.requests().at(0).head.find("webhook-signature") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_connection_carries_many_requests) {
  hook_receiver receiver{[](auto&) { return http_bytes("200 OK", "fine"); }, &for_localhost()};
  webhook_client client{options_for(receiver.url()), the_clock};
  for (int i = 0; i < 20; ++i) BOOST_TEST(client.post(request_of("fw_" + std::to_string(i))).status == 200);
  BOOST_TEST(receiver.connections() == 1);
}

BOOST_AUTO_TEST_CASE(a_megabyte_arrives_whole) {
  std::string body(1'200'000, 'x');
  hook_receiver receiver{[](auto&) { return http_bytes("200 OK"); }, &for_localhost()};
  webhook_client client{options_for(receiver.url()), the_clock};
  BOOST_TEST(client.post(request_of("fw_1", body)).status == 200);
  BOOST_TEST((receiver.requests().at(0).body == body));
}

BOOST_AUTO_TEST_CASE(a_connection_that_the_receiver_will_not_keep_is_not_used_again) {
  std::string answers[] = {http_bytes("200 OK", "", "Connection: close\r\n"), http_bytes("200 OK") + "more",
                           http_bytes("200 OK", std::string(100'000, 'x')),
                           "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"};
  for (auto& bytes : answers) BOOST_TEST_CONTEXT(bytes.substr(0, 80)) {
      hook_receiver receiver{[&](auto& request) { return request.connection == 1 ? bytes : http_bytes("200 OK"); },
                             &for_localhost()};
      webhook_client client{options_for(receiver.url()), the_clock};
      BOOST_TEST(client.post(request_of("fw_1")).status == 200);
      BOOST_TEST(client.post(request_of("fw_2")).status == 200);
      BOOST_TEST(receiver.connections() == 2);
      BOOST_TEST(receiver.requests().size() == 2u);
    }
}

BOOST_AUTO_TEST_CASE(a_kept_connection_that_turns_out_to_be_closed_is_replaced_at_once) {
  // The second request is taken, and the connection closed without a word; or the connection is closed before it.
  hook_receiver receiver{[](auto& request) {
                           auto closing = request.connection == 1 && request.header("webhook-id") == "fw_2";
                           return closing ? std::string{} : http_bytes("200 OK");
                         },
                         &for_localhost()};
  webhook_client client{options_for(receiver.url()), the_clock};
  BOOST_TEST(client.post(request_of("fw_1")).status == 200);
  BOOST_TEST(client.post(request_of("fw_2")).status == 200);
  auto requests = receiver.requests();
  BOOST_REQUIRE(requests.size() == 3u);
  BOOST_TEST(requests[1].header("webhook-id") == "fw_2");
  BOOST_TEST(requests[2].header("webhook-id") == "fw_2");
  BOOST_TEST(receiver.connections() == 2);
}

BOOST_AUTO_TEST_CASE(a_request_that_got_an_interim_answer_is_not_sent_again_at_once) {
  // The receiver has it; whether it was taken, nobody knows. The sink's back-off decides, and not the connection.
  scripted_gateway receiver{[](gateway_connection& client) {
    read_request(client);
    client.write(http_bytes("200 OK"));
    read_request(client);
    client.write("HTTP/1.1 102 Processing\r\n\r\n");
    client.finish();
    client.ended();
  }};
  webhook_client client{options_for(receiver.url()), the_clock};
  BOOST_TEST(client.post(request_of("fw_1")).status == 200);
  BOOST_TEST(client.post(request_of("fw_2")).failure == "the peer closed the connection without an answer");
}

BOOST_AUTO_TEST_CASE(a_receiver_that_never_answers_is_asked_twice_at_most) {
  hook_receiver receiver{
      [](auto& request) { return request.header("webhook-id") == "fw_1" ? http_bytes("200 OK") : std::string{}; }};
  webhook_client client{options_for(receiver.url()), the_clock};
  BOOST_TEST(client.post(request_of("fw_1")).status == 200);
  BOOST_TEST(client.post(request_of("fw_2")).failure == "the peer closed the connection without an answer");
  BOOST_TEST(client.post(request_of("fw_2")).failure == "the peer closed the connection without an answer");
  BOOST_TEST(receiver.requests().size() == 4u);
}

BOOST_AUTO_TEST_CASE(an_answer_whose_header_never_ends_is_a_failure_in_words) {
  struct row {
    std::string bytes, clause;
  };
  const row rows[] = {
      {"", "the peer closed the connection without an answer"},
      {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "the answer is not HTTP"},
      {"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "the answer is not HTTP"},
      {"HTTP/1.1 200 OK\r\nContent-Le", "the peer closed the connection in the middle of its answer"},
      {"HTTP/1.1 200 OK\r\nX: " + std::string(40'000, 'x') + "\r\n\r\n", "the answer's header is larger than 32768"},
  };
  for (auto& [bytes, clause] : rows) BOOST_TEST_CONTEXT(bytes.substr(0, 40)) {
      auto answer = answer_to_bytes(bytes);
      BOOST_TEST(answer.status == 0);
      BOOST_TEST(answer.failure.starts_with(clause), answer.failure);
    }
}

BOOST_AUTO_TEST_CASE(a_status_counts_whatever_becomes_of_its_body) {
  struct row {
    std::string bytes;
    int status;
    std::string body;
  };
  const row rows[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", 200, "abc"},
      {"HTTP/1.1 422 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\nzz", 422, "ab"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", 200, "abc"},
      {"HTTP/1.1 200 OK\r\n\r\nuntil the end", 200, "until the end"},
      {"HTTP/1.1 400 No\r\nContent-Length: 99999999999\r\n\r\n" + std::string(200'000, 'x'), 400,
       std::string(1024, 'x')},
  };
  for (auto& [bytes, status, body] : rows) BOOST_TEST_CONTEXT(bytes.substr(0, 60)) {
      auto answer = answer_to_bytes(bytes);
      BOOST_TEST(answer.status == status);
      BOOST_TEST(answer.body == body);
      BOOST_TEST(answer.failure == "");
    }
}

BOOST_AUTO_TEST_CASE(a_body_that_dawdles_holds_nothing_up) {
  scripted_gateway receiver{[](gateway_connection& client) {
    read_request(client);
    client.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    client.ended();
  }};
  auto options = options_for(receiver.url());
  options.timeout = 60s;
  BOOST_TEST(answer_from(std::move(options)).status == 200);
}

BOOST_AUTO_TEST_CASE(interim_answers_are_passed_over) {
  BOOST_TEST(answer_to_bytes("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" +
                             http_bytes("202 Accepted", "later"))
                 .status == 202);
  std::string endless;
  for (int i = 0; i < 100; ++i) endless += "HTTP/1.1 102 Processing\r\n\r\n";
  BOOST_TEST(answer_to_bytes(endless).status == 102);
}

BOOST_AUTO_TEST_CASE(silence_ends_at_the_limit) {
  for (std::string head : {"", "HTTP/1.1 200 OK\r\nContent-Le"}) {
    scripted_gateway receiver{[&](gateway_connection& client) {
      read_request(client);
      client.write(head);
      client.ended();
    }};
    auto options = options_for(receiver.url());
    options.timeout = 200ms;
    BOOST_TEST(answer_from(std::move(options)).failure == "timed out after 200 ms");
  }
}

BOOST_AUTO_TEST_CASE(a_receiver_that_does_not_read_ends_at_the_limit) {
  std::promise<void> over;
  scripted_gateway receiver{[&](gateway_connection&) { over.get_future().wait(); }};
  auto options = options_for(receiver.url());
  options.timeout = 200ms;
  webhook_client client{std::move(options), the_clock};
  BOOST_TEST(client.post(request_of("fw_1", std::string(50'000'000, 'x'))).failure == "timed out after 200 ms");
  over.set_value();
}

BOOST_AUTO_TEST_CASE(an_answer_that_comes_before_the_request_has_gone_counts) {
  scripted_gateway receiver{[](gateway_connection& client) {
    client.read_head();
    client.write(http_bytes("413 Too Large", "smaller, please", "Connection: close\r\n"));
    client.finish();
    client.ended();
  }};
  webhook_client client{options_for(receiver.url()), the_clock};
  BOOST_TEST(client.post(request_of("fw_1", std::string(5'000'000, 'x'))).status == 413);
}

BOOST_AUTO_TEST_CASE(nobody_there_is_said_so) {
  BOOST_TEST(answer_from(options_for("http://127.0.0.1:1")).failure == "connection refused");
}

BOOST_AUTO_TEST_CASE(the_wish_to_be_left_alone_is_passed_on) {
  BOOST_TEST((answer_to_bytes(http_bytes("503 Busy", "", "Retry-After: 7\r\n")).retry_after == 7s));
  auto past = answer_to_bytes(http_bytes("503 Busy", "", "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
  BOOST_TEST((past.retry_after == 0s));
  BOOST_TEST(!answer_to_bytes(http_bytes("503 Busy", "", "Retry-After: soon\r\n")).retry_after.has_value());
}

BOOST_AUTO_TEST_CASE(a_redirect_is_not_followed) {
  hook_receiver elsewhere{[](auto&) { return http_bytes("200 OK"); }};
  hook_receiver receiver{
      [&](auto&) { return http_bytes("307 Elsewhere", "", "Location: " + elsewhere.url() + "\r\n"); }};
  BOOST_TEST(answer_from(options_for(receiver.url())).status == 307);
  BOOST_TEST(elsewhere.connections() == 0);
}

BOOST_AUTO_TEST_CASE(tls_is_verified) {
  struct row {
    std::string host;
    std::string name; ///< in the certificate
    bool own_authority;
    std::string failure; ///< begins so
  };
  const row rows[] = {
      {"localhost", "DNS:localhost", true, ""},
      {"127.0.0.1", "IP:127.0.0.1", true, ""},
      {"127.0.0.1", "DNS:localhost", true, "certificate verify failed: IP address mismatch"},
      {"localhost", "DNS:other.example", true, "certificate verify failed: hostname mismatch"},
      {"localhost", "DNS:localhost", false, "certificate verify failed: "},
  };
  authority stranger;
  for (auto& [host, name, own_authority, failure] : rows) BOOST_TEST_CONTEXT(host << ' ' << name) {
      auto shown = (own_authority ? test_authority() : stranger).issue({name});
      hook_receiver receiver{[](auto&) { return http_bytes("200 OK"); }, &shown};
      auto answer = answer_from(options_for(receiver.url(host)));
      BOOST_TEST(answer.status == (failure.empty() ? 200 : 0));
      BOOST_TEST(answer.failure.starts_with(failure), answer.failure);
      BOOST_TEST(receiver.requests().size() == (failure.empty() ? 1u : 0u));
    }
}

BOOST_AUTO_TEST_CASE(without_a_ca_file_the_systems_trust_anchors_count) {
  hook_receiver receiver{[](auto&) { return http_bytes("200 OK"); }, &for_localhost()};
  auto options = options_for(receiver.url());
  options.ca_file.clear();
  auto answer = answer_from(std::move(options));
  BOOST_TEST(answer.failure.starts_with("certificate verify failed: "), answer.failure);
}

BOOST_AUTO_TEST_CASE(trust_anchors_that_can_not_be_read_are_a_failure_in_words) {
  hook_receiver receiver{[](auto&) { return http_bytes("200 OK"); }, &for_localhost()};
  auto options = options_for(receiver.url());
  options.ca_file = "/no/such/file";
  auto answer = answer_from(std::move(options));
  BOOST_TEST(answer.failure.starts_with("ca-file: \"/no/such/file\" holds no usable certificates"), answer.failure);
}

BOOST_AUTO_TEST_CASE(private_targets_are_refused_by_address_and_by_name) {
  struct row {
    std::string host;
    std::vector<std::string> addresses; ///< that the name resolves to
    std::string failure;
  };
  const row rows[] = {
      {"127.0.0.1", {}, "the address 127.0.0.1 is loopback, and allow-private-targets is not set"},
      {"[::1]", {}, "the address ::1 is loopback, and allow-private-targets is not set"},
      {"hooks.example", {"127.0.0.1"}, "the address 127.0.0.1 is loopback, and allow-private-targets is not set"},
      {"hooks.example",
       {"10.1.2.3", "169.254.169.254"},
       "the address 169.254.169.254 is link-local, and allow-private-targets is not set"},
      {"hooks.example",
       {"::ffff:127.0.0.1"},
       "the address ::ffff:127.0.0.1 is an IPv4 address in IPv6, and allow-private-targets is not set"},
  };
  hook_receiver receiver{[](auto&) { return http_bytes("200 OK"); }, &for_localhost()};
  for (auto& [host, addresses, failure] : rows) BOOST_TEST_CONTEXT(host) {
      auto options = options_for(receiver.url(host));
      options.allow_private_targets = false;
      options.resolve = resolving_to(addresses);
      BOOST_TEST(answer_from(std::move(options)).failure == failure);
    }
  auto options = options_for(receiver.url("localhost"));
  options.allow_private_targets = false;
  auto by_system = answer_from(std::move(options));
  BOOST_TEST(by_system.failure.ends_with(" is loopback, and allow-private-targets is not set"), by_system.failure);
  BOOST_TEST(receiver.connections() == 0);
}

BOOST_AUTO_TEST_CASE(a_name_is_looked_up_again_at_each_connect) {
  hook_receiver receiver{[](auto&) { return http_bytes("200 OK", "", "Connection: close\r\n"); }, &for_localhost()};
  auto options = options_for(receiver.url("localhost"));
  auto asked = std::make_shared<int>(0);
  options.resolve = [asked](const std::string&) {
    if (++*asked > 1) return found_addresses{{}, boost::asio::error::host_not_found};
    return found_addresses{{boost::asio::ip::make_address("127.0.0.1")}, {}};
  };
  webhook_client client{options, the_clock};
  BOOST_TEST(client.post(request_of("fw_1")).status == 200);
  BOOST_TEST(client.post(request_of("fw_2")).failure == "host not found: localhost");
  BOOST_TEST(*asked == 2);
}

BOOST_AUTO_TEST_CASE(a_name_with_several_addresses_is_reached_by_the_one_that_answers) {
  hook_receiver receiver{[](auto&) { return http_bytes("200 OK"); }, &for_localhost()};
  auto options = options_for(receiver.url("localhost"));
  options.resolve = resolving_to({"127.0.0.2", "127.0.0.1"});
  BOOST_TEST(answer_from(std::move(options)).status == 200);
}

BOOST_AUTO_TEST_CASE(a_request_under_way_can_be_given_up_and_no_other_begins) {
  std::promise<void> read;
  scripted_gateway silent{[&](gateway_connection& client) {
    read_request(client);
    read.set_value();
    client.ended();
  }};
  auto options = options_for(silent.url());
  options.timeout = 60s;
  webhook_client client{std::move(options), the_clock};
  auto answer = std::async(std::launch::async, [&] { return client.post(request_of("fw_1")); });
  read.get_future().get();
  client.give_up();
  BOOST_TEST(answer.get().failure == "given up");
  BOOST_TEST(client.post(request_of("fw_2")).failure == "given up");
}

BOOST_AUTO_TEST_CASE(a_look_up_under_way_can_be_given_up) {
  auto asked = std::make_shared<std::promise<void>>(); // shared, since the look-up's thread outlives the test's end
  std::promise<void> silence;
  auto options = options_for("https://hooks.example");
  options.timeout = 60s;
  options.resolve = [asked, until = silence.get_future().share()](const std::string&) {
    asked->set_value();
    until.wait();
    return found_addresses{};
  };
  webhook_client client{std::move(options), the_clock};
  auto answer = std::async(std::launch::async, [&] { return client.post(request_of("fw_1")); });
  asked->get_future().get();
  client.give_up();
  BOOST_TEST(answer.get().failure == "given up");
  silence.set_value();
}

BOOST_AUTO_TEST_SUITE_END()
