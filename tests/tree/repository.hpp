// The repository as text files, for the checks of this folder.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker::tree {

struct text_file {
  std::string path; ///< from the repository's root
  std::string text;

  bool is_below(std::string_view folder) const { return path.starts_with(folder); }
  bool is_cpp() const { return path.ends_with(".hpp") || path.ends_with(".cpp"); }
  bool is_header() const { return path.ends_with(".hpp"); }
  bool is_page() const { return path.ends_with(".md"); }
};

std::filesystem::path root();

/// Every file that people write, read once; build results and what programs leave behind are left out.
const std::vector<text_file>& files();

/// The file of this path, or nullptr.
const text_file* find(std::string_view path);

std::vector<std::string_view> lines_of(std::string_view text);
std::string_view trimmed(std::string_view text);

/// C++ with comments and the insides of literals blanked out. Offsets and lines stay.
std::string code_only(std::string_view source);

/// Where `word` stands with no letter, digit or underscore beside it; npos if nowhere.
std::size_t find_word(std::string_view text, std::string_view word, std::size_t from = 0);

/// "path:line" of an offset.
std::string place(const text_file& file, std::size_t offset);

} // namespace floorwalker::tree
