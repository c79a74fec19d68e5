// Everything that can be configured, as plain values. The command line fills this struct; tests fill it directly.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "simulator/fault_plan.hpp"
#include "simulator/http_fault.hpp"
#include "simulator/instant.hpp"

namespace floorwalker::simulator {

/// A tenant and the only credentials it accepts.
struct tenant_account {
  std::string id = "acme";
  std::string client_id = "floorwalker";
  std::string client_secret = "open-sesame";
};

/// Who works on the floor, the same number in each tenant.
struct floor_options {
  std::uint32_t agents = 120;         ///< per tenant
  std::uint32_t teams = 4;            ///< per tenant
  std::vector<std::string> agent_ids; ///< ids of the first tenant's first agents; the rest are drawn
  std::vector<std::pair<std::string, std::vector<std::string>>> matrix = {
      {"available", {"busy", "wrap-up", "break"}},
      {"busy", {"wrap-up", "available"}},
      {"wrap-up", {"available", "break"}},
      {"break", {"available"}},
  }; ///< which transitions are authorized
};

/// How fast events come, and when they stop.
struct pace_options {
  double rate = 10.0;                      ///< events a second over all agents; 0: as fast as the sockets take them
  std::uint64_t events = 0;                ///< stop generating after so many, stay connected; 0: no end
  std::uint32_t start_after_agents = 0;    ///< generate nothing until so many agents are subscribed
  bool paused = false;                     ///< generate nothing until told to
  bool daily_rhythm = false;               ///< `rate` is the busiest hour's; nights are quiet, breaks cluster at noon
  std::chrono::seconds day_length{86'400}; ///< shorter: a day passes faster
  std::uint32_t changes_while_away = 0;    ///< full speed: changes of each agent whose last connection a fault has cut
};

/// Which share of events (0 to 1) is odd, and how.
struct oddity_options {
  double unauthorized = 0; ///< transition that is not in the matrix
  double malformed = 0;    ///< a malformed frame goes before the event
  double duplicates = 0;   ///< the event is sent twice
  double late = 0;         ///< the event carries an instant `late_by` ago
  double reordered = 0;    ///< the agent's next event is sent before it
  double other_types = 0;  ///< a message of another type goes before the event
  double foreign = 0;      ///< an event about an agent that nobody has goes before the event
  std::chrono::milliseconds late_by{5000};
  std::chrono::milliseconds platform_delay{0}; ///< mean age of an ordinary event when it is sent
};

struct token_options {
  std::int64_t life_s = 3600;      ///< how long a token is accepted
  bool expires_in_as_text = false; ///< "3600" instead of 3600
  bool expires_in_absent = false;
  std::optional<std::string> scope = "agent:read"; ///< absent: the answer names no scope
  bool close_streams_on_expiry = false;            ///< streams are closed with 4401 when their token ends
};

struct stream_options {
  std::uint32_t listeners_max = 500;               ///< per tenant; further ones are closed with 1008
  std::uint32_t agents_max = 50;                   ///< per subscription
  std::chrono::milliseconds ping_interval{15'000}; ///< 0: no pings
  std::chrono::milliseconds subscribe_timeout{30'000};
  bool compression = false; ///< accept permessage-deflate where the client offers it
  bool reject_unknown_agents = false;
};

struct ledger_options {
  bool events = false;                  ///< keep each event, not just the counts
  std::uint64_t events_max = 4'000'000; ///< then `eventsTruncated` is true
};

struct options {
  std::string address = "127.0.0.1"; ///< a loopback address, IPv4 or IPv6
  std::uint16_t port = 0;            ///< 0: any free one
  bool tls = true;
  std::string tls_directory; ///< where ca.pem and the rest are kept; empty: in memory only
  std::uint64_t seed = 1;
  std::vector<tenant_account> tenants = {tenant_account{}};
  floor_options floor;
  pace_options pace;
  oddity_options oddities;
  timestamp_style timestamps;
  bool timestamp_digits_given = false; ///< else full speed takes six digits, so that instants stay in the past
  token_options token;
  stream_options stream;
  ledger_options ledger;
  std::vector<http_fault> token_faults;
  std::vector<http_fault> users_faults;
  std::vector<http_fault> upgrade_faults;
  std::vector<fault> faults;
};

/// One line a problem: what is wrong, where and what was expected. Empty when all is well.
std::vector<std::string> problems_of(const options& chosen);

} // namespace floorwalker::simulator
