#include "runtime/webhook/webhook_target.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>

namespace {

using namespace floorwalker;

struct target_row {
  const char* url;
  const char* base;
  const char* path;
};

} // namespace

BOOST_AUTO_TEST_SUITE(webhook_targets)

BOOST_AUTO_TEST_CASE(a_url_has_a_base_and_a_path_with_its_query) {
  const target_row rows[] = {
      {"https://hooks.example", "https://hooks.example", "/"},
      {"https://hooks.example/", "https://hooks.example", "/"},
      {"https://Hooks.example:8443/a/b?c=d&e=/", "https://hooks.example:8443", "/a/b?c=d&e=/"},
      {"https://hooks.example?c=d", "https://hooks.example", "/?c=d"},
      {"https://[2606:2800::1]:444/x", "https://[2606:2800::1]:444", "/x"},
      {"http://127.0.0.1:8080/x", "http://127.0.0.1:8080", "/x"},
      {"http://localhost/@x", "http://localhost", "/@x"},
  };
  for (auto& [url, base, path] : rows) BOOST_TEST_CONTEXT(url) {
      auto target = parse_webhook_url(url);
      BOOST_TEST(target.base.http_text() == base);
      BOOST_TEST(target.path == path);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_url_is_refused_without_showing_its_path) {
  for (auto* url : {"", "hooks.example/secret-path", "ftp://hooks.example/secret-path", "https:///secret-path",
                    "https://hooks.example/secret-path#part", "https://hooks.example/secret path",
                    "https://hooks.example/secret-path\r\nX: y", "https://hooks.example/secret-p\xc3\xa4th",
                    "https://me:you@hooks.example/secret-path", "http://hooks.example/secret-path"})
    BOOST_TEST_CONTEXT(url)
  BOOST_CHECK_EXCEPTION(parse_webhook_url(url), std::invalid_argument, [](const std::invalid_argument& failure) {
    return std::string_view{failure.what()}.find("secret") == std::string_view::npos;
  });
}

BOOST_AUTO_TEST_SUITE_END()
