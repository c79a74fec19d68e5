// Markdown, as far as the checks need it.
#pragma once

#include "tests/tree/repository.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floorwalker::tree {

struct page_line {
  std::string_view text;
  std::size_t number = 0; ///< from 1
};

/// The lines outside of code blocks.
std::vector<page_line> prose_of(const text_file& page);

struct table_row {
  std::vector<std::string> cells; ///< trimmed
  std::size_t line = 0;
};

/// The rows below a table's head whose first cells are `head`; of all such tables on the page.
std::vector<table_row> table_of(const text_file& page, const std::vector<std::string_view>& head);

/// The cell's text without back-ticks.
std::string plain(std::string_view cell);

/// How a page's headings are linked to: lower case, words joined by hyphens.
std::string anchor_of(std::string_view heading);

} // namespace floorwalker::tree
