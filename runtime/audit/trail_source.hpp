// One trail as it is read while it is written.
#pragma once

#include "messages/trail_reader.hpp"
#include "runtime/audit/file_system.hpp"
#include "runtime/audit/segment_table.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// Reads what is committed, from any place. Not for several threads; the table may change meanwhile.
class trail_source {
public:
  trail_source(file_system_ptr files, std::filesystem::path folder, std::string tenant,
               std::shared_ptr<const segment_table> table);

  /// As trail_reader::read() answers.
  trail_stretch read(std::uint64_t from, std::size_t bytes, read_detail detail);

private:
  /// From `offset` on no record before `sequence` follows.
  struct mark {
    std::uint64_t sequence = 0;
    std::uint64_t offset = 0;
  };
  using marks = std::vector<mark>;

  marks& marks_of(const readable_segment& segment);
  trail_stretch gather(const reading_place& place, mark at, std::string_view frames, std::uint64_t first,
                       std::size_t bytes, read_detail detail);

  file_system_ptr files_;
  std::filesystem::path folder_;
  std::shared_ptr<const std::string> tenant_;
  std::shared_ptr<const segment_table> table_;
  std::map<std::string, marks> marks_; ///< by segment, of those read lately
  std::string memory_;                 ///< for the next read
};

} // namespace floorwalker
