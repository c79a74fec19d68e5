// The fixture of every actor test: CAF's deterministic scheduler and virtual clock behind one header. Nothing runs
// unless a test says so, and nobody sleeps. This header alone knows CAF's test interfaces.
#pragma once

#include "actors/wall_clock.hpp"
#include "messages/actors.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace floorwalker::testing {

/// CAF needs its type tables once a process, before the first actor system.
struct type_tables {
  type_tables() {
    caf::init_global_meta_objects<caf::id_block::floorwalker>();
    caf::core::init_global_meta_objects();
  }
};

struct virtual_configuration : caf::actor_system_config {
  virtual_configuration() { set("caf.scheduler.policy", "testing"); }
};

/// The world's time in tests: moves with the virtual clock.
class virtual_wall_clock : public wall_clock {
public:
  utc_time now() const noexcept override { return now_; }
  void advance(std::chrono::nanoseconds by) { now_ += by; }
  void set(utc_time at) { now_ = at; }

private:
  utc_time now_{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + std::chrono::hours{10}};
};

/// An actor system whose time and message order the test decides.
class virtual_floor {
public:
  virtual_floor() { system.await_actors_before_shutdown(false); } // else ~actor_system waits for actors nobody runs
  virtual ~virtual_floor() = default;

  /// Delivers messages until none is left.
  virtual void run() { scheduler.run(); }

  /// Lets virtual time pass, running every timer that comes due on the way in its order.
  void pass(std::chrono::nanoseconds time) {
    auto& clock = scheduler.clock();
    auto end = clock.now() + std::chrono::duration_cast<caf::actor_clock::duration_type>(time);
    run();
    while (!clock.schedule.empty() && clock.schedule.begin()->first <= end) {
      move(std::max(clock.schedule.begin()->first - clock.now(), caf::actor_clock::duration_type::zero()));
      run();
    }
    if (clock.now() < end) move(end - clock.now());
    run();
  }

  /// Asks an actor and runs the floor until it has answered. A missing answer or an error fails the test.
  template <class Answer, class Receiver, class... Values>
  std::optional<Answer> ask(const Receiver& receiver, Values&&... values) {
    auto pending = self->request(receiver, caf::infinite, std::forward<Values>(values)...);
    run();
    std::optional<Answer> answer;
    if (self->peek_at_next_mailbox_element() == nullptr) { // receive() would block for ever
      BOOST_ERROR("no answer");
      return answer;
    }
    pending.receive([&](Answer& value) { answer = std::move(value); },
                    [&](caf::error& error) { BOOST_ERROR("refused: " << to_string(error)); });
    return answer;
  }

  /// The floor's wall clock as a port; the floor outlives whoever uses it.
  std::shared_ptr<const wall_clock> wall_port() const {
    return {&wall, [](auto*) {}};
  }

  virtual_configuration configuration;
  caf::actor_system system{configuration};
  caf::scheduler::test_coordinator& scheduler{dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler())};
  caf::scoped_actor self{system};
  virtual_wall_clock wall;

private:
  void move(caf::actor_clock::duration_type by) {
    wall.advance(std::chrono::duration_cast<std::chrono::nanoseconds>(by));
    scheduler.advance_time(by);
  }
};

} // namespace floorwalker::testing
