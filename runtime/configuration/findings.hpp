// Collects what is wrong or doubtful in one reading, with the place of each key.
#pragma once

#include "runtime/configuration/config_text.hpp"
#include "runtime/configuration/configuration.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// Problems and warnings of one reading; every path is a full key path ("floorwalker.log.level").
class findings {
public:
  findings(std::string file_name, std::map<std::string, text_position> positions);

  /// From now on the key counts as given on the command line.
  void given_on_command_line(const std::string& path);

  /// The file is no configuration text at this place.
  void syntax_problem(text_position position, std::string what);
  /// Something about a key; found in the file at the key, or else at the block around it.
  void problem(const std::string& path, std::string what);
  /// Something that no key says, such as a missing environment variable.
  void problem_elsewhere(std::string where, std::string what);
  void warning(const std::string& path, std::string what);

  /// Whether nothing is wrong with the key or with anything below it.
  bool sound(const std::string& path) const;

  /// Everything found, in the order of the file; then what has no place in it.
  void hand_over(configuration_result& result);

private:
  struct placed_problem {
    std::size_t line;
    std::size_t column;
    configuration_problem problem;
  };

  std::string file_name_;
  std::map<std::string, text_position> positions_;
  std::set<std::string> from_command_line_;
  std::set<std::string> unsound_;
  std::vector<placed_problem> problems_;
  std::vector<std::string> warnings_;
};

} // namespace floorwalker
