#include "messages/wire/token_answer.hpp"

#include <boost/test/unit_test.hpp>

#include <string_view>

namespace {

using namespace floorwalker;
using namespace floorwalker::wire;
using std::chrono::seconds;

http_answer answered(int status, std::string body) { return {status, std::move(body), "", std::nullopt}; }

/// The verdict in one line: "granted tok 3600", "denied …", "scope …" or "unavailable …".
std::string told(const token_verdict& verdict) {
  if (auto granted = std::get_if<token_granted>(&verdict))
    return "granted " + granted->access_token + " " + std::to_string(granted->life.count());
  if (auto denied = std::get_if<token_denied>(&verdict))
    return (denied->scope_missing ? "scope " : "denied ") + denied->reason;
  return "unavailable " + std::get<token_unavailable>(verdict).reason;
}

struct row {
  const char* sentence;
  int status;
  std::string body;
  std::string verdict; ///< what told() begins with
};

/// A grant with these members besides the token.
std::string grant_with(std::string_view members) { return R"({"access_token":"tok")" + std::string{members} + "}"; }

constexpr const char* no_token = "unavailable OAuth response missing access_token";
constexpr const char* bad_token = "unavailable OAuth response has an access_token that no header can carry";
constexpr const char* no_scope = "scope OAuth token lacks the agent:read scope";
constexpr const char* invalid = "denied Invalid client credentials or missing agent:read scope";

} // namespace

BOOST_AUTO_TEST_SUITE(token_answers)

BOOST_AUTO_TEST_CASE(scope_and_unstated_life_are_the_tenants) {
  token_terms terms{"users.read", seconds{60}};
  BOOST_TEST(told(judge_token_answer(answered(200, grant_with(R"(,"scope":"users.read")")), terms)) ==
             "granted tok 60");
  BOOST_TEST(told(judge_token_answer(answered(200, grant_with(R"(,"scope":"agent:read")")), terms)) ==
             "scope OAuth token lacks the users.read scope: the client may not read agents");
  BOOST_TEST(told(judge_token_answer(answered(401, ""), terms)) ==
             "denied Invalid client credentials or missing users.read scope");
}

BOOST_AUTO_TEST_CASE(each_answer_has_one_verdict) {
  const row rows[] = {
      {"the documented answer is granted", 200,
       R"({"access_token":"tok","expires_in":3600,"token_type":"Bearer","scope":"agent:read"})", "granted tok 3600"},
      {"a bare token is granted for 300 s", 200, grant_with(""), "granted tok 300"},

      {"a life in a string", 200, grant_with(R"(,"expires_in":"7200")"), "granted tok 7200"},
      {"a life with a fraction is rounded down", 200, grant_with(R"(,"expires_in":59.9)"), "granted tok 59"},
      {"a life in a string with a fraction", 200, grant_with(R"(,"expires_in":"59.9")"), "granted tok 59"},
      {"a life below a second counts as one", 200, grant_with(R"(,"expires_in":0.5)"), "granted tok 1"},
      {"a life of zero says nothing", 200, grant_with(R"(,"expires_in":0)"), "granted tok 300"},
      {"a life of zero in a string", 200, grant_with(R"(,"expires_in":"0")"), "granted tok 300"},
      {"a negative life says nothing", 200, grant_with(R"(,"expires_in":-5)"), "granted tok 300"},
      {"a negative life in a string", 200, grant_with(R"(,"expires_in":"-5")"), "granted tok 300"},
      {"a life of null", 200, grant_with(R"(,"expires_in":null)"), "granted tok 300"},
      {"a life of words", 200, grant_with(R"(,"expires_in":"soon")"), "granted tok 300"},
      {"an empty life", 200, grant_with(R"(,"expires_in":"")"), "granted tok 300"},
      {"a life with a unit", 200, grant_with(R"(,"expires_in":"60s")"), "granted tok 300"},
      {"a life called infinite", 200, grant_with(R"(,"expires_in":"inf")"), "granted tok 300"},
      {"a life that is no number", 200, grant_with(R"(,"expires_in":"nan")"), "granted tok 300"},
      {"a life in an array", 200, grant_with(R"(,"expires_in":[60])"), "granted tok 300"},
      {"a life of true", 200, grant_with(R"(,"expires_in":true)"), "granted tok 300"},
      {"a life of exactly one year", 200, grant_with(R"(,"expires_in":31536000)"), "granted tok 31536000"},
      {"a longer life is cut to one year", 200, grant_with(R"(,"expires_in":31536001)"), "granted tok 31536000"},
      {"a life of 64 bits", 200, grant_with(R"(,"expires_in":18446744073709551615)"), "granted tok 31536000"},
      {"a life beyond all numbers", 200, grant_with(R"(,"expires_in":1e300)"), "granted tok 31536000"},
      {"a long life in a string", 200, grant_with(R"(,"expires_in":"99999999999")"), "granted tok 31536000"},

      {"a scope among others", 200, grant_with(R"(,"scope":"user:read agent:read x")"), "granted tok"},
      {"a scope of null counts as absent", 200, grant_with(R"(,"scope":null)"), "granted tok"},
      {"scopes in an array", 200, grant_with(R"(,"scope":["user:read","agent:read"])"), "granted tok"},
      {"another scope", 200, grant_with(R"(,"scope":"user:read")"), no_scope},
      {"an empty scope", 200, grant_with(R"(,"scope":"")"), no_scope},
      {"a scope of spaces", 200, grant_with(R"(,"scope":"  ")"), no_scope},
      {"an empty array of scopes", 200, grant_with(R"(,"scope":[])"), no_scope},
      {"an array of other things", 200, grant_with(R"(,"scope":[1,null,["agent:read"]])"), no_scope},
      {"a scope that begins alike", 200, grant_with(R"(,"scope":"agent:readonly")"), no_scope},
      {"a scope that ends alike", 200, grant_with(R"(,"scope":"my-agent:read")"), no_scope},
      {"scopes compare with regard to case", 200, grant_with(R"(,"scope":"Agent:Read")"), no_scope},
      {"a scope that is a number", 200, grant_with(R"(,"scope":1)"), "unavailable OAuth response has a scope"},

      {"the type in small letters", 200, grant_with(R"(,"token_type":"bearer")"), "granted tok"},
      {"the type in capitals", 200, grant_with(R"(,"token_type":"BEARER")"), "granted tok"},
      {"a type of null counts as absent", 200, grant_with(R"(,"token_type":null)"), "granted tok"},
      {"another type", 200, grant_with(R"(,"token_type":"mac")"), "unavailable OAuth response has a token_type"},
      {"a type that begins alike", 200, grant_with(R"(,"token_type":"bearer2")"), "unavailable"},
      {"an empty type", 200, grant_with(R"(,"token_type":"")"), "unavailable"},
      {"a type that is a number", 200, grant_with(R"(,"token_type":1)"), "unavailable"},

      {"no token", 200, R"({"expires_in":3600})", no_token},
      {"a token of null", 200, R"({"access_token":null})", no_token},
      {"an empty token", 200, R"({"access_token":""})", no_token},
      {"a token that is a number", 200, R"({"access_token":5})", no_token},
      {"no token and another scope: the token comes first", 200, R"({"scope":"x"})", no_token},
      {"a token that would end a header", 200, R"({"access_token":"a\r\nX-Evil: 1"})", bad_token},
      {"a token with a space", 200, R"({"access_token":"a b"})", bad_token},
      {"a token with a zero byte", 200, R"({"access_token":"a\u0000b"})", bad_token},
      {"a token with DEL", 200, R"({"access_token":"a\u007f"})", bad_token},
      {"a token beyond ASCII", 200, R"({"access_token":"a\u00fc"})", bad_token},
      {"a token of all printable kinds", 200, R"({"access_token":"!#$%&'()*+,-./09:;<=>?@AZ[]^_`az{|}~"})", "granted"},
      {"a token of 16 KiB", 200, R"({"access_token":")" + std::string(16'384, 'a') + "\"}", "granted"},
      {"a longer token", 200, R"({"access_token":")" + std::string(16'385, 'a') + "\"}", bad_token},
      {"of two tokens the last counts", 200, R"({"access_token":"old","access_token":"new"})", "granted new"},

      {"an empty body", 200, "", "unavailable OAuth response is not a JSON object"},
      {"a page for people", 200, "<html>", "unavailable OAuth response is not a JSON object"},
      {"an array", 200, R"([{"access_token":"tok"}])", "unavailable OAuth response is not a JSON object"},
      {"a body that breaks off", 200, R"({"access_token":"tok")", "unavailable OAuth response is not a JSON object"},
      {"bytes after the object", 200, R"({"access_token":"tok"}x)", "unavailable OAuth response is not a JSON object"},
      {"a body nested without end", 200, std::string(100'000, '['), "unavailable OAuth response is not a JSON object"},

      {"400 denies", 400, "", invalid},
      {"401 denies", 401, "{}", invalid},
      {"403 denies", 403, "<html>", invalid},
      {"a denial tells the server's error", 401, R"({"error":"invalid_client"})",
       std::string{invalid} + " (invalid_client)"},
      {"a denial tells error and description", 400,
       R"({"error":"invalid_client","error_description":"Unknown client"})",
       std::string{invalid} + " (invalid_client: Unknown client)"},
      {"a denial tells a description alone", 403, R"({"error_description":"No"})", std::string{invalid} + " (No)"},
      {"an error that is no string is left out", 401, R"({"error":{"code":1}})", invalid},

      {"429 is a busy endpoint", 429, "{}", "unavailable token endpoint answered 429"},
      {"500 is an unwell endpoint", 500, "{}", "unavailable token endpoint answered 500"},
      {"503 is an unwell endpoint", 503, "", "unavailable token endpoint answered 503"},
      {"a token with 500 is no token", 500, grant_with(""), "unavailable token endpoint answered 500"},
      {"a token with 201 is no token", 201, grant_with(""), "unavailable token endpoint answered 201"},
      {"a redirection is not followed", 302, "", "unavailable token endpoint answered 302"},
      {"404 may be a gateway on its way up", 404, "", "unavailable token endpoint answered 404"},
  };
  for (const auto& each : rows) BOOST_TEST_CONTEXT(each.sentence) {
      auto verdict = told(judge_token_answer(answered(each.status, each.body)));
      BOOST_TEST(verdict.starts_with(each.verdict), verdict << " should begin with: " << each.verdict);
    }
}

BOOST_AUTO_TEST_CASE(a_failure_without_an_answer_is_told_as_it_was) {
  http_answer failed{0, "", "certificate verify failed: self-signed\n", std::nullopt};
  BOOST_TEST(told(judge_token_answer(failed)) == "unavailable certificate verify failed: self-signed\\x0a");
}

BOOST_AUTO_TEST_CASE(the_wait_that_the_server_asks_for_is_passed_on) {
  for (auto [status, body] : {std::pair{429, ""}, {503, ""}, {0, ""}, {200, "x"}, {200, "{}"}}) {
    auto verdict = judge_token_answer({status, body, "timed out", seconds{17}});
    BOOST_TEST_REQUIRE(std::holds_alternative<token_unavailable>(verdict));
    BOOST_TEST((std::get<token_unavailable>(verdict).retry_after == seconds{17}));
  }
}

BOOST_AUTO_TEST_CASE(the_servers_words_are_cut_and_escaped) {
  auto verdict = told(
      judge_token_answer(answered(401, R"({"error":"a\nb","error_description":")" + std::string(1'000, 'x') + "\"}")));
  BOOST_TEST(verdict == std::string{invalid} + " (a\\x0ab: " + std::string(200, 'x') + ")");
}

BOOST_AUTO_TEST_CASE(no_reason_holds_a_token_or_a_secret) {
  const http_answer answers[] = {
      answered(200, R"({"access_token":"s3cr3t","scope":"user:read"})"),
      answered(200, R"({"access_token":"s3cr3t","scope":7})"),
      answered(200, R"({"access_token":"s3cr3t","token_type":"mac"})"),
      answered(200, R"({"access_token":"s3cr3t \n"})"),
      answered(200, R"({"access_token":"s3cr3t")"),
      answered(500, R"({"access_token":"s3cr3t"})"),
      answered(401, R"({"access_token":"s3cr3t","error":"x"})"),
      answered(400, R"({"error":"x","error_description":"bad request: client_id=a&client_secret=s3cr3t"})"),
      answered(400, R"({"error":"x","error_description":"{\"client_secret\":\"s3cr3t\"}"})"),
      answered(400, R"({"error":"access_token=s3cr3t"})"),
  };
  for (const auto& answer : answers) {
    auto verdict = told(judge_token_answer(answer));
    BOOST_TEST(!verdict.starts_with("granted"), verdict);
    BOOST_TEST(verdict.find("s3cr3t") == std::string::npos, verdict);
  }
}

BOOST_AUTO_TEST_CASE(the_request_is_a_form) {
  BOOST_TEST(token_request_body("id", "secret", "acme") ==
             "grant_type=client_credentials&client_id=id&client_secret=secret&tenant=acme");
  BOOST_TEST(
      token_request_body("a b", "p&q=r+s%/\xc3\xbc\n", "A-z_0.9*~") ==
      "grant_type=client_credentials&client_id=a+b&client_secret=p%26q%3Dr%2Bs%25%2F%C3%BC%0A&tenant=A-z_0.9*%7E");
}

BOOST_AUTO_TEST_SUITE_END()
