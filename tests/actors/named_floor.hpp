// A floor on which a test can reach any actor by its name, to see what happens when it fails.
#pragma once

#include "tests/actors/virtual_floor.hpp"

#include <caf/actor_cast.hpp>
#include <caf/scheduled_actor.hpp>

#include <map>
#include <set>
#include <string>

namespace floorwalker::testing {

class named_floor : public virtual_floor {
public:
  /// Delivers messages one by one, and remembers who was started.
  void run() override {
    while (!scheduler.jobs.empty()) {
      if (auto starting = dynamic_cast<caf::scheduled_actor*>(scheduler.jobs.front()))
        if (known_.insert(starting->id()).second) newest_[starting->name()] = starting->address();
      scheduler.run_once();
    }
  }

  /// The id of the actor of this name that was started last, whether it lives or not; 0: there was none.
  caf::actor_id newest(const std::string& name) const {
    auto known = newest_.find(name);
    return known == newest_.end() ? 0 : known->second.id();
  }

  /// Ends that actor as a crash would.
  void crash(const std::string& name) {
    auto known = newest_.find(name);
    auto actor = known == newest_.end() ? caf::actor{} : caf::actor_cast<caf::actor>(known->second);
    BOOST_REQUIRE_MESSAGE(actor, name << " does not live");
    caf::anon_send_exit(actor, caf::exit_reason::kill);
    actor = nullptr;
    run();
  }

private:
  std::set<caf::actor_id> known_;
  std::map<std::string, caf::actor_addr> newest_;
};

} // namespace floorwalker::testing
