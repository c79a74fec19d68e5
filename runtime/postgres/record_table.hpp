// The tables of a PostgreSQL sink: their names and statements. Pure: no I/O.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker::postgres {

/// The schema that this program writes. A change of it is another entry of migrations().
inline constexpr int schema_version = 1;

/// Names ready for a statement: quoted, and with their schema if one was configured.
struct table_names {
  std::string records;  ///< a row for each record
  std::string cursors;  ///< up to which record each sink has come in each trail
  std::string schema;   ///< which versions of the schema were applied
  std::string by_agent; ///< the index of records; indexes have no schema of their own
  std::string plain;    ///< as configured, for messages
};

/// From the name of a table, with or without a schema.
table_names names_of(std::string_view table);

/// The identifier in quotation marks, so that it means itself whatever it consists of.
std::string quoted_identifier(std::string_view name);

/// Statements that make version n + 1 out of version n, for n from `version` on; 0: nothing is there yet.
std::vector<std::string> migrations(const table_names& names, int version);

/// Takes copied_rows; fails if a row is there already.
std::string copy_statement(const table_names& names);

/// Inserts those of row_arrays that are not there yet.
std::string insert_statement(const table_names& names);

/// Opens a group's transaction. What it sets holds for the transaction only, so that a pooler of connections between
/// here and the server does no harm.
std::string begin_statement();

/// Cursors of sink $1 in the trails of tenants $2 and nodes $3 (arrays): (tenant, node, epoch, sequence), locked.
std::string lock_cursors_statement(const table_names& names);

/// A cursor at 0 for each of those trails that has none.
std::string make_cursors_statement(const table_names& names);

/// Moves the cursors of sink $1 in the trails $2, $3 to epochs $4 and sequences $5.
std::string move_cursors_statement(const table_names& names);

/// Whether the record $1, $2, $3, $4 (tenant, node, epoch, sequence), if it is there, was received at another time
/// than $5.
std::string other_record_statement(const table_names& names);

} // namespace floorwalker::postgres
