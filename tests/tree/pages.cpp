#include "tests/tree/pages.hpp"

#include <algorithm>
#include <cctype>

namespace floorwalker::tree {
namespace {

std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  line = trimmed(line);
  line.remove_prefix(1);
  if (line.ends_with('|')) line.remove_suffix(1);
  for (;;) {
    auto end = line.find('|');
    cells.emplace_back(trimmed(line.substr(0, end)));
    if (end == std::string_view::npos) return cells;
    line.remove_prefix(end + 1);
  }
}

} // namespace

std::vector<page_line> prose_of(const text_file& page) {
  std::vector<page_line> prose;
  std::size_t number = 0;
  bool fenced = false;
  for (auto line : lines_of(page.text)) {
    ++number;
    if (trimmed(line).starts_with("```"))
      fenced = !fenced;
    else if (!fenced && !line.starts_with("    "))
      prose.push_back({line, number});
  }
  return prose;
}

std::vector<table_row> table_of(const text_file& page, const std::vector<std::string_view>& head) {
  std::vector<table_row> rows;
  bool inside = false;
  for (auto [line, number] : prose_of(page)) {
    if (!line.starts_with('|')) {
      inside = false;
      continue;
    }
    auto cells = cells_of(line);
    if (inside) {
      if (!cells[0].starts_with("--")) rows.push_back({std::move(cells), number});
      continue;
    }
    inside = cells.size() >= head.size() && std::equal(head.begin(), head.end(), cells.begin());
  }
  return rows;
}

std::string plain(std::string_view cell) {
  std::string text{cell};
  std::erase(text, '`');
  return text;
}

std::string anchor_of(std::string_view heading) {
  std::string anchor;
  for (auto c : heading) {
    auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || c == '-' || c == '_' || byte >= 0x80)
      anchor += static_cast<char>(std::tolower(byte));
    else if (c == ' ')
      anchor += '-';
  }
  return anchor;
}

} // namespace floorwalker::tree
