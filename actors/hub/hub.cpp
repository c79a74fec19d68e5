#include "actors/hub/hub.hpp"

#include "actors/hub/alert_list.hpp"
#include "actors/hub/live_floor.hpp"
#include "actors/hub/refresh_pace.hpp"
#include "actors/hub/transition_rate.hpp"
#include "actors/sinks/trail_course.hpp"
#include "actors/supervision/fault_containment.hpp"
#include "actors/supervision/timers.hpp"

#include <caf/actor_system.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace floorwalker {
namespace {

constexpr std::chrono::seconds tick{1};
/// How long is waited for figures and rows; the next second asks again.
constexpr std::chrono::seconds figures_patience{3};
constexpr std::chrono::seconds rows_patience{10};
/// Of a trail, at a time.
constexpr std::size_t read_bytes = std::size_t{1} << 20;
/// Whoever is further behind than this shows the present again sooner by passing over than by reading.
constexpr std::uint64_t catch_up_max = 20'000;

class hub_state {
public:
  static constexpr const char* name = "hub";

  hub_state(hub_actor::pointer self, std::string tenant, live_audience_ptr audience, const known_agents_ptr& known,
            hub_peers peers)
      : self_{self},
        tenant_{std::make_shared<const std::string>(std::move(tenant))},
        audience_{std::move(audience)},
        peers_{std::move(peers)},
        floor_{*tenant_, known} {
    contain_faults(*self);
  }

  hub_actor::behavior_type make_behavior() {
    send_timer(*self_, tick, {});
    return {
        [this](const trail_opened& trail) { open(trail); },
        [this](const committed_batch_ptr& batch) {
          if (!course_) return;
          if (course_->offered(batch, true)) show(batch, 0, peers_.wall->now());
          read_on();
        },
        [this](const trail_grown& grown) {
          if (!course_) return;
          course_->grown(grown.sequence);
          read_on();
        },
        [this](const trail_stretch& stretch) { take(stretch); },
        [this](const tenant_report& report) {
          pace_.stirred();
          auto update = begin_update();
          update->condition = live_condition{report.condition, report.sentence};
          audience_->take(std::move(update));
        },
        [this](const renewal_report& report) {
          auto update = begin_update();
          update->renewal = report.problem.empty();
          audience_->take(std::move(update));
        },
        [this](const alert_changed& changed) {
          alerts_.put(changed.alert);
          auto update = begin_update();
          update->alerts.push_back(changed.alert);
          audience_->take(std::move(update));
        },
        [this](const timer_fired&) {
          send_timer(*self_, tick, {});
          ask_for_figures();
        },
        [this](stop_command) { self_->quit(); },
    };
  }

private:
  std::shared_ptr<live_update> begin_update() const {
    auto update = std::make_shared<live_update>();
    update->tenant = tenant_;
    update->epoch = epoch_;
    update->sequence = floor_.sequence();
    return update;
  }

  void open(const trail_opened& trail) {
    reader_ = trail.reader;
    epoch_ = trail.epochs.back().epoch;
    course_.emplace(trail.sequence + 1, trail.sequence);
    floor_.open(trail.sequence);
    auto update = begin_update();
    update->begins = live_beginning{trail.reader, trail.epochs};
    for (auto& row : floor_.rows()) update->changes.push_back({std::move(row), trail.sequence});
    update->alerts = alerts_.all();
    audience_->take(std::move(update));
  }

  /// Records that follow directly, but for `skipped` ones. `handed_at`: the journal has just handed them over.
  void show(const committed_batch_ptr& batch, std::uint64_t skipped, std::optional<utc_time> handed_at = {}) {
    auto update = begin_update();
    update->changes.reserve(batch->positions.size());
    floor_.apply(*batch, update->changes);
    for (const auto& record : batch->drafts->records) {
      if (record.kind == record_kind::transition)
        rate_.add(1);
      else
        pace_.stirred();
    }
    update->batch = batch;
    update->journaled_at = handed_at;
    update->skipped = skipped;
    update->sequence = floor_.sequence();
    audience_->take(std::move(update));
  }

  void read_on() {
    if (course_->behind() > catch_up_max) return pass_over("it is too far behind");
    auto from = course_->to_read();
    if (!from) return;
    course_->reading();
    reader_->read(*from, read_bytes, read_detail::records,
                  [to = hub_actor{self_}](trail_stretch stretch) { caf::anon_send(to, std::move(stretch)); });
  }

  void take(const trail_stretch& stretch) {
    if (!course_) return;
    auto [wanted, missing, problem] = course_->read(stretch);
    if (!wanted) return;
    if (!problem.empty()) return pass_over(problem);
    if (missing > 0) floor_.skip_to(stretch.batch->positions.front().sequence - 1);
    show(stretch.batch, missing);
    while (auto batch = course_->take_kept()) show(batch, 0);
    read_on();
  }

  /// Goes on with the newest record. What the trackers know makes the rows right again.
  void pass_over(const std::string& why) {
    auto skipped = course_->behind();
    auto end = course_->done() + skipped;
    spdlog::warn("tenant {}: the live picture passes over {} records: {}", *tenant_, skipped, why);
    course_.emplace(end + 1, end);
    floor_.skip_to(end);
    pace_.stirred();
    auto update = begin_update();
    update->skipped = skipped;
    audience_->take(std::move(update));
  }

  void ask_for_figures() {
    self_->request(peers_.tenant, figures_patience, caf::get_atom_v)
        .then(
            [this](const system_metrics& metrics) {
              auto update = begin_update();
              update->figures = live_figures{metrics, rate_.tick(), floor_.stale_agents()};
              audience_->take(std::move(update));
              if (pace_.tick(floor_.stale_agents() > 0, floor_.in_doubt()) && course_ && !asking_)
                ask_for_rows(true, metrics.through_sequence);
            },
            [](const caf::error&) {}); // its metrics start again, or it ends
  }

  void ask_for_rows(bool complete, std::uint64_t numbered) {
    asking_ = true;
    floor_.asked(numbered);
    self_->request(peers_.tenant, rows_patience, agents_query{complete})
        .then(
            [this, complete](const std::vector<agent_status>& agents) {
              asking_ = false;
              auto update = begin_update();
              floor_.answered(agents, complete, update->changes);
              if (!update->changes.empty()) audience_->take(std::move(update));
            },
            [this, complete, numbered](const caf::error& error) {
              asking_ = false;
              // Some listener can't tell of its agents: what the others know is better than nothing.
              if (complete && error == floor_error::incomplete) ask_for_rows(false, numbered);
            });
  }

  hub_actor::pointer self_;
  std::shared_ptr<const std::string> tenant_;
  live_audience_ptr audience_;
  hub_peers peers_;
  live_floor floor_;
  alert_list alerts_;
  transition_rate rate_;
  refresh_pace pace_;
  trail_reader_ptr reader_;
  std::optional<trail_course> course_; ///< none: the trail is not open yet
  std::uint64_t epoch_ = 0;
  bool asking_ = false;
};

} // namespace

hub_actor spawn_hub(caf::actor_system& system, std::string tenant, live_audience_ptr audience,
                    const known_agents_ptr& known, hub_peers peers) {
  return system.spawn<caf::stateful_actor<hub_state, hub_actor::impl>>(std::move(tenant), std::move(audience), known,
                                                                       std::move(peers));
}

} // namespace floorwalker
