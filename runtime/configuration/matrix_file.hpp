// A file with nothing but the rules of a tenant: `state-matrix { … }`, `transitions = […]`, or both.
#pragma once

#include "runtime/configuration/configuration.hpp"

#include <string>
#include <vector>

namespace floorwalker {

/// `matrix` may be used only if there are no problems.
struct matrix_result {
  state_matrix matrix;
  std::vector<configuration_problem> problems; ///< all of them, in the order of the file
  std::vector<std::string> warnings;
};

matrix_result read_matrix_text(const std::string& file_name, std::string_view text, const surroundings& around);

/// Reads the file too; one that can't be read is a problem.
matrix_result load_matrix_file(const std::string& file_name, const surroundings& around);

} // namespace floorwalker
