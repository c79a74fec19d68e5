// What an operator may configure, as plain values: read and checked by runtime/configuration, obeyed by the actors.
// Defaults are those of docs/configuration.md. No CAF, no I/O.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace floorwalker {

/// Which transitions a tenant allows: for each state the states that may follow it.
/// Every state that is a target is a key as well; states compare byte by byte.
using state_matrix = std::map<std::string, std::vector<std::string>>;

/// The matrix a tenant has when it configures none.
state_matrix default_state_matrix();

/// How long an agent may be in a state, perhaps only when it is there for one reason.
struct state_limit {
  std::string state;
  std::optional<std::string> reason; ///< none: whatever the reason, unless another limit names it
  std::chrono::nanoseconds longest{0};
  friend bool operator==(const state_limit&, const state_limit&) = default;
};

/// When alerts are raised (judging rule 9). Thresholds are looked at over a sliding `window`.
struct alert_settings { // NOLINT(clang-analyzer-optin.performance.Padding): in a reader's order, one a tenant
  std::chrono::nanoseconds max_latency = std::chrono::milliseconds{2500};
  std::uint32_t max_unverified_transitions = 5;
  double min_accuracy_percent = 95.0; ///< 0 to 100
  double max_gap_percent = 10.0;      ///< 0 to 100
  std::chrono::nanoseconds window = std::chrono::minutes{5};
  std::chrono::nanoseconds wait_for{0};                                ///< a threshold is passed before it fires
  std::chrono::nanoseconds keep_firing_for = std::chrono::seconds{30}; ///< after a threshold is no longer passed
  std::chrono::nanoseconds stream_silence{0};                          ///< 0: silence is never an alert
  std::chrono::nanoseconds listeners_lost = std::chrono::minutes{1};   ///< with none subscribed; 0: never an alert
  std::uint64_t max_sink_lag = 0;                                      ///< records; 0: lag is never an alert
  std::vector<state_limit> time_in_state = {};
  friend bool operator==(const alert_settings&, const alert_settings&) = default;
};

/// What the working figures are counted by (docs/figures.md). States compare byte by byte.
struct figures_settings {
  static constexpr std::size_t states_max = 6; ///< of both lists together: these an agent's counts always have room for

  std::vector<std::string> productive = {"busy", "wrap-up"}; ///< handling a contact, or finishing one
  std::vector<std::string> waiting = {"available"};          ///< free for the next contact
  std::chrono::nanoseconds window = std::chrono::hours{1};   ///< 10 min to 12 h
  friend bool operator==(const figures_settings&, const figures_settings&) = default;
};

/// How lost connections come back, and how token requests and listings back off.
struct reconnect_settings {
  std::chrono::nanoseconds base_delay = std::chrono::seconds{1};
  std::chrono::nanoseconds max_delay = std::chrono::seconds{30};
  std::uint32_t max_attempts = 10; ///< retries in a row after the first connect
  double jitter = 0.2;             ///< up to this share is added to a delay; 0 to 1
  bool keep_trying = false;        ///< go on every max_delay after the last attempt
};

/// When an open connection counts as dead.
struct liveness_settings {
  std::chrono::nanoseconds ping_interval = std::chrono::seconds{10};
  std::chrono::nanoseconds timeout = std::chrono::seconds{10};
};

struct renewal_settings {
  std::uint32_t at_life_percent = 80;                                 ///< 1 to 99
  std::chrono::nanoseconds min_interval = std::chrono::seconds{1};    ///< between two requests, however short a life
  std::chrono::nanoseconds unstated_life = std::chrono::seconds{300}; ///< of a token whose answer names none
};

/// Where on the platform's address its three services are; each begins with "/".
struct path_settings {
  std::string token = "/oauth/token";
  std::string users = "/api/v2/users";
  std::string stream = "/api/v2/events/stream";
};

struct limit_settings {
  std::uint32_t agents_per_subscription = 50; ///< 1 to 50
  std::uint32_t max_listeners = 500;          ///< 1 to 500
  std::chrono::nanoseconds ack_timeout = std::chrono::seconds{5};
  std::uint64_t max_frame = 1'048'576; ///< bytes
  std::uint32_t connects_in_flight = 20;
  std::chrono::nanoseconds agents_refresh = std::chrono::minutes{5};
  std::uint32_t page_size = 100;     ///< rows of a page of the listing
  std::uint32_t missed_listings = 2; ///< complete listings in a row without an agent, after which it leaves the plan
};

/// One platform tenant. The client secret is never held here: only where it is read from, at each renewal.
struct tenant_settings {
  std::string name;
  std::string base_url; ///< scheme, host and optional port, without a path; from `region` unless given
  std::string ca_file;  ///< empty: the system's trust anchors
  std::string tenant_id;
  std::string client_id;
  std::string client_secret_env; ///< variable that holds the secret; used when client_secret_file is empty
  std::string client_secret_file;
  path_settings paths;
  std::string scope = "agent:read";                 ///< what a token's scope must contain
  std::string user_agent = "CXoneAgentMonitor/1.0"; ///< what every request says of us
  std::string proxy;                                ///< http://host:port of an HTTP CONNECT proxy; empty: none
  std::string time_zone = "UTC";
  bool compression = false;
  bool all_agents = false;         ///< agents = "all"
  std::vector<std::string> agents; ///< as configured; compared without regard to case
  std::vector<std::string> events = {"agent.state.change"};
  state_matrix transitions = default_state_matrix();
  alert_settings alerts;
  figures_settings figures;
  reconnect_settings reconnect;
  liveness_settings liveness;
  renewal_settings renewal;
  limit_settings limits;
};

/// What a sink delivers.
enum class sink_records : std::uint8_t { audit, dashboard };

/// Which transitions a sink delivers; records of other kinds are not concerned.
enum class sink_verification : std::uint8_t { any, authorized, unauthorized };

/// Where a sink begins that has no cursor yet: with the oldest record that is kept, or with the next one.
enum class sink_start : std::uint8_t { beginning, now };

/// How a console sink writes.
enum class console_view : std::uint8_t { json, lines, live };

enum class sink_type : std::uint8_t { console, file, webhook, kafka, postgres };

/// One entry of `sinks`.
struct sink_settings { // NOLINT(clang-analyzer-optin.performance.Padding): in a reader's order, and there are few
  std::string name;
  sink_type type = sink_type::console;
  sink_records records = sink_records::audit;
  bool include_unverified = false;
  std::vector<std::string> tenants; ///< empty: all
  console_view view = console_view::json;
  std::string path;                         ///< file: where the JSON lines go
  std::uint64_t rotate_bytes = 268'435'456; ///< file: a new file past this size; 0: never
  std::uint32_t rotate_keep = 10;           ///< file: rotated files kept
  std::vector<std::string> events;          ///< audit actions that are delivered; empty: all
  sink_verification verification = sink_verification::any;
  sink_start start = sink_start::beginning;
  std::string url;                              ///< webhook
  bool allow_private_targets = false;           ///< webhook: addresses of private networks and of this machine
  std::vector<std::string> brokers;             ///< kafka: host:port
  std::string topic;                            ///< kafka
  bool tls = true;                              ///< kafka
  std::string username;                         ///< kafka: for SASL; empty: no sign-in
  std::string sasl_mechanism = "SCRAM-SHA-512"; ///< kafka: SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN
  std::string connection;                       ///< postgres: connection string without a password
  std::string table = "floorwalker_records";    ///< postgres
  std::string secret_env;                       ///< variable with the webhook's signing key, or the password
  std::string secret_file;                      ///< file with it, which counts if both are set
  std::string ca_file;                          ///< trust anchors instead of the system's

  std::chrono::nanoseconds timeout = std::chrono::seconds{10}; ///< webhook: from connecting to the answer
  std::uint32_t batch_records = 500;                           ///< webhook: records of one request at most
};

enum class receiver_type : std::uint8_t { alertmanager, webhook };

/// One entry of `alerting`: somebody who is told of alerts.
struct receiver_settings {
  std::string name;
  receiver_type type = receiver_type::alertmanager;
  std::string url;                  ///< alertmanager: its address; webhook: where changes are posted
  std::vector<std::string> tenants; ///< empty: all
  std::string ca_file;              ///< trust anchors instead of the system's
  std::chrono::nanoseconds timeout = std::chrono::seconds{10};        ///< from connecting to the answer
  std::chrono::nanoseconds resend_interval = std::chrono::minutes{1}; ///< alertmanager: of what goes on firing
  std::string wallboard;                                              ///< alertmanager: its address for people
  std::string authorization_env;                                      ///< variable with a header's whole value
  std::string authorization_file;                                     ///< file with it, which counts if both are set
  std::string secret_env;                                             ///< webhook: variable with the signing key
  std::string secret_file;                                            ///< webhook: file with it
  bool include_pending = false;                                       ///< webhook
  bool allow_private_targets = false;                                 ///< webhook, as of a sink
};

struct node_settings {
  std::string name = "node-1";
  std::string data_dir = "var/floorwalker";
};

enum class log_format : std::uint8_t { text, json };

struct log_settings {
  std::string level = "info"; ///< trace, debug, info, warn, error, off
  log_format format = log_format::text;
};

struct audit_settings {
  std::string directory = "audit";
  bool group_commit = true; ///< durability = "group"
  std::uint32_t retain_days = 400;
  std::uint64_t retain_bytes = 0;
  std::uint64_t min_free_bytes = 1'073'741'824;
};

struct http_settings {
  std::string listen; ///< host:port; empty: no HTTP API
  std::string tls_certificate;
  std::string tls_key;
  std::string tokens_file; ///< empty: nobody has to sign in
  bool insecure = false;
  std::vector<std::string> hosts; ///< further names that requests may be addressed to
  std::string wallboard;          ///< folder of the built page; empty: where it is installed
  std::chrono::nanoseconds session_lifetime = std::chrono::hours{168};
  std::chrono::nanoseconds session_idle = std::chrono::hours{12};
  std::uint32_t max_connections = 2048;
  std::uint64_t max_body = 65'536;                                     ///< bytes
  std::uint64_t max_stream_backlog = 262'144;                          ///< bytes that wait for one client of a stream
  std::chrono::nanoseconds request_timeout = std::chrono::seconds{10}; ///< for a request's head, and for its body
  std::chrono::nanoseconds idle_timeout = std::chrono::seconds{60};    ///< of a connection between requests
  std::chrono::nanoseconds send_timeout = std::chrono::seconds{30};    ///< without a byte taken by the client
};

/// Everything one process runs with.
struct node_configuration {
  node_settings node;
  http_settings http;
  log_settings log;
  audit_settings audit;
  std::vector<tenant_settings> tenants;
  std::vector<sink_settings> sinks;
  std::vector<receiver_settings> alerting;
};

} // namespace floorwalker
