#include "runtime/outlets/detached_call.hpp"

#include <boost/test/unit_test.hpp>

#include <future>
#include <memory>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;

} // namespace

BOOST_AUTO_TEST_SUITE(detached_calls)

BOOST_AUTO_TEST_CASE(a_call_that_ends_is_waited_for) {
  auto called = std::make_shared<bool>(false);
  BOOST_TEST(call_detached([called] { *called = true; }, 1h, nullptr));
  BOOST_TEST(*called);
}

BOOST_AUTO_TEST_CASE(a_call_that_does_not_end_is_left_alone) {
  auto gate = std::make_shared<std::promise<void>>();
  auto left = std::make_shared<std::promise<void>>();
  auto blocked = [gate, left] {
    gate->get_future().wait();
    left->set_value();
  };
  BOOST_TEST(!call_detached(blocked, 0ms, nullptr));
  gate->set_value();
  left->get_future().wait(); // it goes on by itself
}

BOOST_AUTO_TEST_CASE(an_interruption_ends_the_wait) {
  auto gate = std::make_shared<std::promise<void>>();
  auto left = std::make_shared<std::promise<void>>();
  write_interruption interruption;
  interruption.raise();
  BOOST_TEST(!call_detached(
      [gate, left] {
        gate->get_future().wait();
        left->set_value();
      },
      1h, &interruption));
  gate->set_value();
  left->get_future().wait();
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
