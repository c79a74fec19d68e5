#include "actors/tracking/tracker.hpp"

#include "actors/supervision/fault_containment.hpp"
#include "actors/tracking/slot_tracker.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <utility>

namespace floorwalker {
namespace {

/// A batch whose credit is owed once the draft that holds it is journaled.
struct owed_credit {
  observation_source_ptr source;
  observation_batch_ptr batch;
};
using owed_credits = std::vector<owed_credit>;

class tracker_state {
public:
  static inline constexpr const char* name = "tracker";

  tracker_state(tracker_actor::pointer self, const std::string& tenant, std::uint32_t slot, const state_matrix& matrix,
                const agent_group_ptr& agents, tracker_peers peers, tracker_start start)
      : self_(self), peers_(std::move(peers)), tracked_(tenant, slot, matrix, std::exchange(peers_.known, nullptr)) {
    start == tracker_start::first ? tracked_.expected(*agents) : tracked_.succeeds(*agents);
  }

  tracker_actor::behavior_type make_behavior() {
    contain_faults(*self_);
    return {
        [this](const source_planned& planned) { tracked_.planned(planned.connection, *planned.agents); },
        [this](const source_opened& opened) {
          sources_[opened.connection] = opened.source;
          auto draft = begin();
          tracked_.opened(opened.connection, opened.at, *draft);
          submit(std::move(draft), {});
          ask_for_listing();
        },
        [this](const observation_batch_ptr& batch) {
          auto draft = begin();
          if (tracked_.take(batch, *draft)) submit(std::move(draft), {{source_of(batch), batch}});
        },
        [this](const source_ended& ended) {
          auto draft = begin();
          owed_credits owed;
          for (auto& batch : tracked_.ended(ended.connection, ended.end, ended.last_received, ended.at, *draft)) {
            auto source = source_of(batch);
            owed.push_back({std::move(source), std::move(batch)});
          }
          sources_.erase(ended.connection);
          submit(std::move(draft), std::move(owed));
          ask_for_listing();
        },
        [this](const status_query& query) -> caf::result<agent_status> {
          if (auto status = tracked_.status(query.agent_key)) return std::move(*status);
          return caf::make_error(floor_error::not_monitored);
        },
        [this](const agents_query& query) -> caf::result<std::vector<agent_status>> {
          if (query.complete && !tracked_.knows_all()) return caf::make_error(floor_error::incomplete);
          return tracked_.statuses();
        },
        [this](const stop_command&) -> caf::result<void> {
          stopping_ = true; // also without anybody who waits for the answer
          stopped_ = self_->make_response_promise<void>();
          end_if_drained();
          return stopped_;
        },
        [this](const monitoring_inherited& inherited) -> caf::result<void> {
          auto draft = begin();
          tracked_.inherited(*inherited.agents, inherited.at, inherited.last_received, inherited.last_event, *draft);
          auto recorded = self_->make_response_promise<void>();
          submit(std::move(draft), {}, recorded);
          return recorded;
        },
        [this](const matrix_changed& changed) -> caf::result<void> {
          auto draft = begin();
          tracked_.judge_by(changed.settings->transitions, changed.at, *draft);
          auto recorded = self_->make_response_promise<void>();
          submit(std::move(draft), {}, recorded);
          return recorded;
        },
    };
  }

private:
  static std::shared_ptr<draft_batch> begin() { return std::make_shared<draft_batch>(); }

  observation_source_ptr source_of(const observation_batch_ptr& batch) const {
    auto known = sources_.find(batch->connection);
    return known == sources_.end() ? nullptr : known->second;
  }

  void submit(std::shared_ptr<draft_batch> draft, owed_credits owed, caf::typed_response_promise<void> recorded = {}) {
    tracked_.close(*draft);
    draft->judged_at = peers_.wall->now();
    ++unjournaled_;
    self_->request(peers_.journal, caf::infinite, draft_batch_ptr{std::move(draft)})
        .then(
            [this, owed = std::move(owed), recorded]() mutable {
              for (auto& credit : owed)
                if (credit.source) credit.source->batch_done(std::move(credit.batch));
              if (recorded.pending()) recorded.deliver();
              --unjournaled_;
              end_if_drained();
            },
            // Without its journal a tracker may judge nothing more: what it judged would be lost.
            [this](const caf::error& error) { self_->quit(error); });
  }

  void ask_for_listing() {
    if (!tracked_.wants_listing()) return;
    auto wish = tracked_.listing_asked();
    self_->request(peers_.roster, caf::infinite, listing_wanted{})
        .then(
            [this, wish](const agent_listing_ptr& listing) {
              auto draft = begin();
              tracked_.listed(*listing, wish, *draft);
              submit(std::move(draft), {});
            },
            [](const caf::error&) {}); // the tenant is stopping, or starts everything behind the roster again
  }

  void end_if_drained() {
    if (!stopping_ || unjournaled_ > 0 || !sources_.empty()) return;
    if (peers_.slot) self_->send(peers_.slot, agents_released{tracked_.statuses()});
    if (stopped_.pending()) stopped_.deliver();
    self_->quit();
  }

  tracker_actor::pointer self_;
  tracker_peers peers_;
  slot_tracker tracked_;
  std::map<std::uint64_t, observation_source_ptr> sources_; ///< of the connections that are open: one or two
  std::size_t unjournaled_ = 0;
  caf::typed_response_promise<void> stopped_;
  bool stopping_ = false;
};

} // namespace

tracker_actor spawn_tracker(caf::actor_system& system, const std::string& tenant, std::uint32_t slot,
                            const state_matrix& matrix, agent_group_ptr agents, tracker_peers peers,
                            tracker_start start) {
  return system.spawn<caf::stateful_actor<tracker_state, tracker_actor::impl>>(tenant, slot, matrix, std::move(agents),
                                                                               std::move(peers), start);
}

} // namespace floorwalker
