// Records as rows of the sink's table, in the two forms in which they go to the server. Pure: no I/O.
#pragma once

#include "runtime/outlets/delivered_records.hpp"
#include "runtime/postgres/binary_form.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker::postgres {

/// Why PostgreSQL could never hold this record; empty if nothing speaks against it. Finds what is known to happen,
/// before a whole group is sent in vain; the server may still refuse others.
std::string unstorable(const delivered_record& record);

/// The values of one record, in the order of the columns (docs/sinks.md). Valid as long as the record and this row.
struct table_row {
  std::string_view tenant;
  std::string_view node;
  std::int64_t epoch = 0;
  std::int64_t sequence = 0;
  std::int64_t received_at = 0; ///< as microseconds_of gives it
  std::optional<std::int64_t> event_at;
  std::optional<std::string_view> agent_id;
  std::optional<std::string_view> previous_state;
  std::optional<std::string_view> current_state;
  std::optional<std::string_view> reason;
  std::optional<std::int64_t> latency_ms;
  std::optional<bool> valid;
  std::string_view audit_action;
  std::uint8_t flags = 0; ///< of transition_flag
  std::string_view entry;
  std::string listed_before; ///< what previous_state refers to where the record's draft does not have it
};

/// Fills `row`, whose strings keep their memory.
void fill(table_row& row, const delivered_record& record);

/// Rows for COPY … FROM STDIN (FORMAT binary).
class copied_rows {
public:
  void clear();
  void add(const table_row& row);
  /// What goes to the server. Valid until the next change.
  std::string_view bytes();

private:
  std::string bytes_;
  bool ended_ = false;
};

/// Rows as columns, an array each, for insert_statement().
class row_arrays {
public:
  row_arrays();

  void clear();
  void add(const table_row& row);
  std::vector<array_parameter>& columns() { return columns_; }

private:
  std::vector<array_parameter> columns_;
};

} // namespace floorwalker::postgres
