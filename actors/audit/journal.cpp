#include "actors/audit/journal.hpp"

#include "actors/audit/credit_book.hpp"
#include "actors/supervision/fault_containment.hpp"

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <spdlog/spdlog.h>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace floorwalker {
namespace {

class journal_state {
public:
  static constexpr const char* name = "journal";

  journal_state(journal_actor::pointer self, std::string tenant, std::shared_ptr<journal_storage> storage,
                journal_peers peers)
      : self_{self},
        tenant_{std::make_shared<const std::string>(std::move(tenant))},
        storage_{std::move(storage)},
        metrics_{std::move(peers.metrics)},
        alerts_{std::move(peers.alerts)} {
    contain_faults(*self);
    for (auto& sink : peers.sinks) followers_.push_back({std::move(sink), false});
  }

  journal_actor::behavior_type make_behavior() {
    position_ = storage_->recover();
    return {
        [this](const draft_batch_ptr& drafts) -> caf::result<void> { return commit(drafts); },
        [this](stop_command) { stop(); },
    };
  }

private:
  using credit = caf::typed_response_promise<void>;

  struct follower {
    sink_actor sink;
    bool gone;
  };

  caf::result<void> commit(const draft_batch_ptr& drafts) {
    auto position = position_;
    auto batch = number_batch(tenant_, drafts, position);
    storage_->append(batch, position);
    position_ = position;
    self_->send(metrics_, batch);
    // A batch of counts without records is of interest to metrics alone.
    if (batch->positions.empty()) return caf::unit;
    self_->send(alerts_, batch);
    return hand_to_sinks(batch);
  }

  caf::result<void> hand_to_sinks(const committed_batch_ptr& batch) {
    ++batches_;
    std::size_t asked = 0;
    for (std::size_t i = 0; i < followers_.size(); ++i) {
      if (followers_[i].gone) continue;
      ++asked;
      // No timeout: a sink that is full for an hour holds the tenant back for an hour instead of losing records.
      self_->request(followers_[i].sink, caf::infinite, batch)
          .then([this, number = batches_] { settle(number); },
                [this, number = batches_, i](const caf::error& cause) {
                  leave_out(i, cause);
                  settle(number);
                });
    }
    if (asked == 0) return caf::unit;
    auto promise = self_->make_response_promise<void>();
    credits_.open(batches_, asked, promise);
    return promise;
  }

  void settle(std::uint64_t batch) {
    if (auto settled = credits_.settle(batch)) settled->deliver();
  }

  void leave_out(std::size_t index, const caf::error& cause) {
    auto& [sink, gone] = followers_[index];
    if (gone) return;
    gone = true;
    if (cause == floor_error::stopping) return; // the process ends; the sink says itself what it leaves behind
    spdlog::error("tenant {}: actor sink {} has ended ({}); the tenant's records are not delivered to it any more",
                  *tenant_, sink.id(), to_string(cause));
  }

  void stop() {
    // Every batch has been handed on; room at the sinks concerns nobody who has nothing more to send.
    for (auto& open : credits_.close()) open.deliver();
    self_->quit();
  }

  journal_actor::pointer self_;
  std::shared_ptr<const std::string> tenant_;
  std::shared_ptr<journal_storage> storage_;
  metrics_actor metrics_;
  alerts_actor alerts_;
  std::vector<follower> followers_;
  trail_position position_;
  std::uint64_t batches_ = 0;
  credit_book<credit> credits_;
};

} // namespace

journal_actor spawn_journal(caf::actor_system& system, std::string tenant, std::shared_ptr<journal_storage> storage,
                            journal_peers peers) {
  return system.spawn<caf::stateful_actor<journal_state, journal_actor::impl>>(std::move(tenant), std::move(storage),
                                                                               std::move(peers));
}

} // namespace floorwalker
