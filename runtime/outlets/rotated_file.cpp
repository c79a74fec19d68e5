#include "runtime/outlets/rotated_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace floorwalker {

std::string rotated_file::write(std::uint64_t number, const delivery_group& group) {
  progress_.enter(number);
  notice_changes();
  for (; progress_.delivery < group.size(); progress_.next_delivery()) {
    auto& text = group[progress_.delivery].text;
    if (!text) continue;
    if (auto failed = write_lines(*text); !failed.empty()) return failed;
  }
  return {};
}

std::string rotated_file::write_lines(std::string_view text) {
  while (progress_.offset < text.size()) {
    if (descriptor_ < 0) {
      auto left = file_;
      if (auto failed = open(); !failed.empty()) return failed;
      if (file_ != left) {
        step_back_to_line_start(text);
        if (auto failed = end_torn_line(); !failed.empty()) return failed;
      }
    }
    auto amount = bytes_that_fit(text);
    if (amount == 0) {
      if (auto failed = rotate(); !failed.empty()) return failed;
      continue;
    }
    auto [written, error] = write_text(descriptor_, text.substr(progress_.offset, amount), interruption_);
    progress_.offset += written;
    file_.size += written;
    if (error == 0) continue;
    close();
    return problem("write", error);
  }
  return {};
}

/// The whole lines that may be added to the file, in bytes; 0: it has to be rotated first.
std::size_t rotated_file::bytes_that_fit(std::string_view text) const {
  auto rest = text.substr(progress_.offset);
  if (!rotates_ || file_.size + rest.size() <= when_.bytes) return rest.size();
  auto room = when_.bytes > file_.size ? static_cast<std::size_t>(when_.bytes - file_.size) : 0;
  auto last = room == 0 ? std::string_view::npos : rest.rfind('\n', room - 1);
  if (last != std::string_view::npos) return last + 1;
  auto within_line = progress_.offset > 0 && text[progress_.offset - 1] != '\n';
  if (file_.size > 0 && !within_line) return 0;
  return rest.find('\n') + 1; // a line that is longer than a file may be, or whose first part is written already
}

std::string rotated_file::rotate() {
  close();
  file_ = {};
  std::error_code error;
  if (when_.keep == 0) {
    std::filesystem::remove(path_, error);
    return error ? problem("remove", error.value()) : std::string{};
  }
  for (auto age = when_.keep; age > 0; --age) {
    auto younger = age == 1 ? path_ : rotated_path(age - 1);
    if (::rename(younger.c_str(), rotated_path(age).c_str()) != 0 && errno != ENOENT) return problem("rotate", errno);
  }
  return {};
}

std::string rotated_file::open() {
  std::error_code error;
  if (path_.has_parent_path()) std::filesystem::create_directories(path_.parent_path(), error);
  if (error) return problem("make the folder of", error.value());
  // Readable too: whether the last line is complete is seen from its last byte.
  descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (descriptor_ < 0) return problem("open", errno);
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) return problem("read", errno);
  file_ = {status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size)};
  rotates_ = when_.bytes > 0 && S_ISREG(status.st_mode);
  // Two writers would mix their lines and rotate each other's file away. File systems without locks are trusted.
  if (!S_ISREG(status.st_mode) || ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return {};
  close();
  file_ = {};
  return "cannot write " + path_.string() + ": another sink or process is writing to it";
}

std::string rotated_file::end_torn_line() {
  char last = '\n';
  if (file_.size == 0 || ::pread(descriptor_, &last, 1, static_cast<off_t>(file_.size - 1)) < 0 || last == '\n')
    return {};
  auto [written, error] = write_text(descriptor_, "\n", interruption_);
  file_.size += written;
  if (error == 0) return {};
  close();
  file_ = {}; // so that the next attempt looks at the last line again
  return problem("write", error);
}

/// Somebody may have moved the file away or cut it since the last group, as log rotation of the system's does.
void rotated_file::notice_changes() {
  if (descriptor_ < 0) return;
  struct stat status {};
  if (::stat(path_.c_str(), &status) != 0 || status.st_dev != file_.device || status.st_ino != file_.inode) {
    close();
    file_ = {};
  } else if (S_ISREG(status.st_mode)) {
    file_.size = static_cast<std::uint64_t>(status.st_size);
  }
}

void rotated_file::step_back_to_line_start(std::string_view text) {
  auto before = text.substr(0, progress_.offset).rfind('\n');
  progress_.offset = before == std::string_view::npos ? 0 : before + 1;
}

void rotated_file::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

std::string rotated_file::problem(std::string_view attempt, int error) const {
  return "cannot " + std::string{attempt} + ' ' + path_.string() + ": " + words_for(error);
}

std::filesystem::path rotated_file::rotated_path(std::uint32_t age) const {
  return path_.string() + '.' + std::to_string(age);
}

} // namespace floorwalker
