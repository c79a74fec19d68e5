// Reading a segment from front to back in large steps, while somebody else may be writing behind the place that is read.
#pragma once

#include "runtime/audit/file_system.hpp"
#include "runtime/audit/trail_format.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace floorwalker {

/// Reads by copying, since a mapped file whose disk fails ends the process and not the read. Not for several threads.
class segment_stream {
public:
  /// Opens the segment; nothing at or behind `end` is read.
  segment_stream(file_system& files, std::filesystem::path path, std::uint64_t end = UINT64_MAX);

  /// What keeps it from being read: one clause, or nothing. `missing`: because there is no such file.
  const std::string& problem() const { return problem_; }
  bool missing() const { return missing_; }

  std::uint64_t file_size() const { return file_size_; } ///< when it was opened
  std::uint64_t end() const { return end_; } ///< of what is read: the file's, or the one given if that is less

  /// The bytes from `offset` on: at least `least` of them unless the end or a problem comes first. Valid until the next
  /// call.
  std::string_view bytes(std::uint64_t offset, std::size_t least);

  /// The frame at `offset`, with its checksum checked. `incomplete` with a problem means that the disk failed.
  frame_fault frame_at(std::uint64_t offset, frame& found);

private:
  file_system& files_;
  std::filesystem::path path_;
  open_file file_;
  std::uint64_t file_size_ = 0;
  std::uint64_t end_ = 0;
  std::string buffer_;
  std::uint64_t buffer_offset_ = 0;
  std::size_t buffered_ = 0;
  std::string problem_;
  bool missing_ = false;
};

/// True if a whole frame that begins a batch lies anywhere behind `offset`. Then what stands at `offset` had been on
/// disk, and no crash explains that it is no frame.
bool batch_begins_behind(segment_stream& segment, std::uint64_t offset);

} // namespace floorwalker
