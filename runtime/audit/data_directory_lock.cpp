#include "runtime/audit/data_directory_lock.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::uint64_t lock_bytes_max = 64;

locked_data_directory refused(std::string problem) { return {nullptr, std::move(problem)}; }

/// Who holds the lock, as it wrote itself; it may be about to.
std::string holder(file_system& files, const std::filesystem::path& file) {
  auto id = read_file(files, file, lock_bytes_max).text;
  if (id.ends_with('\n')) id.pop_back();
  auto is_id = !id.empty() && id.find_first_not_of("0123456789") == std::string::npos;
  return is_id ? "process " + id : "another process";
}

} // namespace

locked_data_directory lock_data_directory(file_system& files, const std::filesystem::path& path) {
  if (auto failed = make_folder(files, path); !failed.empty()) return refused(std::move(failed));
  auto name = path / "lock";
  auto file = open_path(files, name, O_RDWR | O_CREAT);
  if (!file) return refused(file_problem("open", name, errno));
  if (::flock(file.descriptor(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return refused(file_problem("lock", name, errno));
    return refused(fmt::format("{} is used by {}", path.string(), holder(files, name)));
  }
  auto id = fmt::format("{}\n", ::getpid());
  if (files.truncate(file.descriptor(), 0) != 0) return refused(file_problem("write", name, errno));
  if (auto error = write_all(files, file.descriptor(), id, 0)) return refused(file_problem("write", name, error));
  return {std::make_unique<data_directory_lock>(std::move(file)), {}};
}

} // namespace floorwalker
