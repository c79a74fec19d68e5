// Takes events along the hot path, for callgrind to count:  hot_path_count decode|judge|number|trail BATCHES
// Prints how many events it were. See hot_path_instructions.py.
#include "bench/hot_path.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <map>
#include <string_view>

int main(int count, char** given) {
  using floorwalker::bench::way;
  const std::map<std::string_view, way> ways{
      {"decode", way::decode}, {"judge", way::judge}, {"number", way::number}, {"trail", way::trail}};
  auto until = ways.find(count == 3 ? given[1] : "");
  if (until == ways.end()) {
    fmt::print(stderr, "hot_path_count decode|judge|number|trail BATCHES\n");
    return 2;
  }
  floorwalker::bench::hot_path path{until->second};
  for (auto left = std::strtoul(given[2], nullptr, 10); left > 0; --left) path.take_batch();
  fmt::print("{}\n", path.events());
  return 0;
}
