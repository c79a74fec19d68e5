// Every key of the configuration, declared once: name, form, meaning, default, bounds, example, and where it lands.
// Checking, the detection of unknown keys, the dump, docs/configuration.md and configs/reference.conf follow this table.
#pragma once

#include "messages/settings.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace floorwalker {

/// The form a value must have.
enum class value_form : std::uint8_t {
  text,   ///< any text that is not empty
  name,   ///< 1 to 64 of A-Z a-z 0-9 . _ -
  choice, ///< one of the declared words
  boolean,
  integer,         ///< within bounds
  real,            ///< within bounds; an integer will do
  duration,        ///< within bounds, which are in nanoseconds
  texts,           ///< a list of texts, not empty
  choices,         ///< a list of declared words, not empty
  address,         ///< host:port
  listen_address,  ///< an address where port 0 lets the system pick one
  addresses,       ///< a list of host:port, not empty
  url,             ///< http(s)://host[:port][/path], ASCII; http only for loopback hosts; no user name
  base_url,        ///< a url without a path
  urls,            ///< a list of base URLs, not empty
  proxy,           ///< http://host:port, or "" for none
  request_path,    ///< begins with /, without a query
  header_text,     ///< 1 to 200 printable ASCII characters, no space at either end
  scope,           ///< one OAuth scope: printable ASCII without spaces, quotes and backslashes
  file,            ///< a readable file
  secret_file,     ///< a readable file that is not empty; a warning if everybody may read it
  secret_variable, ///< the name of an environment variable that is set and not empty
  path,            ///< a file or folder that need not exist yet
  region,          ///< such as us-1
  time_zone,       ///< an IANA name
  agents,          ///< a list of agent ids, or "all"
  matrix,          ///< a block: state = [states that may follow]
  transitions,     ///< a list of pairs of states
  state_limits,    ///< a list of [state, duration] or [state, reason, duration]
  connection,      ///< a PostgreSQL connection string without a password
  topic,           ///< of Kafka: 1 to 249 of A-Z a-z 0-9 . _ -; not . or ..
  table            ///< an SQL table name, with or without a schema
};

/// What is said of a key, apart from where its value lands. All texts are static.
struct key_declaration {
  std::string_view path; ///< below the key's block: "alerts.max-latency"
  value_form form = value_form::text;
  std::string_view meaning;       ///< a sentence
  std::string_view example;       ///< as it stands in a file
  std::string_view standard = {}; ///< default as it stands in a file, where no field holds it
  std::string_view absent =
      {}; ///< what holds without a default value; begins with "mandatory" if the key must be there
  double low = 0;
  double high = 0;
  std::vector<std::string> words = {}; ///< of choice and choices; for a sink's key see `only_for`
  std::string_view only_for = {};      ///< where a block has a type: those that have this key, separated by spaces
};

/// Where a key's value lands in a settings struct. std::monostate: a reader of its own takes it from the tree.
template <class Settings>
using key_field = std::variant<std::monostate, std::string& (*)(Settings&), bool& (*)(Settings&),
                               std::uint32_t& (*)(Settings&), std::uint64_t& (*)(Settings&), double& (*)(Settings&),
                               std::chrono::nanoseconds& (*)(Settings&), std::vector<std::string>& (*)(Settings&)>;

template <class Settings>
struct key_entry {
  key_entry(key_declaration declaration, key_field<Settings> accessor = std::monostate{})
      : key{std::move(declaration)}, field{accessor} {}

  key_declaration key;
  key_field<Settings> field;
};

/// Keys of the node, below `floorwalker`.
std::span<const key_entry<node_configuration>> node_keys();
/// Keys of a tenant, below `floorwalker.tenants.NAME`.
std::span<const key_entry<tenant_settings>> tenant_keys();
/// Keys of a sink, below `floorwalker.sinks.NAME`.
std::span<const key_entry<sink_settings>> sink_keys();

/// Keys of a receiver of alerts, below `floorwalker.alerting.NAME`.
std::span<const key_entry<receiver_settings>> receiver_keys();

/// The default of a key as it stands in a file; empty if it has none.
std::string default_text(const key_entry<node_configuration>& entry);
std::string default_text(const key_entry<tenant_settings>& entry);
std::string default_text(const key_entry<sink_settings>& entry);
std::string default_text(const key_entry<receiver_settings>& entry);

} // namespace floorwalker
