#include "tests/tree/repository.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>

namespace floorwalker::tree {
namespace {

constexpr std::array<std::string_view, 5> left_out = {".git", "build", "var", "node_modules", "__pycache__"};

std::vector<text_file> read_files() {
  std::vector<text_file> all;
  for (std::filesystem::recursive_directory_iterator entry{root()}, end; entry != end; ++entry) {
    if (entry->is_directory()) {
      if (std::ranges::count(left_out, entry->path().filename().string()) > 0) entry.disable_recursion_pending();
      continue;
    }
    auto path = entry->path().lexically_relative(root()).generic_string();
    // What the fuzz targets start from is meant to be odd.
    if (!entry->is_regular_file() || path.starts_with("tests/fuzzing/corpus/")) continue;
    std::ifstream in{entry->path(), std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    if (text.find('\0') == std::string::npos) all.push_back({std::move(path), std::move(text)});
  }
  std::ranges::sort(all, {}, &text_file::path);
  return all;
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

} // namespace

std::filesystem::path root() { return FLOORWALKER_SOURCE_DIR; }

const std::vector<text_file>& files() {
  static const auto all = read_files();
  return all;
}

const text_file* find(std::string_view path) {
  auto at = std::ranges::lower_bound(files(), path, {}, &text_file::path);
  return at != files().end() && at->path == path ? &*at : nullptr;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return lines;
}

std::string_view trimmed(std::string_view text) {
  auto begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::string code_only(std::string_view source) {
  std::string out{source};
  auto blank = [&](std::size_t begin, std::size_t end) {
    for (auto i = begin; i < std::min(end, out.size()); ++i)
      if (out[i] != '\n') out[i] = ' ';
  };
  auto end_of = [&](std::string_view mark, std::size_t from) {
    auto at = source.find(mark, from);
    return at == std::string_view::npos ? source.size() : at + mark.size();
  };
  for (std::size_t i = 0; i < source.size();) {
    auto rest = source.substr(i);
    auto end = i + 1;
    if (rest.starts_with("//")) {
      end = std::min(source.find('\n', i), source.size());
      blank(i, end);
    } else if (rest.starts_with("/*")) {
      end = end_of("*/", i + 2);
      blank(i, end);
    } else if (rest.starts_with("R\"") && (i == 0 || !is_word(source[i - 1]))) {
      auto open = source.find('(', i);
      auto mark = fmt::format("){}\"", source.substr(i + 2, open - i - 2));
      end = end_of(mark, open);
      blank(i + 2, end - 1);
    } else if (rest.starts_with("#include")) {
      end = std::min(source.find('\n', i), source.size());
    } else if (rest[0] == '"' || (rest[0] == '\'' && (i == 0 || !is_word(source[i - 1])))) {
      while (end < source.size() && source[end] != rest[0] && source[end] != '\n') end += source[end] == '\\' ? 2 : 1;
      blank(i + 1, end);
      ++end;
    }
    i = end;
  }
  return out;
}

std::size_t find_word(std::string_view text, std::string_view word, std::size_t from) {
  for (auto at = text.find(word, from); at != std::string_view::npos; at = text.find(word, at + 1)) {
    auto behind = at + word.size();
    if ((at == 0 || !is_word(text[at - 1])) && (behind == text.size() || !is_word(text[behind]))) return at;
  }
  return std::string_view::npos;
}

std::string place(const text_file& file, std::size_t offset) {
  auto line = 1 + std::count(file.text.begin(), file.text.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
  return fmt::format("{}:{}", file.path, line);
}

} // namespace floorwalker::tree
