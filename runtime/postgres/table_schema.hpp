// Making and migrating a sink's tables.
#pragma once

#include "runtime/postgres/record_table.hpp"
#include "runtime/postgres/server_session.hpp"

namespace floorwalker::postgres {

/// Brings the tables to schema_version, or finds that they are there already; then no right to change the schema is
/// needed. Of several nodes that start at once one does the work, the others wait for it. Throws server_failure, also
/// when a newer version of Floorwalker has migrated the tables.
void prepare_tables(server_session& session, const table_names& names);

} // namespace floorwalker::postgres
