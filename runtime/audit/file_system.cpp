#include "runtime/audit/file_system.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace floorwalker {
namespace {

template <class Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

} // namespace

int file_system::open(const std::filesystem::path& path, int flags, mode_t mode) {
  return ::open(path.c_str(), flags | O_CLOEXEC, mode);
}

ssize_t file_system::read_at(int descriptor, char* bytes, std::size_t size, std::uint64_t offset) {
  return ::pread(descriptor, bytes, size, static_cast<off_t>(offset));
}

ssize_t file_system::write_at(int descriptor, const char* bytes, std::size_t size, std::uint64_t offset) {
  return ::pwrite(descriptor, bytes, size, static_cast<off_t>(offset));
}

int file_system::synchronise_data(int descriptor) { return ::fdatasync(descriptor); }
int file_system::synchronise(int descriptor) { return ::fsync(descriptor); }

int file_system::truncate(int descriptor, std::uint64_t size) {
  return ::ftruncate(descriptor, static_cast<off_t>(size));
}

int file_system::rename(const std::filesystem::path& from, const std::filesystem::path& to) {
  return ::rename(from.c_str(), to.c_str());
}

int file_system::remove(const std::filesystem::path& path) { return ::unlink(path.c_str()); }

std::optional<std::uint64_t> file_system::free_bytes(const std::filesystem::path& folder) {
  struct statvfs status {};
  if (::statvfs(folder.c_str(), &status) != 0) return std::nullopt;
  return std::uint64_t{status.f_bavail} * status.f_frsize;
}

void open_file::close() noexcept {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

std::string file_problem(std::string_view attempt, const std::filesystem::path& path, int error) {
  return fmt::format("cannot {} {}: {}", attempt, path.string(), std::generic_category().message(error));
}

open_file open_path(file_system& files, const std::filesystem::path& path, int flags, mode_t mode) {
  return open_file{uninterrupted([&] { return files.open(path, flags, mode); })};
}

int write_all(file_system& files, int descriptor, std::string_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    auto written = uninterrupted([&] { return files.write_at(descriptor, bytes.data(), bytes.size(), offset); });
    if (written < 0) return errno;
    if (written == 0) return EIO; // no file system says so for a file; going on would never end
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return 0;
}

std::string synchronise_folder(file_system& files, const std::filesystem::path& folder) {
  auto opened = open_path(files, folder, O_RDONLY | O_DIRECTORY);
  if (!opened) return file_problem("open", folder, errno);
  // EINVAL: a file system that knows no such thing, as some network shares; fsync(2).
  if (uninterrupted([&] { return files.synchronise(opened.descriptor()); }) != 0 && errno != EINVAL)
    return file_problem("synchronise", folder, errno);
  return {};
}

std::string make_folder(file_system& files, const std::filesystem::path& folder, mode_t mode) {
  std::error_code error;
  if (folder.empty() || std::filesystem::is_directory(folder, error)) return {};
  auto parent = folder.has_filename() ? folder.parent_path() : folder.parent_path().parent_path();
  if (auto failed = make_folder(files, parent, mode); !failed.empty()) return failed;
  if (::mkdir(folder.c_str(), mode) != 0 && errno != EEXIST) return file_problem("make", folder, errno);
  return synchronise_folder(files, parent.empty() ? std::filesystem::path{"."} : parent);
}

std::string replace_file(file_system& files, const std::filesystem::path& path, std::string_view content, mode_t mode) {
  auto fresh = path;
  fresh += ".new";
  {
    // What a crash left may have another mode; and nobody's link is followed.
    if (files.remove(fresh) != 0 && errno != ENOENT) return file_problem("remove", fresh, errno);
    auto file = open_path(files, fresh, O_WRONLY | O_CREAT | O_EXCL, mode);
    if (!file) return file_problem("open", fresh, errno);
    if (auto error = write_all(files, file.descriptor(), content, 0)) return file_problem("write", fresh, error);
    if (uninterrupted([&] { return files.synchronise(file.descriptor()); }) != 0)
      return file_problem("synchronise", fresh, errno);
  }
  if (files.rename(fresh, path) != 0) return file_problem("rename to", path, errno);
  auto folder = path.parent_path();
  return synchronise_folder(files, folder.empty() ? std::filesystem::path{"."} : folder);
}

file_content read_part(file_system& files, const std::filesystem::path& path, std::uint64_t offset,
                       std::uint64_t bytes_max, std::string memory) {
  file_content content;
  auto file = open_path(files, path, O_RDONLY);
  if (!file) {
    content.missing = errno == ENOENT;
    if (!content.missing) content.problem = file_problem("open", path, errno);
    return content;
  }
  auto size = size_of(file.descriptor());
  if (!size) {
    content.problem = file_problem("read", path, errno);
    return content;
  }
  content.file_size = *size;
  if (offset >= *size) return content;
  content.text = std::move(memory);
  content.text.resize(std::min(bytes_max, *size - offset));
  std::size_t done = 0;
  while (done < content.text.size()) {
    auto got = uninterrupted([&] {
      return files.read_at(file.descriptor(), content.text.data() + done, content.text.size() - done, offset + done);
    });
    if (got < 0) {
      content.problem = file_problem("read", path, errno);
      content.text.clear();
      return content;
    }
    if (got == 0) break; // somebody shortened it
    done += static_cast<std::size_t>(got);
  }
  content.text.resize(done);
  return content;
}

file_content read_file(file_system& files, const std::filesystem::path& path, std::uint64_t bytes_max) {
  auto content = read_part(files, path, 0, bytes_max);
  if (content.file_size > bytes_max) {
    content.text.clear();
    content.problem = fmt::format("{} is larger than {} bytes", path.string(), bytes_max);
  }
  return content;
}

std::optional<std::uint64_t> size_of(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return std::nullopt;
  return static_cast<std::uint64_t>(status.st_size);
}

} // namespace floorwalker
