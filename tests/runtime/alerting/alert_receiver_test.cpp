// Receivers that fail in every way, against what is told to them over real sockets.
#include "runtime/alerting/alert_receiver.hpp"

#include "runtime/alerting/alertmanager_notices.hpp"
#include "runtime/alerting/webhook_notices.hpp"
#include "tests/actors/log_lines.hpp"
#include "tests/runtime/alerting/alert_samples.hpp"
#include "tests/runtime/webhook/hook_receiver.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using test::hook_receiver;
using test::http_bytes;
using test::received_request;
using testing::firing;
using testing::resolved;

class halted_clock final : public wall_clock {
public:
  utc_time now() const noexcept override { return testing::opening; }
};

struct alerting_floor {
  ~alerting_floor() { ::unsetenv("FLOORWALKER_ALERTING"); }

  static receiver_settings settings_for(const hook_receiver& receiver, receiver_type type) {
    receiver_settings settings;
    settings.name = "pager";
    settings.type = type;
    settings.url = receiver.url() + "/alerts";
    settings.allow_private_targets = true;
    settings.timeout = 5s;
    return settings;
  }

  static std::unique_ptr<alert_receiver> open(const receiver_settings& settings) {
    std::unique_ptr<alert_notices> notices;
    if (settings.type == receiver_type::webhook)
      notices = std::make_unique<webhook_notices>(webhook_origin{settings.name, "node-1", settings.include_pending});
    else
      notices = std::make_unique<alertmanager_notices>(settings.resend_interval, alertmanager_origin{"node-1", ""});
    return std::make_unique<alert_receiver>(settings, std::move(notices), std::make_shared<halted_clock>(), 1);
  }

  /// Polls until it holds; real threads take their time.
  template <class Holds>
  static bool comes(Holds holds) {
    for (auto end = std::chrono::steady_clock::now() + 20s; !holds(); std::this_thread::yield())
      if (std::chrono::steady_clock::now() > end) return false;
    return true;
  }
};

BOOST_FIXTURE_TEST_SUITE(alert_receivers, alerting_floor)

BOOST_AUTO_TEST_CASE(an_alertmanager_is_told_where_its_api_is) {
  ::setenv("FLOORWALKER_ALERTING", "Bearer abc", 1);
  hook_receiver manager{[](const auto&) { return http_bytes("200 OK"); }};
  auto settings = settings_for(manager, receiver_type::alertmanager);
  settings.authorization_env = "FLOORWALKER_ALERTING";
  auto receiver = open(settings);
  receiver->take("acme", firing());
  auto request = manager.await_request(1);
  BOOST_TEST(request.head.starts_with("POST /alerts/api/v2/alerts HTTP/1.1\r\n"));
  BOOST_TEST(request.header("Authorization") == "Bearer abc");
  BOOST_TEST(request.header("Content-Type") == "application/json");
  BOOST_TEST(request.header("webhook-id").empty());
  BOOST_TEST(request.body.starts_with("[{\"labels\":"));
  BOOST_TEST(comes([&] { return receiver->figures().delivered == 1; }));
}

BOOST_AUTO_TEST_CASE(an_alertmanager_is_told_again_each_interval) {
  hook_receiver manager{[](const auto&) { return http_bytes("200 OK"); }};
  auto settings = settings_for(manager, receiver_type::alertmanager);
  settings.resend_interval = 50ms;
  auto receiver = open(settings);
  receiver->take("acme", firing());
  BOOST_TEST(manager.await_request(3).body == manager.await_request(1).body);
}

BOOST_AUTO_TEST_CASE(a_webhook_is_signed_and_told_which_request_it_is) {
  ::setenv("FLOORWALKER_ALERTING", "whsec_AAECAw==", 1);
  hook_receiver hook{[](const auto&) { return http_bytes("204 No Content"); }};
  auto settings = settings_for(hook, receiver_type::webhook);
  settings.secret_env = "FLOORWALKER_ALERTING";
  auto receiver = open(settings);
  receiver->take("acme", firing());
  receiver->take("acme", resolved());
  auto first = hook.await_request(1);
  auto second = hook.await_request(2);
  BOOST_TEST(first.head.starts_with("POST /alerts HTTP/1.1\r\n"));
  BOOST_TEST(first.header("webhook-id").starts_with("fw_"));
  BOOST_TEST(first.header("webhook-id") != second.header("webhook-id"));
  BOOST_TEST(first.header("webhook-signature").starts_with("v1,"));
  BOOST_TEST(first.header("webhook-timestamp") == "1795428000");
}

BOOST_AUTO_TEST_CASE(without_its_secret_nothing_is_sent) {
  testing::log_lines log;
  hook_receiver hook{[](const auto&) { return http_bytes("200 OK"); }};
  auto settings = settings_for(hook, receiver_type::webhook);
  settings.secret_env = "FLOORWALKER_ALERTING";
  auto receiver = open(settings);
  receiver->take("acme", firing());
  BOOST_TEST(comes([&] { return receiver->figures().failed == 1; }));
  BOOST_TEST(hook.requests().empty());
}

BOOST_AUTO_TEST_CASE(a_value_of_authorization_that_could_end_its_header_is_not_sent) {
  testing::log_lines log;
  ::setenv("FLOORWALKER_ALERTING", "Bearer a\r\nX-Other: b", 1);
  hook_receiver manager{[](const auto&) { return http_bytes("200 OK"); }};
  auto settings = settings_for(manager, receiver_type::alertmanager);
  settings.authorization_env = "FLOORWALKER_ALERTING";
  auto receiver = open(settings);
  receiver->take("acme", firing());
  BOOST_TEST(comes([&] { return receiver->figures().failed == 1; }));
  receiver.reset();
  BOOST_TEST(manager.requests().empty());
  BOOST_TEST(log.with("one line of printable ASCII") == 1u);
  BOOST_TEST(log.with("X-Other") == 0u);
}

struct failing_answer {
  const char* sentence;
  std::string bytes; ///< empty: the connection is closed without a word
};

BOOST_AUTO_TEST_CASE(what_fails_is_told_again_and_counted) {
  testing::log_lines log;
  const std::array<failing_answer, 4> answers{
      {{"an error of the server", http_bytes("500 Internal Server Error")},
       {"too many requests, and when to come back", http_bytes("429 Too Many Requests", "", "Retry-After: 1\r\n")},
       {"half an answer", "HTTP/1.1 200 OK\r\nContent-"},
       {"a closed connection", ""}}};
  struct failing_place {
    failing_place(const failing_answer& first, receiver_type type)
        : place{[this, first](const auto&) { return ++requests == 1 ? first.bytes : http_bytes("200 OK"); }},
          receiver{open(settings_for(place, type))} {}

    std::atomic<int> requests = 0;
    hook_receiver place;
    std::unique_ptr<alert_receiver> receiver;
  };
  std::vector<std::unique_ptr<failing_place>> places; // all at once, since each waits for a second
  for (const auto& answer : answers)
    for (auto type : {receiver_type::alertmanager, receiver_type::webhook}) {
      places.push_back(std::make_unique<failing_place>(answer, type));
      places.back()->receiver->take("acme", firing());
    }
  for (std::size_t i = 0; i < places.size(); ++i) BOOST_TEST_CONTEXT(answers[i / 2].sentence) {
      auto& [requests, place, receiver] = *places[i];
      auto second = place.await_request(2);
      BOOST_TEST(second.header("webhook-id") == place.await_request(1).header("webhook-id"));
      BOOST_TEST(comes([&] { return receiver->figures().delivered == 1; }));
      BOOST_TEST(receiver->figures().failed == 1u);
      BOOST_TEST(receiver->figures().refused == 0u);
    }
}

BOOST_AUTO_TEST_CASE(a_receiver_that_says_when_to_come_back_is_left_alone_until_then) {
  testing::log_lines log;
  hook_receiver hook{[](const auto&) { return http_bytes("429 Too Many Requests", "", "Retry-After: 3600\r\n"); }};
  auto receiver = open(settings_for(hook, receiver_type::webhook));
  receiver->take("acme", firing());
  BOOST_TEST(comes([&] { return receiver->figures().failed == 1; }));
  receiver->take("acme", firing("accuracy", "accuracy-2"));
  BOOST_TEST(hook.requests().size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_refused_is_counted_said_once_and_not_told_again) {
  testing::log_lines log;
  hook_receiver hook{[](const auto&) { return http_bytes("400 Bad Request", "no such team"); }};
  auto receiver = open(settings_for(hook, receiver_type::webhook));
  receiver->take("acme", firing());
  receiver->take("acme", resolved());
  BOOST_TEST(comes([&] { return receiver->figures().refused == 2; }));
  BOOST_TEST(hook.requests().size() == 2u);
  BOOST_TEST(log.with("alerting pager: http://127.0.0.1") == 1u);
}

BOOST_AUTO_TEST_CASE(a_receiver_that_never_answers_delays_neither_others_nor_the_end) {
  testing::log_lines log;
  std::atomic<bool> end = false;
  std::atomic<bool> asked = false;
  hook_receiver dead{[&](const auto&) {
    asked = true;
    comes([&] { return end.load(); });
    return std::string{};
  }};
  hook_receiver well{[](const auto&) { return http_bytes("200 OK"); }};
  auto stalled = open(settings_for(dead, receiver_type::alertmanager));
  auto told = open(settings_for(well, receiver_type::alertmanager));
  for (auto* receiver : {stalled.get(), told.get()}) receiver->take("acme", firing());
  well.await_request(1);
  BOOST_TEST(comes([&] { return asked.load(); }));
  auto before = std::chrono::steady_clock::now();
  stalled->take("acme", resolved());
  stalled.reset();
  BOOST_TEST((std::chrono::steady_clock::now() - before < 3s)); // its time-out is 5 s
  end = true;
}

BOOST_AUTO_TEST_CASE(a_receiver_wants_the_tenants_that_it_names) {
  hook_receiver hook{[](const auto&) { return http_bytes("200 OK"); }};
  auto settings = settings_for(hook, receiver_type::webhook);
  BOOST_TEST(open(settings)->wants("acme"));
  settings.tenants = {"globex"};
  BOOST_TEST(!open(settings)->wants("acme"));
  BOOST_TEST(open(settings)->wants("globex"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace floorwalker
