#include "runtime/audit/segment_output.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

namespace floorwalker {
namespace {

/// The name of a segment until its header is on the disk.
constexpr std::string_view unborn = "segment.new";

} // namespace

/// Whatever failed, the file is opened anew: after a failed fdatasync the kernel may have dropped what it could not
/// write and would call the next one a success.
std::string segment_output::fail(std::string_view attempt, int error) {
  if (file_) files_.truncate(file_.descriptor(), end_); // tried again when it is opened anew
  file_.close();
  return file_problem(attempt, folder_ / name_, error);
}

std::string segment_output::reopen() {
  file_ = open_path(files_, folder_ / name_, O_RDWR);
  if (!file_) return fail("open", errno);
  auto size = size_of(file_.descriptor());
  if (!size) return fail("read", errno);
  if (*size < end_) {
    file_.close();
    return fmt::format("{} was shortened by somebody else: it has {} bytes, and {} were written",
                       (folder_ / name_).string(), *size, end_);
  }
  if (*size > end_ && files_.truncate(file_.descriptor(), end_) != 0) return fail("shorten", errno);
  return {};
}

std::string segment_output::resume(const std::string& name, std::uint64_t end) {
  file_.close();
  name_ = name;
  end_ = end;
  synchronised_ = false;
  if (auto failed = reopen(); !failed.empty()) return failed;
  return synchronise();
}

std::string segment_output::begin(const std::string& name, std::string_view header) {
  auto path = folder_ / unborn;
  if (files_.remove(path) != 0 && errno != ENOENT) return file_problem("remove", path, errno);
  auto file = open_path(files_, path, O_RDWR | O_CREAT | O_EXCL);
  if (!file) return file_problem("open", path, errno);
  if (auto error = write_all(files_, file.descriptor(), header, 0)) return file_problem("write", path, error);
  if (files_.synchronise(file.descriptor()) != 0) return file_problem("synchronise", path, errno);
  if (files_.rename(path, folder_ / name) != 0) return file_problem("rename to", folder_ / name, errno);
  if (auto failed = synchronise_folder(files_, folder_); !failed.empty()) return failed;
  name_ = name;
  file_ = std::move(file);
  end_ = header.size();
  synchronised_ = true;
  return {};
}

std::string segment_output::append(std::string_view batch, bool synchronised) {
  if (!file_)
    if (auto failed = reopen(); !failed.empty()) return failed;
  if (auto error = write_all(files_, file_.descriptor(), batch, end_)) return fail("write", error);
  if (synchronised && files_.synchronise_data(file_.descriptor()) != 0) return fail("synchronise", errno);
  end_ += batch.size();
  synchronised_ = synchronised;
  return {};
}

std::string segment_output::check_place() {
  if (!file_) return reopen();
  auto path = folder_ / name_;
  struct stat named {};
  struct stat written {};
  if (::fstat(file_.descriptor(), &written) != 0 || ::stat(path.c_str(), &named) != 0)
    return file_problem("find", path, errno);
  if (named.st_dev == written.st_dev && named.st_ino == written.st_ino) return {};
  return fmt::format("{} was replaced by somebody else", path.string());
}

std::string segment_output::synchronise() {
  if (synchronised_) return {};
  if (!file_)
    if (auto failed = reopen(); !failed.empty()) return failed;
  if (files_.synchronise_data(file_.descriptor()) != 0) return fail("synchronise", errno);
  synchronised_ = true;
  return {};
}

} // namespace floorwalker
