#include "runtime/outlets/rotated_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace floorwalker {

std::string rotated_file::write(std::uint64_t number, const delivery_group& group) {
  if (number != progress_.number && progress_.offset > 0) { // a sink failed within a text, and another one begins here
    close();
    file_ = {}; // so that a torn line is ended
  }
  progress_.enter(number);
  notice_changes();
  for (; progress_.delivery < group.size(); progress_.next_delivery()) {
    auto& text = group[progress_.delivery].text;
    if (!text) continue;
    if (auto failed = write_lines(*text); !failed.empty()) return failed;
  }
  return synchronise();
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
    if (!unsynchronised_) unsynchronised_ = place{progress_, file_.size};
    auto [written, error] = write_text(descriptor_, text.substr(progress_.offset, amount), interruption_);
    progress_.offset += written;
    file_.size += written;
    if (error == 0) continue;
    synchronise(); // what was written counts as delivered
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

/// Puts on the disk what this call of `write` wrote. If that fails it is taken back, to be written again: the system
/// tells of such a failure once, and the next attempt would succeed without the bytes.
std::string rotated_file::synchronise() {
  auto begin = std::exchange(unsynchronised_, std::nullopt);
  if (!begin || !is_regular_) return {};
  auto result = files_->synchronise_data(descriptor_);
  while (result != 0 && errno == EINTR) result = files_->synchronise_data(descriptor_);
  if (result == 0) return {};
  auto error = errno;
  progress_ = begin->progress;
  auto cut = files_->truncate(descriptor_, begin->size) == 0;
  close();
  if (cut)
    file_.size = begin->size;
  else
    file_ = {}; // the lines stand there twice then
  return problem("synchronise", error);
}

std::string rotated_file::rotate() {
  if (auto failed = synchronise(); !failed.empty()) return failed;
  close();
  file_ = {};
  std::error_code error;
  if (when_.keep == 0) {
    std::filesystem::remove(path_, error);
    return error ? problem("remove", error.value()) : std::string{};
  }
  for (auto age = when_.keep; age > 0; --age) {
    auto younger = age == 1 ? path_ : rotated_path(age - 1);
    if (files_->rename(younger, rotated_path(age)) != 0 && errno != ENOENT) return problem("rotate", errno);
  }
  return {};
}

std::string rotated_file::open() {
  auto folder = path_.parent_path();
  if (auto failed = make_folder(*files_, folder, 0777); !failed.empty()) return failed;
  // Readable too: whether the last line is complete is seen from its last byte.
  descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (descriptor_ < 0) return problem("open", errno);
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) {
    auto error = errno;
    close();
    return problem("read", error);
  }
  is_regular_ = S_ISREG(status.st_mode);
  // Here for the renames of a rotation too: an empty file follows each.
  if (is_regular_ && status.st_size == 0) {
    if (auto failed = synchronise_folder(*files_, folder.empty() ? "." : folder); !failed.empty()) {
      close();
      return failed;
    }
  }
  file_ = {status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size)};
  rotates_ = when_.bytes > 0 && is_regular_;
  // Two writers would mix their lines and rotate each other's file away. File systems without locks are trusted.
  if (!is_regular_ || ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return {};
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
