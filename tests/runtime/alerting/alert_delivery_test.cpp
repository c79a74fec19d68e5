// Receivers that others take the place of, over real sockets.
#include "runtime/alerting/alert_delivery.hpp"

#include "tests/actors/log_lines.hpp"
#include "tests/runtime/alerting/alert_samples.hpp"
#include "tests/runtime/webhook/hook_receiver.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using test::hook_receiver;
using test::http_bytes;
using testing::firing;
using testing::resolved;

class halted_clock final : public wall_clock {
public:
  utc_time now() const noexcept override { return testing::opening; }
};

receiver_settings settings_for(const hook_receiver& hook, receiver_type type = receiver_type::webhook) {
  receiver_settings settings;
  settings.name = "pager";
  settings.type = type;
  settings.url = hook.url();
  settings.allow_private_targets = true;
  return settings;
}

struct delivery_floor {
  explicit delivery_floor(const receiver_settings& settings)
      : delivery{configuration(settings), "", std::make_shared<halted_clock>(), 1} {}

  static node_configuration configuration(const receiver_settings& settings) {
    node_configuration whole;
    whole.alerting = {settings};
    return whole;
  }

  void replace_by(const receiver_settings& settings) {
    std::vector<std::unique_ptr<alert_receiver>> come;
    come.push_back(delivery.open(settings));
    delivery.replace({"pager"}, std::move(come));
  }

  /// Waits until so many attempts failed; real threads take their time.
  bool fails(std::uint64_t times) const {
    for (auto end = std::chrono::steady_clock::now() + 20s; delivery.figures().at(0).failed < times;
         std::this_thread::yield())
      if (std::chrono::steady_clock::now() > end) return false;
    return true;
  }

  testing::log_lines log;
  alert_delivery delivery;
};

BOOST_AUTO_TEST_SUITE(alert_deliveries)

BOOST_AUTO_TEST_CASE(an_alert_that_was_over_while_its_receiver_was_away_is_told_as_over_by_the_next) {
  hook_receiver away{[](const auto& request) {
    return http_bytes(request.body.find("resolved\"") != std::string::npos ? "503 Service Unavailable" : "200 OK");
  }};
  hook_receiver well{[](const auto&) { return http_bytes("200 OK"); }};
  delivery_floor floor{settings_for(away)};
  floor.delivery.take("acme", firing());
  away.await_request(1);
  floor.delivery.take("acme", resolved());
  BOOST_TEST(floor.fails(1));
  floor.replace_by(settings_for(well));
  BOOST_TEST(well.await_request(1).body == away.await_request(2).body);
  BOOST_TEST(floor.delivery.figures().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_receiver_of_another_type_begins_with_what_it_is_told) {
  hook_receiver away{[](const auto&) { return http_bytes("503 Service Unavailable"); }};
  hook_receiver manager{[](const auto&) { return http_bytes("200 OK"); }};
  delivery_floor floor{settings_for(away)};
  floor.delivery.take("acme", firing());
  BOOST_TEST(floor.fails(1));
  floor.replace_by(settings_for(manager, receiver_type::alertmanager));
  floor.delivery.take("acme", firing("accuracy", "accuracy-2"));
  BOOST_TEST(manager.await_request(1).body.find("latency") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace floorwalker
