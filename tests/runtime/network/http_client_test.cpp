// Token requests and listing pages against servers that behave, and servers that do not.
#include "runtime/network/http_client.hpp"

#include "messages/wire/users_listing.hpp"
#include "network_floor.hpp"
#include "runtime/network/http_agent_directory.hpp"
#include "runtime/network/http_token_endpoint.hpp"
#include "scripted_gateway.hpp"

#include <boost/asio/strand.hpp>
#include <boost/test/unit_test.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <cstdlib>
#include <fstream>
#include <future>

using namespace floorwalker;
using namespace floorwalker::test;

namespace {

struct http_floor : network_floor {
  http_answer fetch(const std::string& url, const std::string& ca_file = {}, const std::string& proxy = {},
                    http_limits limits = {}) {
    tenant.base_url = url;
    tenant.ca_file = ca_file;
    tenant.proxy = proxy;
    std::promise<http_answer> answer;
    http_request request;
    request.target = "/path?query";
    request.authorization = "Bearer secret-token";
    http_fetch(boost::asio::make_strand(threads.context()), make_platform_access(tenant), std::move(request), limits,
               clock, [&](http_answer a) { answer.set_value(std::move(a)); });
    return answer.get_future().get();
  }
  http_answer fetch_answered(const std::string& bytes, http_limits limits = {}) {
    scripted_gateway server{[&](gateway_connection& client) {
      client.read_head();
      client.write(bytes);
      client.finish();
      client.ended();
    }};
    return fetch(server.url(), {}, {}, limits);
  }
  http_answer request_token(const std::string& url) {
    tenant.base_url = url;
    auto receiver = system.spawn(
        [](auth_actor::pointer, protocol_of_mail* to) -> auth_actor::behavior_type {
          return {[to](const token_answered& answered) {
                    to->note([&](auto& m) {
                      m.answer_numbers.push_back(answered.number);
                      m.answers.push_back(answered.answer);
                    });
                  },
                  [](const token_refused&) {}, [](const timer_fired&) {}, [](const stop_command&) {}};
        },
        &mail);
    http_token_endpoint endpoint{threads, clock, make_platform_access(tenant), tenant};
    endpoint.request_token(42, receiver);
    BOOST_TEST_REQUIRE(mail.wait([](auto& m) { return !m.answers.empty(); }));
    caf::anon_send_exit(receiver, caf::exit_reason::user_shutdown);
    BOOST_TEST(mail.answer_numbers.back() == 42u);
    auto answer = mail.answers.front();
    mail.answers.pop_front();
    return answer;
  }
};

std::string answer_of(const std::string& status, const std::string& body, const std::string& headers = {}) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_client, http_floor)

BOOST_AUTO_TEST_CASE(an_answer_of_any_status_is_an_answer) {
  auto fine = fetch_answered(answer_of("200 OK", "{}"));
  BOOST_TEST(fine.status == 200);
  BOOST_TEST(fine.body == "{}");
  BOOST_TEST(fine.failure == "");
  BOOST_TEST(!fine.retry_after.has_value());
  auto busy = fetch_answered(answer_of("503 Busy", "later", "Retry-After: 30\r\n"));
  BOOST_TEST(busy.status == 503);
  BOOST_TEST((busy.retry_after == std::chrono::seconds{30}));
  auto moved = fetch_answered(answer_of("302 Found", "", "Location: http://127.0.0.1:1/\r\n"));
  BOOST_TEST(moved.status == 302);
  auto chunked = fetch_answered("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
  BOOST_TEST(chunked.body == "abc");
}

BOOST_AUTO_TEST_CASE(the_request_says_who_asks) {
  std::string head;
  scripted_gateway server{[&](gateway_connection& client) {
    head = client.read_head();
    client.write(answer_of("200 OK", ""));
  }};
  fetch(server.url());
  server.join();
  BOOST_TEST(head.starts_with("GET /path?query HTTP/1.1\r\n"));
  BOOST_TEST(head.find("Authorization: Bearer secret-token\r\n") != head.npos);
  BOOST_TEST(head.find("User-Agent: CXoneAgentMonitor/1.0\r\n") != head.npos);
  BOOST_TEST(head.find("Accept: application/json\r\n") != head.npos);
}

BOOST_AUTO_TEST_CASE(garbage_is_a_failure_in_words) {
  struct row {
    std::string bytes, clause;
  };
  const row rows[] = {
      {"", "the peer closed the connection without an answer"},
      {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "the answer is not HTTP"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
       "the peer closed the connection in the middle of its answer"},
      {"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "the answer is not HTTP"},
      {"HTTP/1.1 200 OK\r\nX: " + std::string(40'000, 'x') + "\r\n\r\n", "the answer's header is larger than"},
      {answer_of("200 OK", std::string(65'537, 'x')), "the answer is larger than 65536 bytes"},
      {"HTTP/1.1 200 OK\r\n\r\n" + std::string(65'537, 'x'), "the answer is larger than 65536 bytes"},
  };
  for (auto& r : rows) BOOST_TEST_CONTEXT(r.bytes.substr(0, 40)) {
      auto answer = fetch_answered(r.bytes);
      BOOST_TEST(answer.status == 0);
      BOOST_TEST(answer.failure.starts_with(r.clause), answer.failure);
    }
}

BOOST_AUTO_TEST_CASE(silence_ends_at_the_limit) {
  scripted_gateway server{[&](gateway_connection& client) { client.ended(); }};
  auto answer = fetch(server.url(), {}, {}, {.time = std::chrono::seconds{1}});
  BOOST_TEST(answer.status == 0);
  BOOST_TEST(answer.failure == "timed out after 1 s");
}

BOOST_AUTO_TEST_CASE(nobody_there_is_said_so) {
  BOOST_TEST(fetch("http://127.0.0.1:1").failure == "connection refused");
  BOOST_TEST(fetch("https://no-such-host.invalid", test_authority().ca_file()).failure.starts_with("host not found"));
}

BOOST_AUTO_TEST_CASE(tls_is_verified) {
  auto good = test_authority().issue({"DNS:localhost"});
  auto ask = [&](const certificate& shown, const std::string& host, const std::string& ca_file) {
    scripted_gateway server{[](gateway_connection& client) {
                              client.read_head();
                              client.write(answer_of("200 OK", "fine"));
                            },
                            &shown};
    return fetch("https://" + host + ":" + std::to_string(server.port()), ca_file);
  };
  auto fine = ask(good, "localhost", test_authority().ca_file());
  BOOST_TEST(fine.body == "fine", fine.failure);
  BOOST_TEST(ask(good, "127.0.0.1", test_authority().ca_file()).failure ==
             "certificate verify failed: IP address mismatch");
  auto other = test_authority().issue({"DNS:other.example"});
  BOOST_TEST(ask(other, "localhost", test_authority().ca_file()).failure ==
             "certificate verify failed: hostname mismatch");
  authority stranger;
  auto unknown = ask(stranger.issue({"DNS:localhost"}), "localhost", test_authority().ca_file());
  BOOST_TEST(unknown.failure.starts_with("certificate verify failed: "), unknown.failure);
  auto by_system = ask(good, "localhost", "");
  BOOST_TEST(by_system.failure.starts_with("certificate verify failed: "), by_system.failure);
}

BOOST_AUTO_TEST_CASE(a_server_without_tls_is_no_tls_server) {
  scripted_gateway server{[](gateway_connection& client) {
    client.write("HTTP/1.1 400 Bad Request\r\n\r\n");
    client.ended();
  }};
  auto answer = fetch("https://127.0.0.1:" + std::to_string(server.port()), test_authority().ca_file());
  BOOST_TEST(answer.failure.starts_with("TLS handshake failed: "), answer.failure);
}

BOOST_AUTO_TEST_CASE(a_proxy_is_asked_for_a_tunnel) {
  std::string head, inner;
  scripted_gateway proxy{[&](gateway_connection& client) {
    head = client.read_head();
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    inner = client.read_head();
    client.write(answer_of("200 OK", "through"));
  }};
  auto answer = fetch("http://127.0.0.1:9", {}, proxy.url());
  proxy.join();
  BOOST_TEST(answer.body == "through", answer.failure);
  BOOST_TEST(head.starts_with("CONNECT 127.0.0.1:9 HTTP/1.1\r\n"));
  BOOST_TEST(head.find("secret-token") == head.npos);
  BOOST_TEST(inner.starts_with("GET /path?query HTTP/1.1\r\n"));
  scripted_gateway unwilling{[&](gateway_connection& client) {
    client.read_head();
    client.write("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    client.ended();
  }};
  answer = fetch("http://127.0.0.1:9", {}, unwilling.url());
  BOOST_TEST(answer.failure ==
             "proxy 127.0.0.1:" + std::to_string(unwilling.port()) + ": CONNECT was answered with HTTP 407");
}

BOOST_AUTO_TEST_CASE(the_secret_is_read_anew_for_each_token_and_never_shown) {
  tenant.client_id = "me";
  tenant.tenant_id = "acme";
  tenant.client_secret_env = "FLOORWALKER_TEST_SECRET";
  ::unsetenv("FLOORWALKER_TEST_SECRET");
  auto missing = request_token("http://127.0.0.1:1");
  BOOST_TEST(missing.status == 0);
  BOOST_TEST(missing.failure == "the environment variable FLOORWALKER_TEST_SECRET is not set");
  ::setenv("FLOORWALKER_TEST_SECRET", "", 1);
  BOOST_TEST(request_token("http://127.0.0.1:1").failure ==
             "the environment variable FLOORWALKER_TEST_SECRET is empty");

  std::vector<std::string> heads, bodies;
  scripted_gateway server{[&](gateway_connection& client) {
                            heads.push_back(client.read_head());
                            auto start = heads.back().find("Content-Length: ") + 16;
                            bodies.push_back(client.read_bytes(std::stoul(heads.back().substr(start))));
                            client.write(answer_of("200 OK", R"({"access_token":"t"})"));
                          },
                          nullptr, 2};
  ::setenv("FLOORWALKER_TEST_SECRET", "first", 1);
  BOOST_TEST(request_token(server.url()).status == 200);
  tenant.client_secret_file = "/tmp/floorwalker-test-secret-" + std::to_string(::getpid());
  BOOST_TEST(request_token(server.url()).failure ==
             "client-secret-file \"" + tenant.client_secret_file + "\": No such file or directory");
  std::ofstream{tenant.client_secret_file} << "sec&ond\n";
  BOOST_TEST(request_token(server.url()).status == 200);
  std::remove(tenant.client_secret_file.c_str());
  server.join();
  BOOST_TEST(heads.front().starts_with("POST /oauth/token HTTP/1.1\r\n"));
  BOOST_TEST(heads.front().find("Content-Type: application/x-www-form-urlencoded\r\n") != std::string::npos);
  BOOST_TEST(bodies.front().find("client_secret=first&") != std::string::npos);
  BOOST_TEST(bodies.back().find("client_secret=sec%26ond&") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_listing_page_is_asked_for_with_the_token) {
  std::string head;
  scripted_gateway server{[&](gateway_connection& client) {
    head = client.read_head();
    client.write(answer_of("200 OK", std::string(1'000'000, ' ') + "{}"));
  }};
  tenant.base_url = server.url();
  auto receiver = system.spawn(
      [](roster_actor::pointer, protocol_of_mail* to) -> roster_actor::behavior_type {
        return {[](const access_token_ptr&) {},
                [to](const directory_answered& answered) {
                  to->note([&](auto& m) { m.answers.push_back(answered.answer); });
                },
                [](const listing_wanted&) { return agent_listing_ptr{}; }, [](const timer_fired&) {},
                [](const stop_command&) {}};
      },
      &mail);
  http_agent_directory directory{threads, clock, make_platform_access(tenant)};
  directory.request_page(1, 3, std::make_shared<const access_token>("token-text", 1), receiver);
  BOOST_TEST_REQUIRE(mail.wait([](auto& m) { return !m.answers.empty(); }));
  server.join();
  BOOST_TEST(mail.answers.front().status == 200);
  BOOST_TEST(mail.answers.front().body.size() == 1'000'002u);
  BOOST_TEST(head.starts_with("GET /api/v2/users?pageSize=100&pageNumber=3 HTTP/1.1\r\n"));
  BOOST_TEST(head.find("Authorization: Bearer token-text\r\n") != head.npos);
  caf::anon_send_exit(receiver, caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_CASE(paths_page_size_and_user_agent_are_the_tenants) {
  std::vector<std::string> heads;
  scripted_gateway server{[&](gateway_connection& client) {
                            heads.push_back(client.read_head());
                            if (auto length = heads.back().find("Content-Length: "); length != std::string::npos)
                              client.read_bytes(std::stoul(heads.back().substr(length + 16)));
                            client.write(answer_of("200 OK", "{}"));
                          },
                          nullptr, 2};
  tenant.paths = {"/sign-in", "/people", "/events"};
  tenant.limits.page_size = 25;
  tenant.user_agent = "Wallboard/2.1 (acme)";
  setenv("FLOORWALKER_TEST_SECRET", "hush", 1);
  tenant.client_secret_env = "FLOORWALKER_TEST_SECRET";
  tenant.client_secret_file.clear();
  request_token(server.url());
  http_request page = page_request(*make_platform_access(tenant), 7, "token-text");
  BOOST_TEST(page.target == "/people?pageSize=25&pageNumber=7");
  fetch(server.url());
  server.join();
  BOOST_TEST(heads.front().starts_with("POST /sign-in HTTP/1.1\r\n"));
  for (auto& head : heads) BOOST_TEST(head.find("User-Agent: Wallboard/2.1 (acme)\r\n") != head.npos);
}

BOOST_AUTO_TEST_CASE(plain_http_is_for_loopback_only) {
  tenant.base_url = "http://example.com";
  BOOST_CHECK_THROW(make_platform_access(tenant), std::invalid_argument);
  tenant.base_url = "https://example.com";
  tenant.ca_file = "/no/such/file";
  BOOST_CHECK_THROW(make_platform_access(tenant), std::invalid_argument);
  tenant.ca_file.clear();
  tenant.proxy = "proxy:3128";
  BOOST_CHECK_THROW(make_platform_access(tenant), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
