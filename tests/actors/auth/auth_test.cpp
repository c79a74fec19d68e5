#include "actors/auth/auth.hpp"
#include "actors/auth/token_rules.hpp"

#include "tests/actors/log_lines.hpp"
#include "tests/actors/virtual_floor.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <fmt/format.h>

#include <functional>
#include <string>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using lines = std::vector<std::string>;

const wire::token_verdict granted = wire::token_granted{"t", 1000s};
const wire::token_verdict brief = wire::token_granted{"t", 1s};
const wire::token_verdict denied = wire::token_denied{"denied"};
const wire::token_verdict out_of_scope = wire::token_denied{"scope", true};
const wire::token_verdict unwell = wire::token_unavailable{"unwell", {}};

/// An answer `after` the request, and when the next request follows ("fatal": never).
struct round_trip {
  std::chrono::nanoseconds after;
  wire::token_verdict answer;
  const char* next;
};

struct story {
  const char* sentence;
  std::vector<round_trip> trips;
};

const story stories[] = {
    {"a token is renewed when 80 % of its life are over", {{0s, granted, "800 s"}, {0s, granted, "800 s"}}},
    {"its life counts from the answer", {{10s, granted, "800 s"}}},
    {"requests lie a second apart however short a life is", {{0s, brief, "1 s"}, {0s, brief, "1 s"}}},
    {"the second counts from the request", {{500ms, brief, "0.8 s"}}},
    {"denied at the start is fatal", {{0s, denied, "fatal"}}},
    {"denied after the endpoint was unwell is denied at the start", {{0s, unwell, "1 s"}, {0s, denied, "fatal"}}},
    {"denied on renewal is retried with back-off", {{0s, granted, "800 s"}, {0s, denied, "1 s"}, {0s, denied, "2 s"}}},
    {"a denied renewal that succeeds at last is over",
     {{0s, granted, "800 s"}, {0s, denied, "1 s"}, {0s, granted, "800 s"}, {0s, denied, "1 s"}}},
    {"denied when the old token has expired is fatal", {{0s, granted, "800 s"}, {201s, denied, "fatal"}}},
    {"the last try falls on the old token's end",
     {{0s, granted, "800 s"}, {0s, unwell, "1 s"}, {195s, denied, "2 s"}, {0s, denied, "2 s"}, {0s, denied, "fatal"}}},
    {"a scope without agent:read is fatal at the start", {{0s, out_of_scope, "fatal"}}},
    {"and on renewal", {{0s, granted, "800 s"}, {0s, out_of_scope, "fatal"}}},
    {"an endpoint that is unwell is asked again for ever",
     {{0s, unwell, "1 s"},
      {0s, unwell, "2 s"},
      {0s, unwell, "4 s"},
      {0s, unwell, "8 s"},
      {0s, unwell, "16 s"},
      {0s, unwell, "30 s"},
      {0s, unwell, "30 s"},
      {0s, unwell, "30 s"},
      {0s, unwell, "30 s"},
      {0s, unwell, "30 s"},
      {0s, unwell, "30 s"},
      {0s, unwell, "30 s"}}},
    {"also past the old token's end", {{0s, granted, "800 s"}, {500s, unwell, "1 s"}, {0s, granted, "800 s"}}},
    {"Retry-After is honoured", {{0s, wire::token_unavailable{"busy", 90s}, "90 s"}}},
    {"but not below the back-off", {{0s, unwell, "1 s"}, {0s, wire::token_unavailable{"busy", 1s}, "2 s"}}},
    {"and not above an hour", {{0s, wire::token_unavailable{"busy", 9999999s}, "3600 s"}}},
};

reconnect_settings without_jitter() {
  reconnect_settings settings;
  settings.jitter = 0;
  return settings;
}

/// One answer of the endpoint, or none; `lying` answers under another number first.
using script = std::function<std::vector<token_answered>(std::uint64_t number)>;

class scripted_endpoint : public token_endpoint {
public:
  void request_token(std::uint64_t number, auth_actor receiver) override {
    ++requests;
    for (auto& answer : answer_to(number)) caf::anon_send(receiver, std::move(answer));
  }
  int requests = 0;
  script answer_to;
};

http_answer grant_of(int life, const std::string& token) {
  return {200, fmt::format(R"({{"access_token":"{}","expires_in":{},"token_type":"Bearer"}})", token, life), {}, {}};
}

struct kept_log {
  kept_log() { spdlog::set_level(spdlog::level::trace); }
  testing::log_lines log;
};

class auth_floor : public kept_log, public testing::virtual_floor {
public:
  ~auth_floor() { // timers that are left over run at the end, and a renewal would start the next
    self->send(auth, stop_command{});
    run();
  }

  void start(script answer_to) {
    spdlog::set_level(spdlog::level::trace);
    endpoint->answer_to = std::move(answer_to);
    auto tenant = system.spawn([seen = told]() -> tenant_actor::behavior_type {
      return {[](const agents_released&) {},
              [](const tenant_change_ptr&) {},
              [](alerts_wanted) {},
              [seen](const access_token_ptr& token) {
                seen->push_back(fmt::format("token {} {}", token->number(), token->reveal()));
              },
              [seen](const renewal_report& report) { seen->push_back("report: " + report.problem); },
              [](const audit_report&) {},
              [](const alert_changed&) {},
              [](const agent_listing_ptr&) {},
              [](const token_refused&) {},
              [seen](const tenant_failed& failed) { seen->push_back("failed: " + failed.sentence); },
              [](const listener_counts&) {},
              [](caf::get_atom) { return system_metrics{}; },
              [](const status_query&) { return agent_status{}; },
              [](const agents_query&) { return std::vector<agent_status>{}; },
              [](const timer_fired&) {},
              [](const stop_command&) { return system_metrics{}; }};
    });
    tenant_settings settings;
    settings.name = "acme";
    settings.reconnect = without_jitter();
    auth = spawn_auth(system, settings, endpoint, {tenant}, 1);
    run();
  }

  long tokens() const {
    return std::ranges::count_if(*told, [](auto& line) { return line.starts_with("token "); });
  }

  std::shared_ptr<scripted_endpoint> endpoint = std::make_shared<scripted_endpoint>();
  std::shared_ptr<lines> told = std::make_shared<lines>();
  auth_actor auth;
};

} // namespace

BOOST_AUTO_TEST_SUITE(token_rules)

BOOST_AUTO_TEST_CASE(answers_lead_to_the_next_request_or_to_none) {
  // keep-trying changes nothing here: an endpoint that is unwell is never final, and rejected credentials always are.
  for (auto keep_trying : {false, true})
    for (auto& told : stories) BOOST_TEST_CONTEXT(told.sentence << (keep_trying ? " (keep-trying)" : "")) {
        auto policy = without_jitter();
        policy.keep_trying = keep_trying;
        token_course course{{}, policy};
        steady_time now{};
        for (auto& trip : told.trips) {
          course.requested(now);
          now += trip.after;
          auto step = course.answered(trip.answer, now, 0);
          BOOST_TEST(step.failed == !step.request_in.has_value());
          BOOST_TEST(step.granted.has_value() == step.problem.empty());
          auto next = step.request_in ? fmt::format("{:g} s", std::chrono::duration<double>(*step.request_in).count())
                                      : std::string{"fatal"};
          BOOST_TEST(next == trip.next);
          if (step.request_in) now += *step.request_in;
        }
      }
}

BOOST_AUTO_TEST_CASE(how_far_requests_lie_apart_is_the_tenants) {
  renewal_settings renewal;
  renewal.min_interval = 10s;
  token_course course{renewal, without_jitter()};
  steady_time now{};
  course.requested(now);
  BOOST_TEST((course.answered(brief, now + 4s, 0).request_in == 6s));
}

BOOST_AUTO_TEST_CASE(a_refused_token_is_renewed_once_and_only_the_newest) {
  token_course course{{}, without_jitter()};
  steady_time now{};
  course.requested(now);
  BOOST_TEST(!course.refused(0, now).has_value()); // a request is under way
  course.answered(granted, now, 0);
  BOOST_TEST((course.refused(1, now + 300ms) == 700ms));
  BOOST_TEST(!course.refused(1, now + 400ms).has_value());
  now += 1s;
  course.requested(now);
  course.answered(granted, now, 0);
  BOOST_TEST(!course.refused(1, now).has_value());
  BOOST_TEST((course.refused(2, now + 10s) == 0s));
}

BOOST_AUTO_TEST_CASE(refusals_do_not_cut_a_back_off_short) {
  token_course course{{}, without_jitter()};
  steady_time now{};
  course.requested(now);
  course.answered(granted, now, 0);
  course.requested(now + 800s);
  course.answered(wire::token_unavailable{"busy", 90s}, now + 800s, 0);
  BOOST_TEST(!course.refused(1, now + 810s).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(auth)

BOOST_FIXTURE_TEST_CASE(a_token_is_renewed_again_and_again, auth_floor) {
  start([this](std::uint64_t number) {
    return std::vector<token_answered>{{number, grant_of(100, "t" + std::to_string(endpoint->requests))}};
  });
  pass(6 * 80s);
  BOOST_TEST(endpoint->requests == 7);
  BOOST_TEST(tokens() == 7);
  BOOST_TEST((*told)[12] == "token 7 t7");
}

BOOST_FIXTURE_TEST_CASE(a_silent_endpoint_is_asked_again_after_a_minute, auth_floor) {
  start([this](std::uint64_t number) {
    std::vector<token_answered> none;
    return endpoint->requests < 3 ? none : std::vector<token_answered>{{number, grant_of(100, "t")}};
  });
  pass(60s + 1s + 60s + 2s - 1ns);
  BOOST_TEST((endpoint->requests == 2 && tokens() == 0));
  pass(1ns);
  BOOST_TEST((endpoint->requests == 3 && tokens() == 1));
}

BOOST_FIXTURE_TEST_CASE(answers_to_other_requests_and_second_answers_are_dropped, auth_floor) {
  start([](std::uint64_t number) {
    return std::vector<token_answered>{{number + 1, grant_of(100, "wrong")},
                                       {0, grant_of(100, "wrong")},
                                       {number, grant_of(100, "right")},
                                       {number, grant_of(100, "wrong")}};
  });
  pass(79s);
  BOOST_TEST(*told == (lines{"token 1 right", "report: "}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(garbage_is_retried_and_rejected_credentials_are_final, auth_floor) {
  start([this](std::uint64_t number) {
    static const http_answer answers[] = {{200, "<html>", {}, {}},
                                          {200, "[]", {}, {}},
                                          {200, "{}", {}, {}},
                                          {500, "", {}, {}},
                                          {0, {}, "connection refused", {}},
                                          {401, R"({"error":"invalid_client"})", {}, {}}};
    return std::vector<token_answered>{{number, answers[std::min(endpoint->requests, 6) - 1]}};
  });
  pass(1h);
  BOOST_TEST(endpoint->requests == 6);
  BOOST_TEST(std::ranges::count_if(*told, [](auto& line) { return line.starts_with("failed: "); }) == 1);
  BOOST_TEST(told->back().find("invalid_client") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_refused_token_is_renewed_at_once_and_once, auth_floor) {
  start([](std::uint64_t number) { return std::vector<token_answered>{{number, grant_of(1000, "t")}}; });
  pass(10s);
  for (int slot = 0; slot < 500; ++slot) self->send(auth, token_refused{1});
  pass(10s);
  BOOST_TEST(endpoint->requests == 2);
  pass(780s);
  BOOST_TEST(endpoint->requests == 2); // the old renewal is overtaken by the new token's own
  pass(20s);
  BOOST_TEST(endpoint->requests == 3);
}

BOOST_FIXTURE_TEST_CASE(no_secret_is_in_any_line_of_the_log, auth_floor) {
  start([this](std::uint64_t number) {
    std::vector<token_answered> all{{number, grant_of(100, "T0KEN")}};
    auto body =
        R"({"error":"client_secret=S3CRET","error_description":"sent \"access_token\":\"T0KEN\" client_secret=S3CRET"})";
    if (endpoint->requests % 3 == 1) all[0].answer = {503, R"({"access_token":"T0KEN"})", {}, {}};
    if (endpoint->requests % 3 == 2 && endpoint->requests > 2) all[0].answer = {401, body, {}, {}};
    return all;
  });
  pass(1h);
  self->send(auth, token_refused{1});
  pass(1h);
  BOOST_TEST(tokens() > 5);
  BOOST_TEST(log.count() > 5u);
  for (auto secret : {"T0KEN", "S3CRET"}) {
    BOOST_TEST(log.with(secret) == 0u);
    for (auto& line : *told)
      if (!line.starts_with("token ")) BOOST_TEST(line.find(secret) == std::string::npos);
  }
}

BOOST_FIXTURE_TEST_CASE(a_stopped_auth_asks_no_more, auth_floor) {
  start([](std::uint64_t number) { return std::vector<token_answered>{{number, grant_of(10, "t")}}; });
  self->send(auth, stop_command{});
  pass(1h);
  BOOST_TEST(endpoint->requests == 1);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
