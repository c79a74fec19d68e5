// The disk behind one seam, so that tests can make it full, slow to keep its word, or break at any byte.
#pragma once

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

/// The system's calls as they are: -1 and errno for an error, short reads and writes included. Callable from any
/// thread. Interrupted calls are for the functions below to try again.
class file_system {
public:
  virtual ~file_system() = default;

  virtual int open(const std::filesystem::path& path, int flags, mode_t mode);
  virtual ssize_t read_at(int descriptor, char* bytes, std::size_t size, std::uint64_t offset);
  virtual ssize_t write_at(int descriptor, const char* bytes, std::size_t size, std::uint64_t offset);
  virtual int synchronise_data(int descriptor); ///< fdatasync: the content, and the size where it grew
  virtual int synchronise(int descriptor);      ///< fsync
  virtual int truncate(int descriptor, std::uint64_t size);
  virtual int rename(const std::filesystem::path& from, const std::filesystem::path& to);
  virtual int remove(const std::filesystem::path& path);
  /// What an ordinary user may still write below `folder`; none if the system does not say.
  virtual std::optional<std::uint64_t> free_bytes(const std::filesystem::path& folder);
};

using file_system_ptr = std::shared_ptr<file_system>;

/// A descriptor that is closed with its owner. Negative: none.
class open_file {
public:
  open_file() = default;
  explicit open_file(int descriptor) : descriptor_{descriptor} {}
  ~open_file() { close(); }
  open_file(open_file&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}
  open_file& operator=(open_file&& other) noexcept {
    if (this == &other) return *this;
    close();
    descriptor_ = std::exchange(other.descriptor_, -1);
    return *this;
  }

  void close() noexcept;
  int descriptor() const { return descriptor_; }
  explicit operator bool() const { return descriptor_ >= 0; }

private:
  int descriptor_ = -1;
};

/// One clause: "cannot write /var/x: No space left on device".
std::string file_problem(std::string_view attempt, const std::filesystem::path& path, int error);

/// Opens and tries again when interrupted; without a descriptor, errno says why.
open_file open_path(file_system& files, const std::filesystem::path& path, int flags, mode_t mode = 0640);

/// Writes all of `bytes` in as many calls as it takes. Gives an errno, or 0.
int write_all(file_system& files, int descriptor, std::string_view bytes, std::uint64_t offset);

/// Makes a new, removed or renamed entry of `folder` durable. Gives a clause on what failed, or nothing.
std::string synchronise_folder(file_system& files, const std::filesystem::path& folder);

/// Makes `folder` and what is missing above it, durably. Gives a clause on what failed, or nothing.
std::string make_folder(file_system& files, const std::filesystem::path& folder, mode_t mode = 0750);

/// Gives `path` new content at one stroke: whoever reads it, after whatever crash, finds the old or the new one.
/// Goes through a file with ".new" behind the name. Gives a clause on what failed, or nothing.
std::string replace_file(file_system& files, const std::filesystem::path& path, std::string_view content,
                         mode_t mode = 0640);

/// What a file holds. With a problem there is no text; `missing` is none either, and no problem.
struct file_content {
  std::string text;
  std::string problem;
  bool missing = false;
  std::uint64_t file_size = 0; ///< in bytes, when it was opened
};
/// Up to `bytes_max` bytes from `offset` on; fewer if the file ends before. Into the text `memory`, whatever it holds:
/// one of an earlier read, of which nothing is cleared before it is overwritten.
file_content read_part(file_system& files, const std::filesystem::path& path, std::uint64_t offset,
                       std::uint64_t bytes_max, std::string memory = {});
/// All of a file. One with more than `bytes_max` bytes is a problem.
file_content read_file(file_system& files, const std::filesystem::path& path, std::uint64_t bytes_max);

/// The size of an open file; none, and errno, if the system does not say.
std::optional<std::uint64_t> size_of(int descriptor);

} // namespace floorwalker
