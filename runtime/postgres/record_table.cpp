#include "runtime/postgres/record_table.hpp"

#include "runtime/postgres/server_session.hpp"

#include <fmt/format.h>

#include <array>

namespace floorwalker::postgres {
namespace {

constexpr auto columns = "tenant, node, epoch, sequence, received_at, event_at, agent_id, previous_state, "
                         "current_state, reason, latency_ms, valid, audit_action, flags, entry";

/// Version 1: what docs/sinks.md describes.
std::string first_schema(const table_names& names) {
  return fmt::format(R"(
CREATE TABLE {0} (
  tenant text NOT NULL,
  node text NOT NULL,
  epoch bigint NOT NULL,
  sequence bigint NOT NULL,
  received_at timestamptz(6) NOT NULL,
  event_at timestamptz(6),
  agent_id text,
  previous_state text,
  current_state text,
  reason text,
  latency_ms bigint,
  valid boolean,
  audit_action text NOT NULL,
  flags text[] NOT NULL DEFAULT '{{}}',
  entry jsonb NOT NULL,
  PRIMARY KEY (tenant, node, epoch, sequence)
);
CREATE INDEX {1} ON {0} (tenant, agent_id, received_at);
CREATE TABLE {2} (
  sink text NOT NULL,
  tenant text NOT NULL,
  node text NOT NULL,
  epoch bigint NOT NULL,
  sequence bigint NOT NULL,
  moved_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (sink, tenant, node)
))",
                     names.records, names.by_agent, names.cursors);
}

} // namespace

std::string quoted_identifier(std::string_view name) {
  std::string quoted{'"'};
  for (char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted += '"';
}

table_names names_of(std::string_view table) {
  auto dot = table.find('.');
  auto schema = dot == std::string_view::npos ? std::string{} : quoted_identifier(table.substr(0, dot)) + ".";
  std::string name{dot == std::string_view::npos ? table : table.substr(dot + 1)};
  return {schema + quoted_identifier(name), schema + quoted_identifier(name + "_cursors"),
          schema + quoted_identifier(name + "_schema"), quoted_identifier(name + "_agent"), std::string{table}};
}

std::vector<std::string> migrations(const table_names& names, int version) {
  std::vector<std::string> all{
      fmt::format("CREATE TABLE {} (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());{}",
                  names.schema, first_schema(names)),
  };
  static_assert(schema_version == 1, "a schema's version is the number of its migrations");
  all.erase(all.begin(), all.begin() + version);
  return all;
}

std::string copy_statement(const table_names& names) {
  return fmt::format("COPY {} ({}) FROM STDIN (FORMAT binary)", names.records, columns);
}

std::string insert_statement(const table_names& names) {
  return fmt::format("INSERT INTO {0} ({1}) SELECT tenant, node, epoch, sequence, received_at, event_at, agent_id, "
                     "previous_state, current_state, reason, latency_ms, valid, audit_action, flags::text[], entry "
                     "FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) AS record ({1}) "
                     "ON CONFLICT (tenant, node, epoch, sequence) DO NOTHING",
                     names.records, columns);
}

std::string begin_statement() {
  // A server may be set to forget the last commits in a crash; what was told to be written must not be among them.
  return fmt::format("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL statement_timeout = {};"
                     "SELECT set_config('synchronous_commit', 'on', true) "
                     "WHERE current_setting('synchronous_commit') = 'off'",
                     std::chrono::milliseconds{statement_timeout}.count());
}

std::string lock_cursors_statement(const table_names& names) {
  return fmt::format("SELECT tenant, node, epoch, sequence FROM {} WHERE sink = $1 AND (tenant, node) IN "
                     "(SELECT * FROM unnest($2, $3)) ORDER BY tenant, node FOR UPDATE",
                     names.cursors);
}

std::string make_cursors_statement(const table_names& names) {
  return fmt::format("INSERT INTO {} (sink, tenant, node, epoch, sequence) "
                     "SELECT $1, tenant, node, 0, 0 FROM unnest($2, $3) AS trail (tenant, node) ORDER BY tenant, node "
                     "ON CONFLICT (sink, tenant, node) DO NOTHING",
                     names.cursors);
}

std::string move_cursors_statement(const table_names& names) {
  return fmt::format("UPDATE {} AS cursor SET epoch = trail.epoch, sequence = trail.sequence, moved_at = now() "
                     "FROM unnest($2, $3, $4, $5) AS trail (tenant, node, epoch, sequence) "
                     "WHERE cursor.sink = $1 AND cursor.tenant = trail.tenant AND cursor.node = trail.node",
                     names.cursors);
}

std::string other_record_statement(const table_names& names) {
  return fmt::format("SELECT 1 FROM {} WHERE tenant = $1 AND node = $2 AND epoch = $3 AND sequence = $4 "
                     "AND received_at <> $5",
                     names.records);
}

} // namespace floorwalker::postgres
