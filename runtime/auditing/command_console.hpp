// Where a command of `floorwalker audit` writes, and how it ends.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

namespace floorwalker {

inline constexpr int exit_fine = 0;
inline constexpr int exit_unreadable = 1; ///< or the output can't be written
inline constexpr int exit_usage = 2;
inline constexpr int exit_damaged = 5;

struct command_console {
  std::ostream& out;
  std::ostream& err;
  bool out_is_terminal = false;
  bool err_is_terminal = false;

  /// Writes what went wrong as one line, and gives the exit code back.
  int refuse(std::string_view command, std::string what, int exit_code) const;
};

} // namespace floorwalker
