// What somebody with write access to a trail's folder can do to it, each at places chosen by a seed, and whether
// verification finds it where it was done.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace floorwalker::testing {

struct attack_row {
  std::string name;
  int places = 0;
  int found = 0;                   ///< verification says: damaged
  int located = 0;                 ///< and where
  std::vector<std::string> missed; ///< what was done, and what verification said, where one of them is not so
  std::string example;             ///< what verification says of the first place
};

/// Runs every attack at so many places.
std::vector<attack_row> run_attacks(std::uint32_t seed, int places);

/// As a table in Markdown.
std::string to_markdown(const std::vector<attack_row>& rows);

} // namespace floorwalker::testing
