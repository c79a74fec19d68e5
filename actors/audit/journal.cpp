#include "actors/audit/journal.hpp"

#include "actors/audit/commit_queue.hpp"
#include "actors/supervision/fault_containment.hpp"
#include "actors/supervision/timers.hpp"
#include "actors/tracking/audit_entries.hpp"

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace floorwalker {
namespace {

/// How long a journal that was told to stop waits for the disk. The tenant's own deadline is longer.
constexpr std::chrono::milliseconds stop_deadline{1500};

class journal_state {
public:
  static constexpr const char* name = "journal";

  journal_state(journal_actor::pointer self, std::string tenant, journal_storage_ptr storage, journal_peers peers,
                journal_limits limits)
      : self_{self},
        tenant_{std::move(tenant)},
        storage_{std::move(storage)},
        peers_{std::move(peers)},
        limits_{limits},
        waiting_{limits.waiting_bytes} {
    contain_faults(*self);
  }

  journal_actor::behavior_type make_behavior() {
    auto beginning = storage_->open(journal_actor{self_});
    position_ = beginning.end;
    committed_ = beginning.committed;
    identity_ = {std::make_shared<const std::string>(tenant_), std::make_shared<const std::string>(beginning.node),
                 beginning.epochs.back().epoch};
    epochs_ = std::move(beginning.epochs);
    for (auto& sink : peers_.sinks) follow(sink);
    return {
        [this](const draft_batch_ptr& drafts) -> caf::result<void> { return take(drafts); },
        [this](const trail_progress& progress) { advance(progress); },
        [this](const follow_trail& wish) { follow(wish.follower); },
        [this](const leave_trail& wish) {
          for (auto& each : followers_)
            if (each.actor == wish.follower) each.gone = true;
        },
        [this](const timer_fired&) { end(); },
        [this](stop_command) -> caf::result<void> { return stop(); },
    };
  }

private:
  using credit = caf::typed_response_promise<void>;

  struct follower {
    trail_follower actor;
    std::size_t on_the_way = 0; ///< bytes handed over and not answered
    bool left_out = false;      ///< of some batch, since it was last told how far the trail goes
    bool gone = false;
  };

  void follow(const trail_follower& actor) {
    // The place of one that is gone and owes no answer is free again: answers find their follower by its place.
    auto free = std::ranges::find_if(followers_, [](const auto& each) { return each.gone && each.on_the_way == 0; });
    if (free != followers_.end())
      *free = {actor};
    else
      followers_.push_back({actor});
    self_->send(actor, trail_opened{tenant_, storage_, committed_, epochs_});
  }

  caf::result<void> take(const draft_batch_ptr& drafts) {
    append(drafts);
    if (!waiting_.full()) return caf::unit;
    auto promise = self_->make_response_promise<void>();
    held_.push_back(promise);
    return promise;
  }

  void append(const draft_batch_ptr& drafts) {
    auto position = position_;
    auto batch = number_batch(identity_, drafts, position);
    // A batch of counts without records is of interest to metrics alone.
    if (!batch->positions.empty()) {
      storage_->append(batch, position);
      position_ = position;
      waiting_.push(batch);
      self_->send(peers_.alerts, batch);
    }
    self_->send(peers_.metrics, std::move(batch));
  }

  /// What vouches for the trail goes to the sinks as its next record, so that it is kept elsewhere too. Not after the
  /// order to stop: that would make more to wait for.
  void publish(const std::vector<published_checkpoint>& checkpoints) {
    if (checkpoints.empty() || !stops_.empty()) return;
    auto drafts = std::make_shared<draft_batch>();
    drafts->slot = no_slot;
    for (auto& each : checkpoints) append_entry(*drafts, tenant_, checkpoint_entry{each.text, each.at});
    append(drafts);
  }

  void advance(const trail_progress& progress) {
    // The first word is passed on whatever it says: a journal before this one may have told of a problem.
    // The trail has another clause on its room once a minute at most.
    if (progress.problem != problem_ || progress.low_space != low_space_) {
      problem_ = progress.problem;
      low_space_ = progress.low_space;
      self_->send(peers_.tenant, audit_report{*problem_, false, progress.low_space});
    }
    if (progress.sequence > committed_) {
      auto before = std::exchange(committed_, progress.sequence);
      auto next = before + 1;
      while (auto batch = waiting_.pop(committed_)) {
        next = batch->positions.back().sequence + 1;
        hand_over(batch);
      }
      // What an earlier journal appended is not in our hands; a sink that gets a batch behind it sees so by itself.
      if (next <= committed_)
        for (auto& each : followers_) leave_out(each);
    }
    publish(progress.checkpoints);
    if (!waiting_.full()) release();
    if (!stops_.empty() && waiting_.empty()) end();
  }

  void hand_over(const committed_batch_ptr& batch) {
    auto bytes = bytes_of(*batch);
    for (std::size_t i = 0; i < followers_.size(); ++i) {
      auto& to = followers_[i];
      if (to.gone) continue;
      if (to.on_the_way >= limits_.handed_over_bytes) {
        to.left_out = true;
        continue;
      }
      to.on_the_way += bytes;
      self_->request(to.actor, caf::infinite, batch)
          .then([this, i, bytes] { answered(followers_[i], bytes); },
                [this, i, bytes](const caf::error& cause) { lose(followers_[i], bytes, cause); });
    }
  }

  void leave_out(follower& of) {
    of.left_out = true;
    if (of.on_the_way == 0) tell_end(of);
  }

  void answered(follower& by, std::size_t bytes) {
    by.on_the_way -= bytes;
    if (by.on_the_way == 0 && by.left_out) tell_end(by);
  }

  void tell_end(follower& to) {
    to.left_out = false;
    if (!to.gone) self_->send(to.actor, trail_grown{tenant_, committed_});
  }

  void lose(follower& lost, std::size_t bytes, const caf::error& cause) {
    lost.on_the_way -= bytes;
    if (std::exchange(lost.gone, true)) return;
    if (cause == floor_error::stopping) return; // the process ends; the sink says itself what it leaves behind
    // Whoever started it says so, and what comes in its place follows anew.
    spdlog::debug("tenant {}: actor {}, which follows the trail, has ended ({})", tenant_, lost.actor.id(),
                  to_string(cause));
  }

  void release() {
    for (auto& promise : std::exchange(held_, {})) promise.deliver();
  }

  caf::result<void> stop() {
    auto promise = self_->make_response_promise<void>();
    stops_.push_back(promise);
    if (waiting_.empty())
      end();
    else if (stops_.size() == 1)
      send_timer(*self_, stop_deadline, {});
    return promise;
  }

  void end() {
    if (!waiting_.empty())
      spdlog::error("tenant {}: the journal was stopped with {} records that the disk had not taken ({})", tenant_,
                    waiting_.records(), problem_.value_or("").empty() ? "it is slow" : *problem_);
    for (auto& each : followers_)
      if (each.left_out) tell_end(each);
    release();
    for (auto& promise : stops_) promise.deliver();
    self_->quit();
  }

  journal_actor::pointer self_;
  std::string tenant_;
  trail_identity identity_;
  journal_storage_ptr storage_;
  journal_peers peers_;
  journal_limits limits_;
  std::vector<epoch_start> epochs_;
  std::vector<follower> followers_; ///< the sinks and the hub; those that are gone leave their place to others
  trail_position position_;
  std::uint64_t committed_ = 0;
  std::optional<std::string> problem_; ///< none: the trail has not said a word yet
  std::string low_space_;
  commit_queue waiting_;
  std::vector<credit> held_;  ///< trackers that wait for room, in their order
  std::vector<credit> stops_; ///< who asked for the stop
};

} // namespace

journal_actor spawn_journal(caf::actor_system& system, std::string tenant, journal_storage_ptr storage,
                            journal_peers peers, journal_limits limits) {
  return system.spawn<caf::stateful_actor<journal_state, journal_actor::impl>>(std::move(tenant), std::move(storage),
                                                                               std::move(peers), limits);
}

} // namespace floorwalker
