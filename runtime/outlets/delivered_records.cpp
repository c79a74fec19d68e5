#include "runtime/outlets/delivered_records.hpp"

#include <algorithm>

namespace floorwalker {

std::vector<delivered_record> records_of(const delivery_group& group) {
  std::size_t count = 0;
  for (auto& part : group) count += part.records;
  std::vector<delivered_record> records;
  records.reserve(count);
  for (auto& part : group) {
    std::string_view rest = part.text ? std::string_view{*part.text} : std::string_view{};
    for (std::size_t i = 0; i < part.records; ++i) {
      auto index = part.index_of(i);
      std::string_view line;
      if (part.text) {
        line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      } else {
        line = part.batch->positions[index].line.in(part.batch->lines);
      }
      records.push_back({part.batch.get(), index, line});
    }
  }
  return records;
}

} // namespace floorwalker
