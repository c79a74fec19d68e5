// A file of lines that is replaced by a new one when it has grown.
#pragma once

#include "actors/sinks/outlet.hpp"
#include "runtime/audit/file_system.hpp"
#include "runtime/outlets/line_writer.hpp"

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace floorwalker {

/// When a file is rotated, and how many rotated ones stay beside it.
struct rotation {
  std::uint64_t bytes = 0; ///< no file grows past this, unless a single line does; 0: never rotated
  std::uint32_t keep = 0;  ///< "path.1" is the youngest
};

/// Appends lines to `path` and makes its folder if needed. A line that an earlier process left unfinished is ended
/// first. After a failure the file is opened anew at the next attempt, which goes on where the last one ended; a file
/// that somebody moved away is begun again. Opened when there is something to write, and locked, so that no other
/// writer of ours mixes its lines in. Not for several threads.
class rotated_file {
public:
  rotated_file(std::filesystem::path path, rotation when, const write_interruption& interruption,
               file_system_ptr files = std::make_shared<file_system>())
      : path_{std::move(path)}, when_{when}, interruption_{interruption}, files_{std::move(files)} {}
  ~rotated_file() { close(); }
  rotated_file(const rotated_file&) = delete;
  rotated_file& operator=(const rotated_file&) = delete;

  /// The group's text, from where an earlier attempt with the same number ended. Returns when it is on the disk, if it
  /// goes to a regular file; blocks until then. Gives a clause on what failed.
  std::string write(std::uint64_t number, const delivery_group& group);

private:
  /// The file as we left it: who finds it unchanged may go on in the middle of a line.
  struct identity {
    dev_t device = 0;
    ino_t inode = 0;
    std::uint64_t size = 0;

    friend bool operator==(const identity&, const identity&) = default;
  };

  /// How far a group and the file were at some moment.
  struct place {
    group_progress progress;
    std::uint64_t size = 0;
  };

  std::string write_lines(std::string_view text);
  std::string synchronise();
  std::size_t bytes_that_fit(std::string_view text) const;
  std::string rotate();
  std::string open();
  std::string end_torn_line();
  void notice_changes();
  void step_back_to_line_start(std::string_view text);
  void close();
  std::string problem(std::string_view attempt, int error) const;
  std::filesystem::path rotated_path(std::uint32_t age) const;

  std::filesystem::path path_;
  rotation when_;
  const write_interruption& interruption_;
  file_system_ptr files_;
  int descriptor_ = -1;
  identity file_;
  bool is_regular_ = false;
  bool rotates_ = false; ///< a regular file, and rotation is wanted
  group_progress progress_;
  std::optional<place> unsynchronised_; ///< where that begins which may not be on the disk; none between calls
};

} // namespace floorwalker
