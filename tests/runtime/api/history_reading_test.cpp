#include "runtime/api/history_reading.hpp"

#include "messages/wire/timestamp.hpp"
#include "tests/runtime/api/live_floor_samples.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::live_floor_samples;
using testing::opening;
using testing::sample;

class one_exchange : public http_exchange {
public:
  void respond(served_answer given) override { answer = std::move(given); }
  answer_stream_ptr open_stream(stream_head, stream_events) override { return nullptr; }
  std::optional<served_answer> answer;
};

/// A trail of three agents in turn, a record each second.
class read_floor : public live_floor_samples {
public:
  explicit read_floor(int records = 3000) {
    for (auto i = 0; i < records; i += 100) {
      std::vector<sample> some;
      for (auto j = i; j < i + 100; ++j)
        some.push_back({.agent = "a-" + std::to_string(j % 3), .received_at = opening + j * 1s});
      append(some);
    }
  }

  /// The sequences in the answer, and "next".
  std::pair<std::vector<std::int64_t>, std::optional<std::int64_t>> read(history_wish wish) {
    auto exchange = std::make_shared<one_exchange>();
    trail->reads.clear();
    std::make_shared<history_reading>(std::move(wish), trail, position.sequence, around, exchange)->start();
    run();
    BOOST_REQUIRE(exchange->answer.has_value());
    BOOST_REQUIRE(exchange->answer->status == 200);
    auto page = boost::json::parse(exchange->answer->body).as_object();
    std::vector<std::int64_t> sequences;
    for (auto& record : page["records"].as_array()) sequences.push_back(record.at("sequence").as_int64());
    std::optional<std::int64_t> next;
    if (!page["next"].is_null()) next = std::stoll(std::string{page["next"].as_string()});
    return {sequences, next};
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(histories)

BOOST_FIXTURE_TEST_CASE(an_agent_s_records_come_oldest_first_and_page_by_page, read_floor) {
  std::vector<std::int64_t> all;
  history_wish wish{.agent_key = "a-1", .limit = 300};
  for (auto pages = 0; pages < 10; ++pages) {
    auto [sequences, next] = read(wish);
    all.insert(all.end(), sequences.begin(), sequences.end());
    if (!next) break;
    wish.cursor = static_cast<std::uint64_t>(*next);
  }
  BOOST_REQUIRE(all.size() == 1000u);
  for (std::size_t i = 0; i < all.size(); ++i) BOOST_TEST(all[i] == static_cast<std::int64_t>(2 + 3 * i));
}

BOOST_FIXTURE_TEST_CASE(the_first_record_of_a_time_is_found_without_reading_what_is_before, read_floor) {
  auto [sequences, next] = read({.agent_key = "a-0", .from = opening + 2400s, .until = opening + 2412s});
  BOOST_TEST(sequences == (std::vector<std::int64_t>{2401, 2404, 2407, 2410}), boost::test_tools::per_element());
  BOOST_TEST(!next.has_value());
  BOOST_TEST(trail->reads.size() < 15u);
}

BOOST_FIXTURE_TEST_CASE(times_outside_of_the_trail_give_everything_or_nothing, read_floor) {
  BOOST_TEST(read({.agent_key = "a-0", .from = opening - 1h, .limit = 1000}).first.size() == 1000u);
  BOOST_TEST(read({.agent_key = "a-0", .from = opening + 1h}).first.empty());
  BOOST_TEST(read({.agent_key = "a-0", .until = opening}).first.empty());
  BOOST_TEST(read({.agent_key = "nobody"}).first.empty());
  BOOST_TEST(read({.agent_key = "a-0", .cursor = 5000}).first.empty());
}

BOOST_FIXTURE_TEST_CASE(a_trail_without_its_oldest_part_is_read_from_where_it_begins, read_floor) {
  trail->batches.erase(trail->batches.begin(), trail->batches.begin() + 10);
  BOOST_TEST(read({.agent_key = "a-0", .from = opening, .limit = 1000}).first.front() == 1003);
  BOOST_TEST(read({.agent_key = "a-0", .from = opening + 500s, .limit = 1000}).first.front() == 1003);
}

BOOST_FIXTURE_TEST_CASE(a_trail_that_cant_be_read_is_a_503, read_floor) {
  trail->unreadable = "segment 1 is damaged";
  auto exchange = std::make_shared<one_exchange>();
  std::make_shared<history_reading>(history_wish{.agent_key = "a-0"}, trail, 10, around, exchange)->start();
  run();
  BOOST_TEST(exchange->answer->status == 503);
}

BOOST_FIXTURE_TEST_CASE(a_history_has_a_tag_and_is_kept_by_no_browser, read_floor) {
  auto answered = [&](history_wish wish) {
    auto exchange = std::make_shared<one_exchange>();
    std::make_shared<history_reading>(std::move(wish), trail, position.sequence, around, exchange)->start();
    run();
    return *exchange->answer;
  };
  auto first = answered({.agent_key = "a-0", .limit = 10});
  BOOST_TEST(first.etag.size() == 34u);
  BOOST_TEST(first.cache_control == "no-store");
  BOOST_TEST(answered({.agent_key = "a-0", .limit = 10}).etag == first.etag);
  BOOST_TEST(answered({.agent_key = "a-0", .limit = 11}).etag != first.etag);
}

served_request asking(named_texts parameters) {
  served_request request;
  request.captures = {{"id", "550E8400-e29b-41d4-a716-446655440000"}};
  request.parameters = std::move(parameters);
  return request;
}

BOOST_AUTO_TEST_CASE(a_query_is_read_or_refused) {
  auto wish = std::get<history_wish>(history_wish_of(
      asking(
          {{"from", "2026-11-23T10:00:00Z"}, {"to", "2026-11-23T11:00:00.5+01:00"}, {"limit", "7"}, {"cursor", "12"}}),
      {}, 12));
  BOOST_TEST(wish.agent_key == "550e8400-e29b-41d4-a716-446655440000");
  BOOST_TEST((wish.from == opening));
  BOOST_TEST((wish.until == opening + 500ms));
  BOOST_TEST(wish.limit == 7u);
  BOOST_TEST(wish.cursor == 12u);
  auto whole = std::get<history_wish>(history_wish_of(asking({{"from", ""}, {"to", ""}, {"cursor", ""}}), {}, 12));
  BOOST_TEST((!whole.from && !whole.until && whole.cursor == 0));
  struct row {
    named_texts asked;
    const char* detail;
  };
  constexpr auto times = "from and to have to be dates such as 2026-11-23, or times such as 2026-11-23T10:00:00Z, of ";
  constexpr auto order = "from has to be before to.";
  constexpr auto cursor = R"(cursor has to be what \"next\" said.)";
  const row rows[] = {{{{"from", "yesterday"}}, times},
                      {{{"to", "2026-11-31"}}, times},
                      {{{"to", "9999-12-31"}}, times},
                      {{{"from", "2026-11-23T10:00:00 01:00"}}, times}, // a + that was not written %2B
                      {{{"from", "2026-11-24"}, {"to", "2026-11-23"}}, order},
                      {{{"from", "2026-11-23T10:00:00Z"}, {"to", "2026-11-23T10:00:00Z"}}, order},
                      {{{"limit", "1001"}}, "limit has to be a number from 1 to 1000."},
                      {{{"cursor", "0"}}, cursor},
                      {{{"cursor", "x"}}, cursor},
                      {{{"cursor", "-1"}}, cursor},
                      {{{"cursor", "99999999999999999999"}}, cursor},
                      {{{"cursor", "13"}}, cursor}}; // behind the end of the trail
  for (const auto& [asked, detail] : rows) BOOST_TEST_CONTEXT(asked[0].first << " " << asked[0].second) {
      auto refusal = std::get<served_answer>(history_wish_of(asking(asked), {}, 12));
      BOOST_TEST(refusal.status == 400);
      BOOST_TEST(refusal.body.find(detail) != std::string::npos, refusal.body);
    }
  served_request of_nobody;
  of_nobody.captures = {{"id", "Ada"}};
  BOOST_TEST(std::get<served_answer>(history_wish_of(of_nobody, {}, 12)).status == 404);
}

BOOST_AUTO_TEST_CASE(a_date_alone_is_that_day_in_the_tenant_s_zone) {
  auto day = std::get<history_wish>(
      history_wish_of(asking({{"from", "2026-11-25"}, {"to", "2026-11-25"}}), civil_clock{"Europe/Berlin"}, 12));
  BOOST_TEST(wire::to_text(day.from.value()) == "2026-11-24T23:00:00.000Z");
  BOOST_TEST(wire::to_text(day.until.value()) == "2026-11-25T23:00:00.000Z");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
