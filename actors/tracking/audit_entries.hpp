// The texts of the audit trail's records (docs/interfaces.md, "Records"), finished but for the sequence. Pure.
#pragma once

#include "actors/tracking/judging.hpp"
#include "messages/journal_records.hpp"
#include "messages/settings.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// One judged event with the texts that its entry shows.
struct transition_entry {
  std::string_view agent_id;
  std::string_view previous;
  std::string_view current;
  std::optional<std::string_view> reason;
  utc_time event_at;
  int fraction_digits = 3;
  utc_time received_at;
  verdict judged;
  bool verified = false;
};

/// An agent whose state came from a listing.
struct reconciled_entry {
  std::string_view agent_id;
  std::optional<std::string_view> previous;
  std::string_view listed;
  utc_time listed_at;
};

/// Monitoring of some agents began or was interrupted.
struct monitoring_entry {
  bool started = false;
  std::optional<std::uint32_t> slot{}; ///< none: of any listener
  std::string_view cause{};            ///< of monitoring_causes
  std::string_view reason{};           ///< the close reason, or empty
  std::optional<std::uint16_t> code{};
  utc_time at{};
  std::optional<utc_time> last_received{}; ///< nothing was received after this, by our clock
  std::optional<utc_time> last_event{};    ///< what is missing happened after this, by the platform's clock
  std::optional<utc_time> last_record{};   ///< with the cause process_ended: the newest receipt that the trail tells
  std::vector<std::string_view> agent_ids{};
};

/// Rules of the tenant have changed.
struct configuration_entry {
  std::optional<std::uint32_t> slot{};  ///< the listener that judges by `matrix` from here on; none: the whole tenant
  const state_matrix* matrix = nullptr; ///< null: it is not told
  std::vector<std::string> keys{};      ///< of the tenant's block
  utc_time at{};
};

/// A checkpoint that was signed at `at`; `published` is one JSON object.
struct checkpoint_entry {
  std::string_view published;
  utc_time at{};
};

void append_entry(draft_batch& batch, std::string_view tenant_id, const transition_entry& entry);
void append_entry(draft_batch& batch, std::string_view tenant_id, const reconciled_entry& entry);
void append_entry(draft_batch& batch, std::string_view tenant_id, const monitoring_entry& entry);
void append_entry(draft_batch& batch, std::string_view tenant_id, const configuration_entry& entry);
void append_entry(draft_batch& batch, std::string_view tenant_id, const checkpoint_entry& entry);

/// Receipt minus event time in whole milliseconds, rounded down (judging rule 2).
std::int64_t latency_ms(utc_time received_at, utc_time event_at);

} // namespace floorwalker
