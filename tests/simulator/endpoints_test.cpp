// The token endpoint and the users listing, without a socket.
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "simulator/form.hpp"
#include "simulator/users_listing.hpp"

using namespace floorwalker::simulator;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

constexpr auto form_type = "application/x-www-form-urlencoded";
constexpr auto form = "grant_type=client_credentials&client_id=floorwalker&client_secret=open-sesame&tenant=acme";

struct endpoints {
  explicit endpoints(options wished = {}) : chosen{std::move(wished)} {}

  json::object token_body(instant now = {}) {
    return json::parse(tokens.answer("POST", form_type, form, now).body).as_object();
  }
  std::string bearer(instant now = {}) {
    return "Bearer " + std::string{token_body(now).at("access_token").as_string()};
  }

  options chosen;
  ledger book{chosen.ledger};
  floor_model floor{chosen};
  token_endpoint tokens{chosen, book};
  users_listing users{chosen, floor, tokens, book};
};

} // namespace

BOOST_AUTO_TEST_SUITE(endpoints_test)

BOOST_AUTO_TEST_CASE(good_credentials_get_a_token_of_their_own_that_ends) {
  auto home = endpoints{};
  auto body = home.token_body();
  BOOST_TEST(body.at("expires_in").as_int64() == 3600);
  BOOST_TEST(body.at("token_type").as_string() == "Bearer");
  BOOST_TEST(body.at("scope").as_string() == "agent:read");
  auto token = home.bearer();
  BOOST_TEST(token != home.bearer());
  BOOST_TEST(home.tokens.find(token, instant{3599s}).tenant.value() == 0u);
  BOOST_TEST(!home.tokens.find(token, instant{3600s}).tenant.has_value());
  BOOST_TEST(!home.tokens.find("Bearer nonsense", instant{}).tenant.has_value());
  BOOST_TEST(!home.tokens.find("", instant{}).tenant.has_value());
  BOOST_TEST(home.book.totals().tokens_issued == 3u);
}

BOOST_AUTO_TEST_CASE(wrong_token_requests_are_refused_for_what_is_wrong) {
  auto home = endpoints{};
  auto status = [&](const char* method, const char* type, const char* body) {
    return home.tokens.answer(method, type, body, {}).status;
  };
  BOOST_TEST(status("GET", form_type, form) == 405u);
  BOOST_TEST(status("POST", "application/json", form) == 400u);
  BOOST_TEST(status("POST", form_type, "grant_type=client_credentials") == 400u);
  BOOST_TEST(status("POST", form_type, "grant_type=password&client_id=a&client_secret=b&tenant=acme") == 400u);
  BOOST_TEST(status("POST", form_type,
                    "grant_type=client_credentials&client_id=floorwalker&client_secret=wrong&tenant=acme") == 401u);
  BOOST_TEST(status("POST", form_type,
                    "grant_type=client_credentials&client_id=floorwalker&client_secret=open-sesame&tenant=x") == 401u);
  BOOST_TEST(home.book.totals().tokens_refused == 6u);
}

BOOST_AUTO_TEST_CASE(each_tenant_has_its_own_credentials_and_agents) {
  auto chosen = options{};
  chosen.tenants = {{"acme", "one", "first"}, {"globex", "two", "a b&c"}};
  chosen.floor.agents = 2;
  auto home = endpoints{chosen};
  auto crossed = "grant_type=client_credentials&client_id=one&client_secret=first&tenant=globex";
  BOOST_TEST(home.tokens.answer("POST", form_type, crossed, {}).status == 401u);
  auto good = "grant_type=client_credentials&client_id=two&client_secret=a+b%26c&tenant=globex";
  auto reply = home.tokens.answer("POST", form_type, good, {});
  BOOST_TEST_REQUIRE(reply.status == 200u);
  auto token = "Bearer " + std::string{json::parse(reply.body).at("access_token").as_string()};
  auto listed = json::parse(home.users.answer("GET", "/api/v2/users", token, {}).body);
  BOOST_TEST(listed.at("total").to_number<int>() == 2);
  BOOST_TEST(listed.at("entities").at(0).at("id").as_string() == home.floor.agent(2).id);
}

BOOST_AUTO_TEST_CASE(expires_in_and_scope_take_the_forms_that_are_asked_for) {
  auto chosen = options{};
  chosen.token = {.life_s = 10, .expires_in_as_text = true, .scope = std::nullopt};
  auto body = endpoints{chosen}.token_body();
  BOOST_TEST(body.at("expires_in").as_string() == "10");
  BOOST_TEST(!body.contains("scope"));
  chosen.token = {.expires_in_absent = true, .scope = "agent:write"};
  body = endpoints{chosen}.token_body();
  BOOST_TEST(!body.contains("expires_in"));
  BOOST_TEST(body.at("scope").as_string() == "agent:write");
}

BOOST_AUTO_TEST_CASE(token_faults_spoil_the_answers_they_name) {
  auto chosen = options{};
  for (const auto* text : {"status:429:3*1", "garbage@2*1", "no-access-token@3*1", "scope:other@4*1", "stall@5*1"})
    chosen.token_faults.push_back(parse_http_fault(text));
  auto home = endpoints{chosen};
  auto ask = [&] { return home.tokens.answer("POST", form_type, form, {}); };
  auto limited = ask();
  BOOST_TEST(limited.status == 429u);
  BOOST_TEST((limited.headers.back() == std::pair<std::string, std::string>{"Retry-After", "3"}));
  auto error = boost::system::error_code{};
  json::parse(ask().body, error);
  BOOST_TEST(error.failed());
  BOOST_TEST(!json::parse(ask().body).as_object().contains("access_token"));
  BOOST_TEST(json::parse(ask().body).at("scope").as_string() == "other");
  BOOST_TEST(ask().never);
  BOOST_TEST(ask().status == 200u);
  BOOST_TEST(home.book.totals().token_requests == 6u);
}

BOOST_AUTO_TEST_CASE(the_listing_shows_present_states_page_by_page) {
  auto chosen = options{};
  chosen.floor.agents = 7;
  auto home = endpoints{chosen};
  auto token = home.bearer();
  home.floor.change(6, *home.floor.find_state("break"), instant{});
  home.floor.fire(0);
  auto page = json::parse(home.users.answer("GET", "/api/v2/users?pageSize=4&pageNumber=2", token, {}).body);
  BOOST_TEST(page.at("total").to_number<int>() == 6);
  BOOST_TEST(page.at("pageCount").to_number<int>() == 2);
  BOOST_TEST(page.at("entities").as_array().size() == 2u);
  auto last = page.at("entities").at(1);
  BOOST_TEST(last.at("name").as_string() == "Agent 0007");
  BOOST_TEST(last.at("state").as_string() == "break");
  BOOST_TEST(last.at("team").as_object().contains("name"));
  auto beyond = json::parse(home.users.answer("GET", "/api/v2/users?pageSize=4&pageNumber=3", token, {}).body);
  BOOST_TEST(beyond.at("entities").as_array().empty());
}

BOOST_AUTO_TEST_CASE(the_listing_refuses_strangers_and_bad_pages) {
  auto home = endpoints{};
  auto token = home.bearer();
  BOOST_TEST(home.users.answer("GET", "/api/v2/users", "Bearer x", {}).status == 401u);
  BOOST_TEST(home.users.answer("POST", "/api/v2/users", token, {}).status == 405u);
  BOOST_TEST(home.users.answer("GET", "/api/v2/users?pageSize=0", token, {}).status == 400u);
  BOOST_TEST(home.users.answer("GET", "/api/v2/users?pageNumber=x", token, {}).status == 400u);
  home.tokens.expire_all();
  BOOST_TEST(home.users.answer("GET", "/api/v2/users", token, {}).status == 401u);
}

BOOST_AUTO_TEST_CASE(forms_are_decoded) {
  auto read = read_form("a=1+2&b=%41%zz&&c&a=3");
  BOOST_TEST(read["a"] == "3");
  BOOST_TEST(read["b"] == "A%zz");
  BOOST_TEST(read.contains("c"));
}

BOOST_AUTO_TEST_SUITE_END()
