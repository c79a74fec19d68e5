// Audit entries as rows of CSV (RFC 4180, with a bare line feed). Pure.
#pragma once

#include "runtime/auditing/entry_filter.hpp"

#include <string>
#include <string_view>

namespace floorwalker {

/// The names of the columns, with the line end.
std::string_view csv_header();

/// Appends the row of an entry, with the line end. Members without a column of their own stand in the last one, as JSON.
/// A text that a spreadsheet would run as a formula gets a ' in front.
void append_csv_row(std::string& out, const read_entry& entry);

} // namespace floorwalker
