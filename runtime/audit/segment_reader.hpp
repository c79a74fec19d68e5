// Walks the frames of one segment of a trail (docs/trail-format.md), also while the engine still writes to it.
#pragma once

#include "runtime/audit/file_system.hpp"
#include "runtime/audit/trail_format.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace floorwalker {

/// Reads in large pieces into a buffer of its own (128 KiB, and more only for frames that need it), and never beyond what
/// the file holds; a file that somebody shortens meanwhile just ends. For one thread at a time.
class segment_reader {
public:
  /// Opens the segment and reads its header.
  segment_reader(file_system& files, const std::filesystem::path& path);

  /// One clause on why the file can't be opened or read: an error of the disk, not of the trail. Final.
  const std::string& problem() const { return problem_; }
  /// With a problem of its own where the file does not begin as a segment does.
  const parsed_header& header() const { return header_; }
  /// All of the header, as it is hashed; empty where there is none.
  std::string_view header_bytes() const { return header_bytes_; }

  /// The next frame, whose payload is good until the next call. Checksums are checked, the chain is not. False where no
  /// whole frame follows; what is there then is told by fault(). A later call looks again: the segment may have grown.
  bool next(frame& found);

  /// Why next() gave nothing; none: the segment ends behind a whole frame.
  frame_fault fault() const { return fault_; }
  /// Where the next frame is looked for: behind the last one that was given, behind the header at first.
  std::uint64_t offset() const { return offset_; }
  /// Goes on at `offset`, where a frame should begin.
  void seek(std::uint64_t offset);

  enum class frames : std::uint8_t { any, that_begin_batches };
  /// Where the first valid frame of that kind begins, at `from` or anywhere behind it. None: there is no such frame.
  /// Bytes made to look like frames everywhere could cost more time than anybody has; then the place where that was
  /// noticed is given, so that nobody takes such bytes for a torn write.
  std::optional<std::uint64_t> find(std::uint64_t from, frames which);

  /// Bytes that the file has now.
  std::uint64_t size() const;

private:
  std::string_view window() const { return std::string_view{buffer_}.substr(begin_, end_ - begin_); }
  /// Reads on behind the window. False at the end of the file, or with a problem.
  bool fill();

  file_system& files_;
  std::filesystem::path path_;
  open_file file_;
  std::string problem_;
  parsed_header header_;
  std::string header_bytes_;
  std::string buffer_;
  std::size_t begin_ = 0; ///< of the window in the buffer: what was read and not yet given
  std::size_t end_ = 0;
  std::uint64_t offset_ = 0; ///< of the window in the file
  frame_fault fault_ = frame_fault::none;
};

/// True where a frame could begin, told without its checksum: it has a known kind, zeros where they belong, and a size
/// that a frame may have.
bool looks_like_a_frame(std::string_view bytes);

} // namespace floorwalker
