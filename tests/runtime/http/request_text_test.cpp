// What we take apart ourselves: targets, queries, cookies, lists of codings and tags, hosts and origins.
#include "runtime/http/content_tag.hpp"
#include "runtime/http/http_routes.hpp"
#include "runtime/http/request_origin.hpp"
#include "runtime/http/request_target.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace {

using namespace floorwalker;

BOOST_AUTO_TEST_CASE(a_target_has_origin_form_or_absolute_form_and_nothing_else) {
  struct row {
    std::string_view target;
    bool fine;
    std::string_view path, query, authority;
  };
  const row rows[] = {{"/", true, "/", "", ""},
                      {"/a/b?c=d&e", true, "/a/b", "c=d&e", ""},
                      {"/a?b?c", true, "/a", "b?c", ""},
                      {"//evil.example/a", true, "//evil.example/a", "", ""},
                      {"http://wall:80/a?b", true, "/a", "b", "wall:80"},
                      {"HTTPS://wall", true, "/", "", "wall"},
                      {"http://wall?x", true, "/", "x", "wall"},
                      {"*", false, "", "", ""},
                      {"wall:443", false, "", "", ""},
                      {"ftp://wall/", false, "", "", ""},
                      {"http:///a", false, "", "", ""},
                      {"/a#b", false, "", "", ""},
                      {"/a b", false, "", "", ""},
                      {"/a\x01", false, "", "", ""},
                      {"", false, "", "", ""}};
  for (const auto& [target, fine, path, query, authority] : rows) BOOST_TEST_CONTEXT(target) {
      auto parts = split_target(target);
      BOOST_REQUIRE(parts.has_value() == fine);
      if (!fine) continue;
      BOOST_TEST(parts->path == path);
      BOOST_TEST(parts->query == query);
      BOOST_TEST(parts->authority == authority);
    }
}

BOOST_AUTO_TEST_CASE(a_query_is_decoded_like_a_form_or_not_at_all) {
  auto fine = parse_query("team=Sales%20East&state=a+b&&empty=&bare&team=2");
  BOOST_REQUIRE(fine.has_value());
  const named_texts expected = {{"team", "Sales East"}, {"state", "a b"}, {"empty", ""}, {"bare", ""}, {"team", "2"}};
  BOOST_TEST((*fine == expected));
  for (auto* wrong : {"a=%", "a=%2", "a=%zz", "a=%00", "%0=1"}) BOOST_TEST(!parse_query(wrong).has_value(), wrong);
  std::string many;
  for (std::size_t i = 0; i < parameters_max; ++i) many += "a&";
  BOOST_TEST(parse_query(many).has_value());
  BOOST_TEST(!parse_query(many + "a").has_value());
}

BOOST_AUTO_TEST_CASE(a_query_may_hold_only_what_its_address_takes_and_each_once) {
  const query_names some{{"state", "limit"}};
  struct row {
    named_texts given;
    const query_names* taken;
    const char* detail; ///< null: nothing is wrong
  };
  const query_names any;
  const row rows[] = {
      {{}, &some, nullptr},
      {{{"limit", "1"}, {"state", ""}}, &some, nullptr},
      {{{"limt", "1"}}, &some, R"(There is no parameter \"limt\" here: this address takes state, limit.)"},
      {{{"Limit", "1"}}, &some, R"(There is no parameter \"Limit\" here: this address takes state, limit.)"},
      {{{"", "1"}}, &some, R"(There is no parameter \"\" here: this address takes state, limit.)"},
      {{{"a\n\xFF", ""}}, &some, R"(There is no parameter \"a\\x0a\\xff\" here: this address takes state, limit.)"},
      {{{"limit", "1"}, {"limit", "1"}}, &some, R"(The parameter \"limit\" is given twice.)"},
      {{{"limit", "1"}, {"state", "a"}, {"limit", ""}}, &some, R"(The parameter \"limit\" is given twice.)"},
      {{{"state", "b\xFC"}}, &some, R"(The parameter \"state\" is not UTF-8: \"ü\" is %C3%BC.)"},
      {{{"state", "b\xC3\xBC"}}, &some, nullptr},
      {{{"x", ""}}, &no_query, R"(There is no parameter \"x\" here: this address takes none.)"},
      {{{"x", ""}, {"x", ""}}, &any, nullptr}};
  for (const auto& [given, taken, detail] : rows) BOOST_TEST_CONTEXT((detail ? detail : "fine")) {
      auto refusal = query_refusal(given, *taken);
      BOOST_REQUIRE(refusal.has_value() == (detail != nullptr));
      if (!refusal) continue;
      BOOST_TEST(refusal->status == 400);
      BOOST_TEST(refusal->body.find(detail) != std::string::npos, refusal->body);
    }
}

BOOST_AUTO_TEST_CASE(a_tag_tells_contents_and_their_forms_apart) {
  BOOST_TEST(content_tag("{}") == "\"44136fa355b3678a1146ad16f7e8649e\"");
  BOOST_TEST(content_tag("{}", "-gzip") == "\"44136fa355b3678a1146ad16f7e8649e-gzip\"");
  BOOST_TEST(content_tag("{ }") != content_tag("{}"));
}

BOOST_AUTO_TEST_CASE(a_cookie_is_found_by_its_whole_name) {
  BOOST_TEST(cookie_value("a=1; floorwalker_session=xyz ;b=2", "floorwalker_session") == "xyz");
  BOOST_TEST(cookie_value("floorwalker_session=1;floorwalker_session=2", "floorwalker_session") == "1");
  for (auto* none : {"", "xfloorwalker_session=1", "floorwalker_session", "a=floorwalker_session=1", ";;;"})
    BOOST_TEST(cookie_value(none, "floorwalker_session") == "", none);
}

BOOST_AUTO_TEST_CASE(gzip_is_taken_where_the_client_says_so) {
  for (auto* yes : {"gzip", "deflate, gzip;q=0.5", "GZIP", "*", "x-gzip", "br;q=1.0, *;q=0.1", "gzip ; q=1"})
    BOOST_TEST(accepts_gzip(yes), yes);
  for (auto* no : {"", "identity", "gzip;q=0", "gzip;q=0.000, *", "*;q=0", "gzipped", "deflate"})
    BOOST_TEST(!accepts_gzip(no), no);
}

BOOST_AUTO_TEST_CASE(an_etag_is_recognized_weakly) {
  for (auto* yes : {"\"a\"", "W/\"a\"", "\"b\", \"a\"", "*", " \"a\" "}) BOOST_TEST(names_etag(yes, "\"a\""), yes);
  BOOST_TEST(names_etag("\"a\"", "W/\"a\""));
  for (auto* no : {"", "\"b\"", "a", "\"aa\"", "\"a"}) BOOST_TEST(!names_etag(no, "\"a\""), no);
}

BOOST_AUTO_TEST_CASE(on_loopback_only_loopbacks_names_and_configured_ones_are_served) {
  auto hosts = hosts_of("127.0.0.1", {"Wallboard.example"});
  for (auto* yes : {"localhost", "localhost:8080", "LOCALHOST:1", "127.0.0.1:80", "127.9.9.9", "[::1]:8080", "[::1]",
                    "wallboard.example", "wallboard.EXAMPLE:443", "wall.localhost", "localhost."})
    BOOST_TEST(serves_host(hosts, yes), yes);
  for (auto* no : {"", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "[::2]",
                   "localhost:8080:1", "user@localhost", "localhost/x", "[::1", "localhost:x", "notlocalhost"})
    BOOST_TEST(!serves_host(hosts, no), no);
}

BOOST_AUTO_TEST_CASE(beyond_loopback_any_name_is_served_unless_some_are_configured) {
  BOOST_TEST(serves_host(hosts_of("0.0.0.0", {}), "any.example:8443"));
  BOOST_TEST(!serves_host(hosts_of("0.0.0.0", {}), ""));
  auto named = hosts_of("10.0.0.5", {"wall.example"});
  for (auto* yes : {"wall.example", "10.0.0.5:8443", "localhost"}) BOOST_TEST(serves_host(named, yes), yes);
  BOOST_TEST(!serves_host(named, "evil.example"));
}

BOOST_AUTO_TEST_CASE(a_browser_may_ask_from_our_own_page_only) {
  struct row {
    std::string_view origin, fetch_site, authority;
    bool reads_only, own;
  };
  const row rows[] = {
      {"", "", "localhost:8080", false, true}, // no browser
      {"", "", "localhost:8080", true, true},
      {"http://localhost:8080", "same-origin", "localhost:8080", false, true},
      {"http://LOCALHOST:8080", "", "localhost:8080", false, true},
      {"https://wall.example", "", "wall.example", false, true}, // a proxy ended TLS
      {"https://wall.example", "", "wall.example:443", false, true},
      {"http://wall.example:80", "", "wall.example", false, true},
      {"http://localhost:3000", "", "localhost:8080", true, false},
      {"http://evil.example", "cross-site", "localhost:8080", true, false},
      {"null", "", "localhost:8080", true, false},
      {"file://", "", "localhost:8080", true, false},
      {"", "cross-site", "localhost:8080", true, true}, // a link to the page
      {"", "cross-site", "localhost:8080", false, false},
      {"", "same-site", "localhost:8080", false, false},
      {"", "none", "localhost:8080", false, true},
  };
  for (const auto& [origin, fetch_site, authority, reads_only, own] : rows)
    BOOST_TEST(is_own_origin(origin, fetch_site, authority, reads_only) == own, origin << " | " << fetch_site);
}

BOOST_AUTO_TEST_CASE(a_route_is_found_by_its_segments_and_texts_go_before_names) {
  http_routes routes;
  int called = 0;
  auto number = [&](int n) { return [&called, n](const served_request&, const http_exchange_ptr&) { called = n; }; };
  routes.add("GET", "/api/agents/{id}", caller_role::viewer, number(1));
  routes.add("GET", "/api/agents/all", caller_role::auditor, number(2));
  routes.add("POST", "/api/agents/{id}", caller_role::administrator, number(3));
  routes.add("GET", "/", caller_role::nobody, number(4));
  struct row {
    const char *method, *path;
    int handler;
    const char* id;
  };
  const row rows[] = {
      {"GET", "/api/agents/7", 1, "7"},  {"GET", "/api/agents/a%2Fb", 1, "a/b"},    {"HEAD", "/api/agents/7", 1, "7"},
      {"GET", "/api/agents/all", 2, ""}, {"POST", "/api/agents/all", 3, "all"},     {"GET", "/", 4, ""},
      {"GET", "/api/agents/", 0, ""},    {"GET", "/api/agents/7/", 0, ""},          {"GET", "/api//agents/7", 0, ""},
      {"GET", "/api/agents/%", 0, ""},   {"GET", "/api/agents/../agents/7", 0, ""}, {"DELETE", "/api/agents/7", 0, ""},
      {"GET", "/api/agents/%00", 0, ""}};
  for (const auto& [method, path, handler, id] : rows) BOOST_TEST_CONTEXT(method << " " << path) {
      auto match = routes.match(method, path);
      called = 0;
      if (match.handler) (*match.handler)({}, nullptr);
      BOOST_TEST(called == handler);
      if (handler != 0) BOOST_TEST((match.captures.empty() ? std::string{} : match.captures[0].second) == id);
    }
  BOOST_TEST(routes.match("DELETE", "/api/agents/7").allowed == "GET, HEAD, POST, OPTIONS");
  BOOST_TEST(routes.match("GET", "/nowhere").allowed == "");
  BOOST_TEST((routes.match("GET", "/api/agents/all").least == caller_role::auditor));
}

} // namespace
