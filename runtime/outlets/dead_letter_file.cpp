#include "runtime/outlets/dead_letter_file.hpp"

#include "messages/json_text.hpp"
#include "messages/wire/timestamp.hpp"
#include "runtime/outlets/line_writer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace floorwalker {
std::filesystem::path dead_letter_path(const std::filesystem::path& data_dir, std::string_view sink) {
  return data_dir / "sinks" / sink / "dead-letters.jsonl";
}

std::string dead_letter_file::append(utc_time at, std::span<const dead_letter> letters) {
  if (letters.empty()) return {};
  file_system files;
  if (auto failed = make_folder(files, path_.parent_path()); !failed.empty()) return failed;
  // Readable too: whether the last line is complete is seen from its last byte.
  auto file = open_path(files, path_, O_RDWR | O_CREAT | O_APPEND | O_NONBLOCK);
  if (!file) return problem("open", errno);
  return write(files, file.descriptor(), text_of(at, letters));
}

std::string dead_letter_file::write(file_system& files, int descriptor, std::string text) const {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return problem("read", errno);
  if (!S_ISREG(status.st_mode)) return "cannot keep dead letters in " + path_.string() + ": it is no regular file";
  if (status.st_size == 0) {
    if (auto failed = synchronise_folder(files, path_.parent_path()); !failed.empty()) return failed;
  } else {
    char last = '\n';
    if (::pread(descriptor, &last, 1, status.st_size - 1) < 0) return problem("read", errno);
    if (last != '\n') text.insert(0, 1, '\n');
  }
  if (static_cast<std::uint64_t>(status.st_size) + text.size() > bytes_max_)
    return "cannot keep more dead letters in " + path_.string() + ": it has reached its bound of " +
           std::to_string(bytes_max_) + " bytes; move it away";
  auto error = write_text(descriptor, text, write_interruption{}).error;
  if (error == 0 && ::fdatasync(descriptor) != 0) error = errno;
  if (error == 0) return {};
  // If even this fails, the letters stand there twice after the next attempt, and none is lost.
  [[maybe_unused]] auto cut = ::ftruncate(descriptor, status.st_size);
  return problem("write", error);
}

std::string dead_letter_file::text_of(utc_time at, std::span<const dead_letter> letters) const {
  auto when = wire::to_text(at);
  std::string text;
  for (auto& letter : letters) {
    text += R"({"at":)";
    append_json_string(text, when);
    text += R"(,"sink":)";
    append_json_string(text, sink_);
    text += R"(,"reason":)";
    append_json_string(text, letter.reason);
    text += R"(,"node":)";
    append_json_string(text, letter.node);
    text += R"(,"epoch":)";
    append_decimal(text, letter.epoch);
    text += R"(,"record":)";
    text += letter.record;
    text += "}\n";
  }
  return text;
}

std::string dead_letter_file::problem(std::string_view attempt, int error) const {
  return "cannot " + std::string{attempt} + ' ' + path_.string() + ": " + words_for(error);
}

} // namespace floorwalker
