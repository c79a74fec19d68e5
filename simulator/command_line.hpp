// The program's options, from the command line.
#pragma once

#include <optional>
#include <string>

#include "simulator/options.hpp"

namespace floorwalker::simulator {

struct command_line {
  options wished;
  std::chrono::milliseconds run_for{0}; ///< 0: until a signal
  std::string ready_file;               ///< written with the start line once connections are accepted
  bool json = false;                    ///< the start line is JSON
};

struct command_line_result {
  std::optional<command_line> wanted; ///< absent: the program is to exit with `exit_code`
  int exit_code = 0;
  std::string out; ///< help or version for stdout
  std::string err; ///< one line a problem for stderr
};

/// Reads the arguments. Pure: nothing is printed.
command_line_result read_command_line(int argc, const char* const* argv);

} // namespace floorwalker::simulator
