#include "runtime/network/base_url.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>

using namespace floorwalker;

BOOST_AUTO_TEST_SUITE(base_urls)

BOOST_AUTO_TEST_CASE(a_url_gives_host_port_and_scheme) {
  struct row {
    const char* text;
    bool tls;
    const char* host;
    int port;
    const char* authority;
    const char* websocket;
  };
  const row rows[] = {
      {"https://api-us-1.cxone.com", true, "api-us-1.cxone.com", 443, "api-us-1.cxone.com", "wss://api-us-1.cxone.com"},
      {"HTTPS://API.example.COM/", true, "api.example.com", 443, "api.example.com", "wss://api.example.com"},
      {"https://api.example.com:8443", true, "api.example.com", 8443, "api.example.com:8443",
       "wss://api.example.com:8443"},
      {"http://localhost", false, "localhost", 80, "localhost", "ws://localhost"},
      {"http://127.0.0.1:8080", false, "127.0.0.1", 8080, "127.0.0.1:8080", "ws://127.0.0.1:8080"},
      {"http://[::1]:8080", false, "::1", 8080, "[::1]:8080", "ws://[::1]:8080"},
      {"https://[2001:db8::1]", true, "2001:db8::1", 443, "[2001:db8::1]", "wss://[2001:db8::1]"},
      {"http://localhost:443", false, "localhost", 443, "localhost:443", "ws://localhost:443"},
  };
  for (auto& r : rows) BOOST_TEST_CONTEXT(r.text) {
      auto url = parse_base_url(r.text);
      BOOST_TEST(url.tls == r.tls);
      BOOST_TEST(url.host == r.host);
      BOOST_TEST(url.port == r.port);
      BOOST_TEST(url.authority() == r.authority);
      BOOST_TEST(url.websocket_text() == r.websocket);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_base_url_is_refused) {
  for (auto* text : {"", "example.com", "ftp://example.com", "https://", "https:///", "https://example.com/path",
                     "https://example.com?x", "https://example.com:", "https://example.com:0",
                     "https://example.com:65536", "https://example.com:8x", "https://[::1", "https://[::1]8",
                     "https://[nonsense]", "https://::1", "https://a b", "https://user:word@example.com"})
    BOOST_TEST_CONTEXT(text) BOOST_CHECK_THROW(parse_base_url(text), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_refusal_repeats_no_password) {
  try {
    parse_base_url("https://user:word@example.com");
    BOOST_ERROR("accepted");
  } catch (const std::invalid_argument& e) {
    BOOST_TEST(std::string{e.what()}.find("word") == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(loopback_is_known_by_name_and_by_address) {
  for (auto* text : {"http://localhost", "http://127.0.0.1", "http://127.8.9.1:1", "http://[::1]"})
    BOOST_TEST(parse_base_url(text).is_loopback(), text);
  for (auto* text : {"http://example.com", "http://10.0.0.1", "http://[2001:db8::1]", "http://localhost.example.com"})
    BOOST_TEST(!parse_base_url(text).is_loopback(), text);
}

BOOST_AUTO_TEST_SUITE_END()
