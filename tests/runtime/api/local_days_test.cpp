#include "runtime/api/local_days.hpp"

#include "actors/hub/working_figures.hpp"
#include "messages/wire/timestamp.hpp"
#include "tests/actors/hub/figures_samples.hpp"
#include "tests/simulation/random.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <numeric>
#include <string>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::fresh_row;
using testing::read_back;
using testing::told_records;

utc_time at(std::string_view text) { return wire::parse_timestamp(text).value().at; }

civil_calendar days_of(const std::string& zone) {
  std::string problem;
  auto days = local_days(zone, problem);
  BOOST_REQUIRE_MESSAGE(problem.empty(), problem);
  return days;
}

/// Records of one agent by chance, with everything that a trail may hold of it; times rise by receipt.
class random_course : public told_records {
public:
  random_course(std::uint64_t seed, utc_time from) : random_{seed}, now_{from} {}

  utc_time now() const { return now_; }

  void step() {
    now_ += random_.between(0ms, 20min);
    auto late = now_ - random_.between(0ms, 3min);
    auto next = std::string{names[random_.below(names.size())]};
    switch (random_.below(10)) {
    case 0:
      return monitoring(
          {.slot = slot_, .cause = "lost connection", .at = now_, .last_received = late, .agent_ids = {"A-1"}});
    case 1:
      slot_ = static_cast<std::uint32_t>(random_.below(2));
      return monitoring({.started = true, .slot = slot_, .cause = "start", .at = now_, .agent_ids = {"A-1"}});
    case 2:
      reconciled("A-1", state_, next, late);
      break;
    case 3:
      return change(state_, next, flag_out_of_order);
    case 4:
      change(names[random_.below(names.size())], next, flag_gap);
      break;
    case 5:
      return monitoring({.cause = "process ended", .at = now_, .last_record = late, .agent_ids = {"A-1"}});
    default:
      change(state_, next, 0);
    }
    state_ = next;
  }

private:
  void change(std::string_view previous, std::string_view current, std::uint8_t flags) {
    transition({.agent = "a-1",
                .previous = previous,
                .current = current,
                .at = now_ - random_.between(0ms, 5min) + 2min,
                .flags = flags,
                .valid = random_.chance(0.8),
                .received = now_});
  }

  static constexpr std::array<std::string_view, 12> names{"available", "busy",    "wrap-up",  "break",
                                                          "lunch",     "meeting", "training", "outbound",
                                                          "email",     "back",    "support",  "other"};
  simulation::random_source random_;
  utc_time now_;
  std::uint32_t slot_ = 0;
  std::string state_ = "available";
};

tenths sum_of(const std::vector<tenths>& times) { return std::accumulate(times.begin(), times.end(), tenths{0}); }

tenths between(utc_time from, utc_time until) {
  return std::chrono::floor<tenths>(until) - std::chrono::floor<tenths>(from);
}

} // namespace

BOOST_AUTO_TEST_SUITE(days_of_zones)

BOOST_AUTO_TEST_CASE(a_day_goes_from_midnight_to_midnight_of_its_zone) {
  struct {
    std::string sentence, zone, now, begin, end;
  } const cases[] = {
      {"UTC", "UTC", "2026-11-23T23:59:59.9Z", "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"},
      {"a midnight is of the day that begins", "UTC", "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z",
       "2026-11-24T00:00:00Z"},
      {"east of it", "Europe/Berlin", "2026-11-23T10:00:00Z", "2026-11-22T23:00:00Z", "2026-11-23T23:00:00Z"},
      {"an evening in UTC is the next day", "Europe/Berlin", "2026-11-23T23:30:00Z", "2026-11-23T23:00:00Z",
       "2026-11-24T23:00:00Z"},
      {"west of it", "America/New_York", "2026-11-23T03:00:00Z", "2026-11-22T05:00:00Z", "2026-11-23T05:00:00Z"},
      {"23 hours where clocks are put forward", "Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z",
       "2026-03-29T22:00:00Z"},
      {"25 hours where they are put back", "Europe/Berlin", "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z",
       "2026-10-25T23:00:00Z"},
      {"25 hours in New York", "America/New_York", "2026-11-01T12:00:00Z", "2026-11-01T04:00:00Z",
       "2026-11-02T05:00:00Z"},
      {"half an hour", "Asia/Kolkata", "2026-11-23T10:00:00Z", "2026-11-22T18:30:00Z", "2026-11-23T18:30:00Z"},
      {"three quarters of an hour", "Asia/Kathmandu", "2026-11-23T10:00:00Z", "2026-11-22T18:15:00Z",
       "2026-11-23T18:15:00Z"},
      {"clocks that move by half an hour", "Australia/Lord_Howe", "2026-04-05T00:00:00Z", "2026-04-04T13:00:00Z",
       "2026-04-05T13:30:00Z"},
      {"a midnight that is left out: the day begins when clocks are put forward", "Asia/Beirut", "2026-03-29T12:00:00Z",
       "2026-03-28T22:00:00Z", "2026-03-29T21:00:00Z"},
      {"a midnight that comes twice: the first counts", "America/Havana", "2026-11-01T12:00:00Z",
       "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"},
      {"clocks that show the old date once more: the new day goes on", "America/St_Johns", "2010-11-07T03:00:00Z",
       "2010-11-07T02:30:00Z", "2010-11-08T03:30:00Z"},
      {"the day before a date that was left out", "Pacific/Apia", "2011-12-29T20:00:00Z", "2011-12-29T10:00:00Z",
       "2011-12-30T10:00:00Z"},
      {"the day after it", "Pacific/Apia", "2011-12-30T11:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"},
  };
  for (const auto& each : cases) BOOST_TEST_CONTEXT(each.sentence) {
      auto day = days_of(each.zone)(at(each.now));
      BOOST_TEST(wire::to_text(day.begin) == wire::to_text(at(each.begin)));
      BOOST_TEST(wire::to_text(day.end) == wire::to_text(at(each.end)));
    }
}

BOOST_AUTO_TEST_CASE(days_follow_each_other_without_a_hole) {
  for (const auto* zone : {"Europe/Berlin", "America/St_Johns", "Asia/Beirut", "America/Havana", "Pacific/Apia"}) {
    auto days = days_of(zone);
    auto day = days(at("2009-12-31T12:00:00Z"));
    for (auto i = 0; i < 1000; ++i) {
      auto next = days(day.end);
      BOOST_REQUIRE((next.begin == day.end && next.begin < next.end));
      BOOST_REQUIRE((days(day.end - 1ns) == day));
      day = next;
    }
  }
}

BOOST_AUTO_TEST_CASE(a_zone_that_cannot_be_read_is_said_and_days_are_those_of_utc) {
  for (const auto* zone : {"Mars/Olympus", "", "tzdata.zi", "../../../etc/passwd"}) {
    std::string problem;
    auto days = local_days(zone, problem);
    BOOST_TEST(!problem.empty(), zone);
    BOOST_TEST((days(at("2026-11-23T10:00:00Z")).begin == at("2026-11-23T00:00:00Z")));
  }
}

BOOST_AUTO_TEST_CASE(whatever_happens_all_times_are_together_as_long_as_the_day_so_far) {
  struct {
    std::string zone, noon; ///< of a day whose clocks change
    std::chrono::minutes length;
  } const cases[] = {
      {"Europe/Berlin", "2026-03-29T12:00:00Z", 23h},           {"Europe/Berlin", "2026-10-25T12:00:00Z", 25h},
      {"America/New_York", "2026-03-08T16:00:00Z", 23h},        {"America/New_York", "2026-11-01T16:00:00Z", 25h},
      {"Australia/Lord_Howe", "2026-04-05T00:00:00Z", 1470min}, {"Asia/Kolkata", "2026-11-23T10:00:00Z", 24h},
  };
  auto unobserved = tenths{0};
  auto observed = tenths{0};
  for (const auto& each : cases) {
    auto calendar = days_of(each.zone);
    auto day = calendar(at(each.noon));
    BOOST_REQUIRE((day.end - day.begin == each.length));
    for (std::uint64_t seed = 0; seed < 20; ++seed)
      BOOST_TEST_CONTEXT(each.zone << " " << each.noon << " seed " << seed) {
        tenant_settings settings;
        working_figures live{settings, calendar};
        working_figures again{settings, calendar};
        auto from = day.begin + 3h * (seed % 3) - 90min;
        live.begin(from, live.earliest(from));
        again.begin(from, again.earliest(from));
        random_course course{seed, from};
        while (course.now() < day.end + 5h) {
          course.step();
          auto batch = course.commit();
          live.take(*batch);
          again.take(*read_back(*batch));
          auto now = std::min(course.now() + std::chrono::milliseconds{seed * 7919}, live.day().end);
          for (auto* figures : {&live, &again}) {
            auto of = figures->of(fresh_row("a-1", "break"), "a-1", now);
            BOOST_REQUIRE((sum_of(of.counts.today) == between(figures->day().begin, now)));
            BOOST_REQUIRE((sum_of(of.counts.window) == between(figures->window_begin(now), now)));
            BOOST_REQUIRE((of.counts.unverified_today <= sum_of(of.counts.today)));
          }
          auto one = live.of(fresh_row("a-1", "break"), "a-1", now).counts;
          BOOST_REQUIRE((one.today == again.of(fresh_row("a-1", "break"), "a-1", now).counts.today));
          unobserved += one.today[unobserved_code];
          observed += sum_of(one.today) - one.today[unobserved_code];
        }
        BOOST_TEST((live.day().begin == day.end));
      }
  }
  BOOST_TEST((unobserved > 24h && observed > 24h)); // a course in which nothing happens proves nothing
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
