#include "runtime/postgres/server_failure.hpp"

namespace floorwalker::postgres {

std::string one_line(std::string_view text) {
  std::string line;
  bool blank = false;
  for (char c : text) {
    if (c == ' ' || static_cast<unsigned char>(c) < 0x20) {
      blank = !line.empty();
      continue;
    }
    if (blank) line += ' ';
    blank = false;
    line += c;
  }
  return line;
}

} // namespace floorwalker::postgres
