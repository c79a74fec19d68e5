// What was sent and received, agent by agent and connection by connection, so that a client's totals can be checked.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "simulator/fault_plan.hpp"
#include "simulator/floor_model.hpp"
#include "simulator/instant.hpp"

namespace floorwalker::simulator {

/// One transition, heard or not. Kept only with ledger_options::events.
struct event_entry {
  std::uint64_t index = 0;
  instant at{};
  instant sent_at{};             ///< when it was handed to the first connection, or happened unheard
  std::uint32_t connection = 0;  ///< 0: nobody listened
  std::uint32_t connection2 = 0; ///< the second one that got it during a hand-over
  std::uint16_t duplicates = 0;
  state_index from = 0;
  state_index to = 0;
  std::uint8_t reason = 0;
  bool authorized = true;
  bool out_of_order = false;
  bool torn = false; ///< its last bytes never left: the connection was reset first
};

struct agent_account {
  std::uint64_t sent = 0;         ///< distinct events sent on at least one acknowledged connection
  std::uint64_t copies = 0;       ///< the same events on further connections
  std::uint64_t duplicates = 0;   ///< meant repeats on one connection
  std::uint64_t unauthorized = 0; ///< of `sent`
  std::uint64_t out_of_order = 0; ///< of `sent`: older than one that was sent before
  std::uint64_t unheard = 0;      ///< changes while nobody listened
  std::uint64_t torn = 0;         ///< of `sent` and `copies`: cut in half by a reset
  instant newest_sent{};
  std::deque<instant> unheard_at; ///< the last hundred
  std::vector<event_entry> events;
};

/// Where a connection is in its life.
enum class connection_phase : std::uint8_t { opened, acknowledged, ended };

struct connection_account {
  std::uint32_t id = 0;
  std::uint32_t tenant = 0;
  connection_phase phase = connection_phase::opened;
  instant opened_at{};
  instant acked_at{};
  instant deaf_at{}; ///< from here on no event was sent to it: it was closing, cut off or stalled
  instant ended_at{};
  std::vector<std::uint32_t> agents;
  std::uint32_t agents_unknown = 0;
  std::uint64_t events = 0; ///< events and copies; duplicates not
  std::uint64_t duplicates = 0;
  std::uint64_t malformed = 0;
  std::uint64_t other_types = 0;
  std::uint64_t ignored = 0; ///< messages that a client ignores: second ack, late reject, foreign agent
  std::uint64_t pings_sent = 0;
  std::uint64_t pings_received = 0;
  std::uint64_t pongs_received = 0;
  std::uint64_t messages_received = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_unsent = 0; ///< counted as sent but still with us when the connection ended
  std::uint16_t close_code_received = 0;
  std::uint16_t close_code_sent = 0;
  std::string close_reason_received;
  std::string close_reason_sent;
  std::string user_agent;
  std::string ending; ///< one phrase: how it ended
};

struct fault_entry {
  instant at{};
  fault_kind kind{};
  std::uint32_t connection = 0;
  std::uint64_t total = 0; ///< events sent by then, over all agents
};

struct request_entry {
  instant at{};
  std::string what; ///< "token", "users", "stream"
  std::string tenant;
  unsigned status = 0; ///< 0: left without an answer
  std::string detail;
};

struct ledger_totals {
  std::uint64_t generated = 0; ///< sent + unheard
  std::uint64_t sent = 0;
  std::uint64_t copies = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t unauthorized = 0;
  std::uint64_t out_of_order = 0;
  std::uint64_t unheard = 0;
  std::uint64_t torn = 0;
  std::uint64_t malformed = 0;
  std::uint64_t other_types = 0;
  std::uint64_t ignored = 0;
  std::uint64_t oversized = 0;
  std::uint64_t token_requests = 0;
  std::uint64_t tokens_issued = 0;
  std::uint64_t tokens_refused = 0;
  std::uint64_t listings = 0;
  std::uint64_t listing_pages = 0;
  std::uint64_t listings_refused = 0;
  std::uint64_t connections = 0;
  std::uint64_t upgrades_refused = 0;
  std::uint64_t acks = 0;
  std::uint64_t rejects = 0;
  std::uint64_t listener_limit_closes = 0;
  std::uint64_t faults = 0;
};

/// One thread. Bounded: the newest ten thousand connections, faults and requests are kept, and at most
/// ledger_options::events_max events; the totals count everything.
class ledger {
public:
  explicit ledger(const ledger_options& chosen) : chosen_{chosen} {}

  agent_account& agent(std::uint32_t number);
  const std::vector<agent_account>& agents() const { return agents_; }

  connection_account& open_connection(std::uint32_t tenant, instant now);
  const std::deque<connection_account>& connections() const { return connections_; }

  /// A transition was handed to its first connection; `connection` is its id.
  void sent(const transition& what, std::uint32_t connection, instant now);
  /// The same transition went to a further connection.
  void copied(const transition& what, std::uint32_t connection);
  void duplicated(const transition& what);
  void unheard(const transition& what, instant now);
  /// An event that had been counted as sent was cut in half.
  void torn(std::uint32_t agent, std::uint64_t index);

  void fault(fault_kind kind, std::uint32_t connection, instant now);
  void request(request_entry entry);

  ledger_totals& totals() { return totals_; }
  const ledger_totals& totals() const { return totals_; }
  const std::deque<fault_entry>& faults() const { return faults_; }
  const std::deque<request_entry>& requests() const { return requests_; }
  bool keeps_events() const { return chosen_.events; }
  bool events_truncated() const { return events_truncated_; }

private:
  event_entry* keep(const transition& what, instant now);
  event_entry* entry_of(std::uint32_t agent, std::uint64_t index);

  ledger_options chosen_;
  ledger_totals totals_;
  std::vector<agent_account> agents_;
  std::deque<connection_account> connections_; ///< a deque: sessions keep a reference while they live
  std::deque<fault_entry> faults_;
  std::deque<request_entry> requests_;
  std::uint64_t events_kept_ = 0;
  bool events_truncated_ = false;
};

} // namespace floorwalker::simulator
