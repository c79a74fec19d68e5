#include "runtime/configuration/matrix_file.hpp"

#include "runtime/configuration/matrix_reader.hpp"

#include <utility>

namespace floorwalker {

matrix_result read_matrix_text(const std::string& file_name, std::string_view text, const surroundings& around) {
  auto read = parse_config_text(text);
  findings found{file_name, std::move(read.positions)};
  for (auto& problem : read.problems) found.syntax_problem(problem.position, std::move(problem.what));
  placed_block block{&read.values, ""};
  declared_keys keys;
  for (auto& entry : tenant_keys())
    if (entry.key.path == "state-matrix" || entry.key.path == "transitions") keys.push_back(&entry.key);
  check_block(block, keys, {}, around, found);
  matrix_result result;
  bool given = block.has("state-matrix") || block.has("transitions");
  if (!given && read.complete)
    found.problem_elsewhere(file_name,
                            "no state matrix: expected a block state-matrix { … }, or transitions = [[…], …]");
  else if (given && found.sound("state-matrix") && found.sound("transitions"))
    result.matrix = read_matrix(block, found);
  configuration_result handed;
  found.hand_over(handed);
  result.problems = std::move(handed.problems);
  result.warnings = std::move(handed.warnings);
  return result;
}

} // namespace floorwalker
