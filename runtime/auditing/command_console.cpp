#include "runtime/auditing/command_console.hpp"

#include <algorithm>
#include <ostream>

namespace floorwalker {

int command_console::refuse(std::string_view command, std::string what, int exit_code) const {
  std::ranges::replace_if(
      what, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  err << "floorwalker: audit " << command << ": " << what << std::endl;
  return exit_code;
}

} // namespace floorwalker
