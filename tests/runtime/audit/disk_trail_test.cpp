#include "runtime/audit/disk_trail.hpp"

#include "tests/runtime/audit/running_trail.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <boost/test/unit_test.hpp>

#include <future>
#include <memory>
#include <string>

namespace floorwalker {
namespace {

using namespace testing;

/// A journal that only looks how far the trail is.
journal_actor::behavior_type looking_journal(journal_actor::pointer self, std::uint64_t until,
                                             const std::shared_ptr<std::promise<void>>& reached) {
  return {
      [](const draft_batch_ptr&) -> caf::result<void> { return caf::unit; },
      [=](const trail_progress& progress) {
        if (progress.sequence < until) return;
        reached->set_value();
        self->quit();
      },
      [](const follow_trail&) {},
      [](const leave_trail&) {},
      [](const timer_fired&) {},
      [](stop_command) -> caf::result<void> { return caf::unit; },
  };
}

BOOST_AUTO_TEST_SUITE(disk_trail_suite)

BOOST_AUTO_TEST_CASE(a_journal_is_told_by_message_and_let_go_of_at_the_stop) {
  caf::actor_system_config configuration;
  configuration.set("caf.scheduler.max-threads", 1);
  trail_site site;
  auto opened = open_trail(site.options());
  BOOST_REQUIRE(opened.storage);
  {
    caf::actor_system system{configuration};
    auto reached = std::make_shared<std::promise<void>>();
    auto waiting = reached->get_future();
    auto journal = system.spawn(looking_journal, 5, reached);
    auto beginning = opened.storage->open(journal);
    BOOST_TEST(beginning.end.sequence == 0U);
    BOOST_TEST(beginning.node == "node-1");
    journal_batches made;
    opened.storage->append(made.transitions(3), made.end);
    opened.storage->append(made.transitions(2), made.end);
    BOOST_TEST((waiting.wait_for(test_patience) == std::future_status::ready));
    BOOST_TEST(opened.storage->stop(test_patience));
  }
  BOOST_TEST(opened.storage->stop(test_patience)); // may be repeated
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace floorwalker
