#include "runtime/webhook/answer_rules.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace floorwalker;
using namespace std::chrono_literals;

http_answer answer_of(int status, std::string body = {}, std::optional<std::chrono::seconds> retry_after = {}) {
  http_answer answer;
  answer.status = status;
  answer.body = std::move(body);
  answer.retry_after = retry_after;
  return answer;
}

} // namespace

BOOST_AUTO_TEST_SUITE(answers)

BOOST_AUTO_TEST_CASE(each_status_has_its_consequence) {
  struct row {
    std::vector<int> statuses;
    receipt outcome;
  };
  const row rows[] = {
      {{200, 201, 202, 204, 299}, receipt::accepted},
      {{100, 101, 300, 301, 302, 304, 307, 308, 399, 408, 429, 500, 502, 503, 504, 599, 600, 999}, receipt::deferred},
      {{400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 428, 430, 451, 499}, receipt::refused},
  };
  for (auto& [statuses, outcome] : rows)
    for (auto status : statuses) BOOST_TEST((judge_answer(answer_of(status)).outcome == outcome), status);
}

BOOST_AUTO_TEST_CASE(no_answer_is_deferred_with_the_cause) {
  http_answer none;
  none.failure = "connection refused";
  auto verdict = judge_answer(none);
  BOOST_TEST((verdict.outcome == receipt::deferred));
  BOOST_TEST(verdict.clause == "connection refused");
}

BOOST_AUTO_TEST_CASE(a_redirect_says_what_to_correct) {
  BOOST_TEST(judge_answer(answer_of(301)).clause ==
             "the answer is HTTP 301, a redirect, and none is followed: url has to name the place itself");
}

BOOST_AUTO_TEST_CASE(the_wish_to_be_left_alone_is_heard_for_an_hour_at_most) {
  for (int status : {301, 408, 429, 500, 503}) BOOST_TEST_CONTEXT(status) {
      BOOST_TEST((judge_answer(answer_of(status, "", 7s)).retry_after == 7s));
      BOOST_TEST((judge_answer(answer_of(status, "", 24h)).retry_after == 1h));
      BOOST_TEST(!judge_answer(answer_of(status)).retry_after.has_value());
    }
  BOOST_TEST(!judge_answer(answer_of(200, "", 7s)).retry_after.has_value());
  BOOST_TEST(!judge_answer(answer_of(400, "", 7s)).retry_after.has_value());
}

BOOST_AUTO_TEST_CASE(a_refusal_quotes_the_beginning_of_the_body_as_one_printable_line) {
  BOOST_TEST(judge_answer(answer_of(404)).clause == "HTTP 404");
  BOOST_TEST(judge_answer(answer_of(422, "no\r\nsuch \x1b[1mfield\xff")).clause ==
             R"(HTTP 422: no\x0d\x0asuch \x1b[1mfield\xff)");
  BOOST_TEST(judge_answer(answer_of(400, std::string(1000, 'x'))).clause == "HTTP 400: " + std::string(200, 'x'));
}

BOOST_AUTO_TEST_SUITE_END()
