#include "runtime/api/silence_list.hpp"

#include "messages/alert_kinds.hpp"
#include "runtime/api/tenant_board.hpp"
#include "tests/actors/record_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <variant>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::opening;

const silence_wish for_half_an_hour{"latency", 30min, "the provider works on its line"};

served_request body(std::string text, std::string type = "application/json") {
  served_request request;
  request.body = std::move(text);
  request.headers.emplace_back("content-type", std::move(type));
  return request;
}

/// The status of the refusal; 0: it is a wish.
int refusal(const served_request& request) {
  auto read = silence_wish_of(request);
  auto* answer = std::get_if<served_answer>(&read);
  return answer ? answer->status : 0;
}

live_update_ptr alert_of(const std::string& kind) {
  auto update = std::make_shared<live_update>();
  alert_status alert;
  alert.id = kind + "-1";
  alert.kind = kind;
  update->alerts.push_back(alert);
  return update;
}

} // namespace

BOOST_AUTO_TEST_SUITE(silences)

BOOST_AUTO_TEST_CASE(a_wish_is_read_or_refused) {
  auto read = silence_wish_of(body(R"({"kind":"latency","minutes":30,"reason":"the line"})"));
  BOOST_REQUIRE(std::holds_alternative<silence_wish>(read));
  auto& wish = std::get<silence_wish>(read);
  BOOST_TEST(wish.kind == "latency");
  BOOST_TEST((wish.length == 30min));
  BOOST_TEST(wish.reason == "the line");
  struct {
    std::string text;
    int status;
  } const cases[] = {
      {"", 400},
      {"[]", 400},
      {"{}", 400},
      {R"({"kind":"loud","minutes":30,"reason":"x"})", 400},
      {R"({"kind":"latency","reason":"x"})", 400},
      {R"({"kind":"latency","minutes":0,"reason":"x"})", 400},
      {R"({"kind":"latency","minutes":10081,"reason":"x"})", 400},
      {R"({"kind":"latency","minutes":1.5,"reason":"x"})", 400},
      {R"({"kind":"latency","minutes":"30","reason":"x"})", 400},
      {R"({"kind":"latency","minutes":30})", 400},
      {R"({"kind":"latency","minutes":30,"reason":""})", 400},
      {R"({"kind":"latency","minutes":30,"reason":")" + std::string(801, 'x') + "\"}", 400},
      {R"({"kind":"latency","minutes":10080,"reason":")" + std::string(800, 'x') + "\"}", 0},
  };
  for (const auto& each : cases) BOOST_TEST(refusal(body(each.text)) == each.status, each.text);
  BOOST_TEST(refusal(body(R"({"kind":"latency","minutes":30,"reason":"x","until":"noon"})")) == 400);
  for (auto* type : {"text/plain", "", "application/json-patch+json", "text/json, application/json"})
    BOOST_TEST(refusal(body(R"({"kind":"latency","minutes":30,"reason":"x"})", type)) == 415, type);
  auto packed = body(R"({"kind":"latency","minutes":30,"reason":"x"})");
  packed.headers.emplace_back("content-encoding", "gzip");
  BOOST_TEST(refusal(packed) == 415);
  for (auto* type : {"application/json; charset=utf-8", "Application/JSON;charset=utf-8"})
    BOOST_TEST(refusal(body(R"({"kind":"latency","minutes":30,"reason":"x"})", type)) == 0, type);
  for (auto kind : alert_kinds)
    BOOST_TEST(refusal(body(R"({"kind":")" + std::string{kind} + R"(","minutes":1,"reason":"x"})")) == 0);
}

BOOST_AUTO_TEST_CASE(a_silence_tells_who_why_and_until_when) {
  silence_list list;
  BOOST_TEST(to_json(*list.add(for_half_an_hour, "ann", opening)) ==
             R"({"id":"silence-1","kind":"latency","reason":"the provider works on its line","by":"ann",)"
             R"("until":"2026-11-23T10:30:00.000Z"})");
}

BOOST_AUTO_TEST_CASE(a_kind_is_silenced_until_its_last_silence_is_over) {
  silence_list list;
  list.add(for_half_an_hour, "ann", opening);
  list.add({"latency", 60min, "and longer"}, "bob", opening);
  BOOST_TEST(list.covers("latency"));
  BOOST_TEST(!list.covers("accuracy"));
  BOOST_TEST(!list.expire(opening + 29min));
  BOOST_TEST(list.expire(opening + 30min));
  BOOST_TEST(list.covers("latency"));
  BOOST_TEST(list.remove("silence-2"));
  BOOST_TEST(!list.remove("silence-2"));
  BOOST_TEST(!list.covers("latency"));
}

BOOST_AUTO_TEST_CASE(there_is_a_most_of_them_and_what_is_over_makes_room) {
  silence_list list;
  for (std::size_t i = 0; i < silence_list::most; ++i) BOOST_REQUIRE(list.add(for_half_an_hour, "ann", opening));
  BOOST_TEST(list.add(for_half_an_hour, "ann", opening) == nullptr);
  BOOST_TEST(list.add(for_half_an_hour, "ann", opening + 30min) != nullptr);
  BOOST_TEST(list.all().size() == 1u);
}

BOOST_AUTO_TEST_CASE(alerts_of_a_silenced_kind_are_marked_and_only_those_that_change_are_told_again) {
  tenant_board board{tenant_settings{}};
  board.apply(*alert_of("latency"));
  board.apply(*alert_of("accuracy"));
  BOOST_TEST(board.mark_silences().empty());
  board.silences().add(for_half_an_hour, "ann", opening);
  auto changed = board.mark_silences();
  BOOST_REQUIRE(changed.size() == 1u);
  BOOST_TEST((changed[0].kind == "latency" && changed[0].silenced));
  board.apply(*alert_of("latency")); // what the hub tells knows nothing of silences
  BOOST_TEST(board.alerts().back().silenced);
  BOOST_TEST(board.mark_silences().empty());
  board.silences().expire(opening + 30min);
  BOOST_TEST(board.mark_silences().size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
