// Records as trackers write them and the journal commits them, for tests of outlets that read more than lines.
#pragma once

#include "actors/tracking/audit_entries.hpp"
#include "messages/json_text.hpp"
#include "runtime/outlets/outlet_thread.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floorwalker::testing {

/// 2026-11-23T10:00:00Z
inline constexpr utc_time trail_start{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} +
                                      std::chrono::hours{10}};

/// A transition in short.
struct sample_transition {
  std::string agent = "agent-1";
  std::string previous = "available";
  std::string current = "busy";
  std::optional<std::string> reason = {};
  bool valid = true;
  std::uint8_t flags = 0;
};

/// One tenant's trail at one node, from which batches are committed. Each record is received a second after the one
/// before it, and 333 ms after its event.
class sample_trail {
public:
  explicit sample_trail(std::string tenant = "acme", std::string node = "node-1", std::uint64_t epoch = 1,
                        std::uint64_t after = 0)
      : tenant_{std::make_shared<const std::string>(std::move(tenant))},
        node_{std::make_shared<const std::string>(std::move(node))},
        epoch_{epoch},
        sequence_{after} {}

  sample_trail& add() { return add(sample_transition{}); }
  sample_trail& add(const sample_transition& transition) {
    auto at = tick();
    append_entry(*drafts_, *tenant_,
                 transition_entry{transition.agent,
                                  transition.previous,
                                  transition.current,
                                  transition.reason,
                                  at - std::chrono::milliseconds{333},
                                  3,
                                  at,
                                  {judgement::transition, transition.valid, transition.flags,
                                   (transition.flags & flag_out_of_order) == 0},
                                  transition.valid});
    return *this;
  }
  sample_trail& add(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) add(sample_transition{});
    return *this;
  }
  sample_trail& add_reconciled(const std::string& agent, std::optional<std::string> previous, const std::string& now) {
    append_entry(*drafts_, *tenant_, reconciled_entry{agent, previous, now, tick()});
    return *this;
  }
  sample_trail& add_started(const std::string& agent) { return add_monitoring(true, "start", agent); }
  sample_trail& add_interrupted(const std::string& agent) { return add_monitoring(false, "lost connection", agent); }

  /// What was added since the last call, with its sequences.
  committed_batch_ptr commit() {
    auto batch = std::make_shared<committed_batch>();
    batch->tenant = tenant_;
    batch->node = node_;
    batch->epoch = epoch_;
    batch->drafts = drafts_;
    for (auto& record : drafts_->records) {
      auto begin = static_cast<std::uint32_t>(batch->lines.size());
      batch->lines += record.head.in(drafts_->text);
      append_decimal(batch->lines, ++sequence_);
      batch->lines += record.tail.in(drafts_->text);
      batch->positions.push_back(
          {sequence_, sequence_, sequence_, {begin, static_cast<std::uint32_t>(batch->lines.size()) - begin}});
      batch->lines += '\n';
    }
    drafts_ = std::make_shared<draft_batch>();
    return batch;
  }

  /// From now on records are received as if the trail had begun at another time.
  void begin_at(utc_time at) { now_ = at; }

private:
  sample_trail& add_monitoring(bool started, std::string_view cause, const std::string& agent) {
    monitoring_entry entry;
    entry.started = started;
    entry.cause = cause;
    entry.at = tick();
    entry.agent_ids = {agent};
    append_entry(*drafts_, *tenant_, entry);
    return *this;
  }
  utc_time tick() { return now_ += std::chrono::seconds{1}; }

  std::shared_ptr<const std::string> tenant_;
  std::shared_ptr<const std::string> node_;
  std::uint64_t epoch_;
  std::uint64_t sequence_;
  utc_time now_ = trail_start;
  std::shared_ptr<draft_batch> drafts_ = std::make_shared<draft_batch>();
};

/// A batch of about 1 MiB, as a trail is read back: transitions of 500 agents, the length of real ones.
inline committed_batch_ptr mebibyte_of(sample_trail& trail) {
  constexpr std::size_t usual_entry_bytes = 390;
  for (std::size_t i = 0; i < (std::size_t{1} << 20) / usual_entry_bytes; ++i) {
    auto digits = std::to_string(1000 + i % 500);
    trail.add({.agent = "550e8400-e29b-41d4-a716-44665544" + digits, .reason = "inbound_call"});
  }
  return trail.commit();
}

/// A delivery of all of the batch's audit entries.
inline delivery delivery_of(const committed_batch_ptr& batch) {
  return {std::shared_ptr<const std::string>{batch, &batch->lines}, batch, batch->positions.size()};
}

inline delivery_group_ptr whole_group(const std::vector<committed_batch_ptr>& batches) {
  auto group = std::make_shared<delivery_group>();
  for (auto& batch : batches) group->push_back(delivery_of(batch));
  return group;
}

/// Lets an outlet write on its thread, and waits for its answer.
inline write_result answer_of(threaded_outlet& to, std::uint64_t number, delivery_group_ptr group) {
  std::promise<write_result> answer;
  to.write_then(number, std::move(group), [&answer](write_result result) { answer.set_value(std::move(result)); });
  return answer.get_future().get();
}

} // namespace floorwalker::testing
