#include <boost/test/unit_test.hpp>

#include "simulator/fault_plan.hpp"
#include "simulator/http_fault.hpp"

using namespace floorwalker::simulator;
using namespace std::chrono_literals;

namespace {

std::string refusal_of(std::string_view text) {
  try {
    parse_fault(text);
  } catch (const std::invalid_argument& problem) {
    return problem.what();
  }
  return {};
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

} // namespace

BOOST_AUTO_TEST_SUITE(fault_plan_test)

BOOST_AUTO_TEST_CASE(a_fault_has_kind_arguments_trigger_and_count) {
  auto what = parse_fault("close:1008:rate limit: 5@all*x exceeded@each:500*2");
  BOOST_TEST((what.kind == fault_kind::close));
  BOOST_TEST(what.close_code == 1008);
  BOOST_TEST(what.text == "rate limit: 5@all*x exceeded");
  BOOST_TEST((what.when == trigger_kind::each));
  BOOST_TEST(what.n == 500u);
  BOOST_TEST(what.count_max == 2u);
}

BOOST_AUTO_TEST_CASE(triggers_and_their_usual_counts) {
  BOOST_TEST(parse_fault("drop").count_max == 1u);
  BOOST_TEST((parse_fault("drop").when == trigger_kind::now));
  BOOST_TEST((parse_fault("drop-after-drain@700").when == trigger_kind::event));
  BOOST_TEST(parse_fault("drop@event:700").n == 700u);
  BOOST_TEST(parse_fault("stall@each:3").count_max == 0u);
  BOOST_TEST((parse_fault("reset@every:1.5s").mean_interval == 1500ms));
  BOOST_TEST(parse_fault("no-ack").count_max == 0u);
  BOOST_TEST(parse_fault("no-ack@connection:2").count_max == 1u);
  BOOST_TEST(parse_fault("oversized:3000000").amount == 3'000'000u);
  BOOST_TEST(parse_fault("slow-ack:7s").amount == 7000u);
}

BOOST_AUTO_TEST_CASE(a_wrong_fault_is_refused_with_its_text_and_what_was_expected) {
  BOOST_TEST(contains(refusal_of("drip"), "'drip': unknown kind 'drip', expected one of no-ack"));
  BOOST_TEST(contains(refusal_of("close:99"), "from 1000 to 4999"));
  BOOST_TEST(contains(refusal_of("close"), "close code"));
  BOOST_TEST(contains(refusal_of("drop:now"), "takes no argument"));
  BOOST_TEST(contains(refusal_of("drop@each:0"), "above 0"));
  BOOST_TEST(contains(refusal_of("drop@every:soon"), "no duration"));
  BOOST_TEST(contains(refusal_of("drop@sometimes"), "unknown trigger"));
  BOOST_TEST(contains(refusal_of("reject@each:3"), "connection:N"));
  BOOST_TEST(contains(refusal_of("ping:" + std::string(126, 'x')), "125"));
}

BOOST_AUTO_TEST_CASE(a_fault_at_a_total_strikes_there_and_with_a_count_at_its_multiples) {
  auto plan = fault_plan{1};
  plan.add(parse_fault("drop@event:100*3"), instant{});
  BOOST_TEST(plan.next_total() == 100u);
  BOOST_TEST(plan.at_event(100, 5).size() == 1u);
  BOOST_TEST(plan.next_total() == 200u);
  BOOST_TEST(plan.at_event(150, 5).empty());
  BOOST_TEST(plan.at_event(200, 5).size() == 1u);
  BOOST_TEST(plan.at_event(300, 5).size() == 1u);
  BOOST_TEST(plan.next_total() == ~std::uint64_t{0});
}

BOOST_AUTO_TEST_CASE(a_fault_on_each_connection_strikes_at_its_own_number) {
  auto plan = fault_plan{1};
  plan.add(parse_fault("ping@each:10"), instant{});
  plan.add(parse_fault("drop@each:20"), instant{});
  BOOST_TEST(plan.next_on_connection(0) == 10u);
  BOOST_TEST(plan.next_on_connection(10) == 20u);
  BOOST_TEST(plan.next_on_connection(20) == ~std::uint64_t{0});
  BOOST_TEST(plan.at_event(1000, 10).size() == 1u);
  BOOST_TEST(plan.at_event(2000, 10).size() == 1u);
  BOOST_TEST(plan.at_event(3000, 11).empty());
}

BOOST_AUTO_TEST_CASE(a_fault_added_after_its_number_has_passed_is_due_at_the_next_event) {
  auto plan = fault_plan{1};
  plan.add(parse_fault("ping@event:5"), instant{});
  plan.at_event(500, 1);
  plan.add(parse_fault("drop@event:10"), instant{});
  BOOST_TEST(plan.next_total() == 501u);
  BOOST_TEST(plan.at_event(501, 1).size() == 1u);
}

BOOST_AUTO_TEST_CASE(subscription_faults_strike_the_named_connection_or_all) {
  auto plan = fault_plan{1};
  plan.add(parse_fault("reject:no@connection:2"), instant{});
  BOOST_TEST(!plan.at_subscription(1).has_value());
  BOOST_TEST(plan.at_subscription(2)->text == "no");
  plan.add(parse_fault("no-ack*2"), instant{});
  BOOST_TEST(plan.at_subscription(3).has_value());
  BOOST_TEST(plan.at_subscription(4).has_value());
  BOOST_TEST(!plan.at_subscription(5).has_value());
}

BOOST_AUTO_TEST_CASE(random_faults_keep_their_mean_interval_and_their_seed) {
  auto count_in_an_hour = [](std::uint64_t seed) {
    auto plan = fault_plan{seed};
    plan.add(parse_fault("drop@every:10s"), instant{});
    auto count = std::size_t{0};
    for (auto at = instant{}; at < instant{} + 1h; at += 100ms) count += plan.at_time(at).size();
    return count;
  };
  auto count = count_in_an_hour(3);
  BOOST_TEST(count > 270u);
  BOOST_TEST(count < 450u);
  BOOST_TEST(count == count_in_an_hour(3));
}

BOOST_AUTO_TEST_CASE(request_faults_strike_the_requests_they_name) {
  auto faults = http_faults{{parse_http_fault("status:500*2"), parse_http_fault("status:429:7@4*1")}};
  BOOST_TEST(faults.next_request()->status == 500u);
  BOOST_TEST(faults.next_request()->status == 500u);
  BOOST_TEST(!faults.next_request().has_value());
  auto fourth = faults.next_request();
  BOOST_TEST(fourth->status == 429u);
  BOOST_TEST(fourth->retry_after_s.value() == 7u);
  BOOST_TEST(!faults.next_request().has_value());
  faults.add(parse_http_fault("garbage*1"));
  BOOST_TEST((faults.next_request()->kind == http_fault_kind::garbage));
  BOOST_TEST(!faults.next_request().has_value());
}

BOOST_AUTO_TEST_CASE(wrong_request_faults_and_durations_are_refused) {
  for (const auto* text : {"nonsense", "status:99", "status:abc", "delay", "status:500*x"})
    BOOST_CHECK_THROW(parse_http_fault(text), std::invalid_argument);
  for (const auto* text : {"", "5", "s", "-1s", "5 s", "1d"})
    BOOST_CHECK_THROW(parse_duration(text), std::invalid_argument);
  BOOST_TEST((parse_duration("2h") == 2h));
}

BOOST_AUTO_TEST_SUITE_END()
