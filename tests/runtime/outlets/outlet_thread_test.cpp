#include "runtime/outlets/outlet_thread.hpp"

#include "runtime/outlets/console_outlet.hpp"
#include "runtime/outlets/file_outlet.hpp"
#include "runtime/outlets/make_outlet.hpp"
#include "tests/actors/virtual_floor.hpp"
#include "tests/runtime/outlets/outlet_samples.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::group_of;
using testing::shared;
using testing::write_through;

/// What `write` gives for one group on an outlet_thread.
std::string outcome_of(std::function<std::string(std::uint64_t, const delivery_group&)> write) {
  outlet_thread thread{{std::move(write), {}, {}}};
  std::promise<std::string> done;
  thread.post(1, shared(group_of({"a\n"})),
              [&done](write_result result) { done.set_value(std::move(result.problem)); });
  return done.get_future().get();
}

/// Fails on the test's own thread, where the virtual floor lives.
class failing_outlet : public threaded_outlet {
public:
  void write_then(std::uint64_t, delivery_group_ptr, write_answer done) override { done(std::string{"cannot write"}); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(threads)

BOOST_AUTO_TEST_CASE(the_answer_is_what_the_write_gave) {
  BOOST_TEST(outcome_of([](auto, auto& group) { return *group[0].text; }) == "a\n");
}

BOOST_AUTO_TEST_CASE(an_exception_is_a_failed_write) {
  BOOST_TEST(outcome_of([](auto, auto&) -> std::string { throw std::runtime_error{"no memory"}; }) ==
             "cannot write: no memory");
}

BOOST_AUTO_TEST_CASE(the_thread_takes_no_signal) {
  BOOST_TEST(outcome_of([](auto, auto&) -> std::string {
               sigset_t blocked;
               pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
               for (int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE})
                 if (sigismember(&blocked, signal) != 1) return "signal " + std::to_string(signal) + " is let in";
               return {};
             }) == "");
}

BOOST_AUTO_TEST_CASE(refreshing_goes_on_without_anything_to_write) {
  std::promise<void> third;
  int times = 0;
  outlet_thread thread{{[](auto, auto&) { return std::string{}; },
                        [&] {
                          if (++times == 3) third.set_value();
                        },
                        1ms}};
  third.get_future().get();
}

BOOST_AUTO_TEST_CASE(a_file_outlet_writes_and_answers) {
  testing::scratch_folder folder;
  file_outlet file{folder / "trail.jsonl", {}};
  BOOST_TEST(write_through(file, 7, group_of({"a\n", "b\n"})) == "");
  BOOST_TEST(testing::content_of(folder / "trail.jsonl") == "a\nb\n");
}

BOOST_AUTO_TEST_CASE(a_console_outlet_whose_reader_has_gone_takes_everything_and_raises_no_signal) {
  testing::test_pipe pipe;
  pipe.close_reader();
  console_outlet console{pipe.writer()};
  BOOST_TEST(write_through(console, 1, group_of({"a\n"})) == "");
  BOOST_TEST(write_through(console, 2, group_of({"b\n"})) == "");
}

BOOST_FIXTURE_TEST_CASE(a_sink_is_told_what_became_of_its_group, testing::virtual_floor) {
  auto told = std::make_shared<std::vector<outlet_written>>();
  auto sink = system.spawn([told]() -> sink_actor::behavior_type {
    return {[](const trail_opened&) {},
            [](const committed_batch_ptr&) {},
            [](const trail_grown&) {},
            [](const trail_stretch&) {},
            [told](const outlet_written& written) { told->push_back(written); },
            [](const timer_fired&) {},
            [](caf::get_atom) { return sink_progress{}; },
            [](stop_command) {}};
  });
  failing_outlet{}.write(7, shared(group_of({"a\n"})), sink);
  run();
  BOOST_REQUIRE(told->size() == 1u);
  BOOST_TEST(told->front().number == 7u);
  BOOST_TEST(told->front().problem == "cannot write");
}

BOOST_AUTO_TEST_CASE(an_outlet_whose_reader_sleeps_can_be_taken_down) {
  testing::test_pipe pipe;
  pipe.fill();
  console_outlet console{pipe.writer()};
  console.write_then(1, shared(group_of({"a\n"})), [](const write_result&) {});
} // returns: its end interrupts the write

BOOST_AUTO_TEST_CASE(stores_are_not_connected_to_before_there_is_something_to_write) {
  for (auto type : {sink_type::kafka, sink_type::postgres}) {
    sink_settings settings;
    settings.type = type;
    BOOST_TEST(make_outlet(settings, {}));
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
