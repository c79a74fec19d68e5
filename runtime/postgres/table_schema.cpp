#include "runtime/postgres/table_schema.hpp"

#include "runtime/postgres/binary_form.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace floorwalker::postgres {
namespace {

constexpr auto text_type = static_cast<Oid>(value_type::text);
constexpr auto integer_type = static_cast<Oid>(value_type::integer);

/// 0: there are no tables yet.
int version_of(server_session& session, const table_names& names) {
  // That the table was not there a moment ago is remembered by the server until it takes a lock on some table; waiting
  // for another node's migration is none. The first row of pg_class stands for that table.
  auto found = session.run("SELECT to_regclass($1) FROM pg_catalog.pg_class LIMIT 1", {{text_type, names.schema}});
  if (found.is_null(0, 0)) return 0;
  return static_cast<int>(session.run("SELECT max(version) FROM " + names.schema, {}).number(0, 0));
}

void refuse_newer(int version, const table_names& names) {
  if (version > schema_version)
    throw server_failure{fmt::format("table {} has schema version {}, which a newer Floorwalker made; this one knows "
                                     "versions up to {}",
                                     names.plain, version, schema_version)};
}

void migrate(server_session& session, const table_names& names) {
  session.run(begin_statement());
  session.run("SELECT pg_advisory_xact_lock(hashtextextended('floorwalker ' || $1, 0))", {{text_type, names.schema}});
  auto version = version_of(session, names); // another node may have been faster
  refuse_newer(version, names);
  for (auto& step : migrations(names, version)) {
    session.run(step);
    auto number = std::to_string(++version);
    session.run(fmt::format("INSERT INTO {} (version) VALUES ($1)", names.schema), {{integer_type, number}});
    spdlog::info("table {}: schema version {} applied", names.plain, number);
  }
  session.run("COMMIT");
}

} // namespace

void prepare_tables(server_session& session, const table_names& names) {
  auto version = version_of(session, names);
  refuse_newer(version, names);
  if (version < schema_version) migrate(session, names);
}

} // namespace floorwalker::postgres
