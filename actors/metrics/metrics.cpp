#include "actors/metrics/metrics.hpp"

#include "actors/metrics/tenant_totals.hpp"
#include "actors/supervision/fault_containment.hpp"

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace floorwalker {
namespace {

class metrics_state {
public:
  static constexpr const char* name = "metrics";

  metrics_state(metrics_actor::pointer self, const system_metrics& before) : self_{self}, totals_{before} {
    contain_faults(*self);
  }

  metrics_actor::behavior_type make_behavior() {
    return {
        [this](const committed_batch_ptr& batch) { totals_.apply(*batch); },
        [this](const listener_counts& counts) { totals_.set_listeners(counts); },
        [this](const alert_raised&) { totals_.add_alert(); },
        [this](caf::get_atom) { return totals_.figures(); },
        [this](stop_command) { self_->quit(); },
    };
  }

private:
  metrics_actor::pointer self_;
  tenant_totals totals_;
};

} // namespace

metrics_actor spawn_metrics(caf::actor_system& system, const system_metrics& before) {
  return system.spawn<caf::stateful_actor<metrics_state, metrics_actor::impl>>(before);
}

} // namespace floorwalker
