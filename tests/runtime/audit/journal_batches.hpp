// Batches as a journal appends them, with entries as trackers write them.
#pragma once

#include "actors/audit/trail_position.hpp"
#include "messages/journal_records.hpp"
#include "messages/wire/audit_line.hpp"
#include "messages/wire/timestamp.hpp"
#include "tests/runtime/audit/sample_trail.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace floorwalker::testing {

/// Numbers what it makes, as a journal does.
class journal_batches {
public:
  explicit journal_batches(trail_position after = {}) : end{after} {}

  /// So many authorized transitions of ten agents.
  committed_batch_ptr transitions(std::size_t count) {
    std::vector<entry> entries;
    for (std::size_t i = 0; i < count; ++i)
      entries.push_back(transition({.agent = fmt::format("a-{}", (end.sequence + i) % 10)}));
    return batch(std::move(entries));
  }

  committed_batch_ptr of(const sample_transition& made) { return batch({transition(made)}); }

  committed_batch_ptr reconciled(const std::string& agent, const std::string& listed) {
    return batch({plain("STATE_RECONCILED",
                        fmt::format(R"(,"agentId":"{}","previousState":null,"currentState":"{}"}})", agent, listed))});
  }

  committed_batch_ptr monitoring(bool started, std::uint32_t slot, const std::string& cause,
                                 const std::vector<std::string>& agents) {
    return batch({plain(
        started ? "MONITORING_STARTED" : "MONITORING_INTERRUPTED",
        fmt::format(R"(,"slot":{},"cause":"{}","agentIds":["{}"]}})", slot, cause, fmt::join(agents, R"(",")")))});
  }

  committed_batch_ptr checkpoint_signed() { return batch({plain("CHECKPOINT_SIGNED", R"(,"checkpoint":{}})")}); }

  trail_position end; ///< of the last batch made
  utc_time now = trail_opening;
  /// Every line made so far, in order.
  std::vector<std::string> lines;

private:
  struct entry {
    std::string head;
    std::string tail;
    bool transition = false;
    bool valid = false;
  };

  entry transition(const sample_transition& made) const {
    auto flags = made.flags.empty() ? std::string{} : fmt::format(R"("{}")", fmt::join(made.flags, R"(",")"));
    return {fmt::format(R"({{"timestamp":"{}","agentId":"{}","previousState":"{}","currentState":"{}","latencyMs":{},)"
                        R"("valid":{},"auditAction":"{}","tenantId":"acme","sequence":)",
                        wire::to_text(now), made.agent, made.previous, made.current, made.latency.count(), made.valid,
                        made.valid ? "STATE_UPDATE_VERIFIED" : "TRANSITION_REJECTED"),
            fmt::format(R"(,"eventTimestamp":"{}","reasonCode":{},"flags":[{}]}})", wire::to_text(now - made.latency),
                        made.reason ? '"' + *made.reason + '"' : "null", flags),
            true, made.valid};
  }

  entry plain(const std::string& action, std::string tail) const {
    return {fmt::format(R"({{"timestamp":"{}","auditAction":"{}","tenantId":"acme","sequence":)", wire::to_text(now),
                        action),
            std::move(tail)};
  }

  committed_batch_ptr batch(const std::vector<entry>& entries) {
    auto made = std::make_shared<committed_batch>();
    auto drafts = std::make_shared<draft_batch>();
    for (auto& each : entries) {
      ++end.sequence;
      end.total += each.transition ? 1 : 0;
      end.valid_total += each.valid ? 1 : 0;
      auto line = fmt::format("{}{}{}", each.head, end.sequence, each.tail);
      auto parsed = wire::append_audit_line(*drafts, line);
      BOOST_REQUIRE_EQUAL(parsed.problem, "");
      drafts->records.back().received_at = now;
      made->positions.push_back(
          {end.sequence,
           end.valid_total,
           end.total,
           {static_cast<std::uint32_t>(made->lines.size()), static_cast<std::uint32_t>(line.size())}});
      made->lines += line + '\n';
      lines.push_back(std::move(line));
    }
    made->tenant = std::make_shared<const std::string>("acme");
    made->node = std::make_shared<const std::string>("node-1");
    made->epoch = 1;
    made->drafts = std::move(drafts);
    now += std::chrono::milliseconds{7};
    return made;
  }
};

} // namespace floorwalker::testing
