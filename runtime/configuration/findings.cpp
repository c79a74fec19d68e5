#include "runtime/configuration/findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <tuple>

namespace floorwalker {
namespace {

constexpr auto nowhere = std::numeric_limits<std::size_t>::max();

/// The path of the block or list around a key, empty at the top.
std::string enclosing(const std::string& path) {
  bool in_quotes = false;
  std::size_t cut = 0;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '"') in_quotes = !in_quotes;
    if (path[i] == '\\')
      ++i;
    else if (!in_quotes && (path[i] == '.' || path[i] == '['))
      cut = i;
  }
  return path.substr(0, cut);
}

} // namespace

findings::findings(std::string file_name, std::map<std::string, text_position> positions)
    : file_name_{std::move(file_name)}, positions_{std::move(positions)} {}

void findings::given_on_command_line(const std::string& path) { from_command_line_.insert(path); }

void findings::syntax_problem(text_position position, std::string what) {
  problems_.push_back({position.line,
                       position.column,
                       {fmt::format("{}:{}:{}", file_name_, position.line, position.column), std::move(what)}});
}

void findings::problem(const std::string& path, std::string what) {
  unsound_.insert(path);
  for (auto place = path; !place.empty(); place = enclosing(place)) {
    if (from_command_line_.count(place) != 0) {
      problems_.push_back({nowhere, 0, {fmt::format("command line: {}", path), std::move(what)}});
      return;
    }
    if (auto at = positions_.find(place); at != positions_.end()) {
      auto [line, column] = at->second;
      problems_.push_back(
          {line, column, {fmt::format("{}:{}:{}: {}", file_name_, line, column, path), std::move(what)}});
      return;
    }
  }
  problems_.push_back({nowhere, 0, {path, std::move(what)}});
}

void findings::problem_elsewhere(std::string where, std::string what) {
  problems_.push_back({nowhere, 1, {std::move(where), std::move(what)}});
}

void findings::warning(const std::string& path, std::string what) {
  warnings_.push_back(fmt::format("{}: {}", path, what));
}

bool findings::sound(const std::string& path) const {
  for (auto found = unsound_.lower_bound(path); found != unsound_.end() && found->starts_with(path); ++found)
    if (found->size() == path.size() || (*found)[path.size()] == '.' || (*found)[path.size()] == '[') return false;
  return true;
}

void findings::hand_over(configuration_result& result) {
  std::stable_sort(problems_.begin(), problems_.end(),
                   [](auto& a, auto& b) { return std::tie(a.line, a.column) < std::tie(b.line, b.column); });
  for (auto& placed : problems_) result.problems.push_back(std::move(placed.problem));
  result.warnings.insert(result.warnings.end(), warnings_.begin(), warnings_.end());
}

} // namespace floorwalker
