#include "runtime/auditing/scan_end.hpp"

#include <fmt/format.h>

#include <ostream>

namespace floorwalker {

int tell_end(const trail_scan_result& result, std::string_view command, const command_console& console) {
  if (!result.problem.empty()) return console.refuse(command, result.problem, exit_unreadable);
  if (result.damage)
    return console.refuse(command,
                          fmt::format("damaged: {} at offset {}, record {}: {}; nothing behind it was read "
                                      "(--no-verify reads what has a checksum)",
                                      result.damage->segment, result.damage->offset, result.damage->sequence,
                                      result.damage->what),
                          exit_damaged);
  if (result.passed_over > 0)
    console.err << fmt::format("note: {} places were passed over that hold no whole record\n", result.passed_over);
  return exit_fine;
}

} // namespace floorwalker
