// Where records go that a receiver refuses for good, so that nothing is lost by going on without them.
#pragma once

#include "messages/time.hpp"
#include "runtime/audit/file_system.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace floorwalker {

/// A refused record. `record` is its JSON object on one line, which names tenant and sequence; with `node` and `epoch`
/// that names the record for good. `reason` is one clause of UTF-8 (messages/wire/printable_sample.hpp makes it so).
struct dead_letter {
  std::string_view node;
  std::uint64_t epoch = 0;
  std::string_view reason;
  std::string_view record;
};

/// The file of a sink's dead letters: <data-dir>/sinks/<sink>/dead-letters.jsonl.
std::filesystem::path dead_letter_path(const std::filesystem::path& data_dir, std::string_view sink);

/// Appends dead letters as JSON lines: {"at", "sink", "reason", "node", "epoch", "record"}. The file is never rotated,
/// since dead letters must not be lost; at its bound it takes no more, and who refuses to lose a record has to wait
/// for somebody to move the file away. Opened for each call, so it may be moved at any time. Not for several threads.
class dead_letter_file {
public:
  static constexpr std::uint64_t bytes_max_usual = std::uint64_t{1} << 30;

  dead_letter_file(std::filesystem::path path, std::string sink, std::uint64_t bytes_max = bytes_max_usual)
      : path_{std::move(path)}, sink_{std::move(sink)}, bytes_max_{bytes_max} {}

  const std::filesystem::path& path() const { return path_; }

  /// Appends all of `letters`, and returns when they are on the disk. Makes the folder if needed; the file is readable
  /// for its owner and group (0640). Gives a clause on what failed, and then none of them stays in the file: the same
  /// call may be repeated. A line that a crash cut off is ended first. Blocks on the disk.
  std::string append(utc_time at, std::span<const dead_letter> letters);

private:
  std::string text_of(utc_time at, std::span<const dead_letter> letters) const;
  std::string write(file_system& files, int descriptor, std::string text) const;
  std::string problem(std::string_view attempt, int error) const;

  std::filesystem::path path_;
  std::string sink_;
  std::uint64_t bytes_max_;
};

} // namespace floorwalker
