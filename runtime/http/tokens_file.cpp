#include "runtime/http/tokens_file.hpp"

#include "runtime/audit/file_system.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace floorwalker {
namespace {

constexpr mode_t writable_by_others = S_IWGRP | S_IWOTH;

std::string trouble(std::string_view attempt, const std::filesystem::path& path) {
  return file_problem(attempt, path, errno);
}

/// Who may write this file may sign in: one clause if that is somebody else.
std::string ownership_problem(const std::filesystem::path& path, const struct stat& state) {
  if (!S_ISREG(state.st_mode)) return fmt::format("{} is no plain file", path.string());
  if (state.st_uid != 0 && state.st_uid != ::geteuid())
    return fmt::format("{} belongs to another user: who owns it could let anybody in", path.string());
  if ((state.st_mode & writable_by_others) != 0)
    return fmt::format("{} may be written by its group or by everybody: expected mode 0600", path.string());
  return {};
}

/// Writes the text to a neighbour of `path` and puts that in its place.
std::string replace(file_system& files, const std::filesystem::path& path, const std::string& text) {
  struct stat state {};
  bool existed = ::stat(path.c_str(), &state) == 0;
  auto fresh = path;
  fresh += ".new";
  (void)files.remove(fresh); // left by a crash; whoever works on it now holds the lock
  auto file = open_path(files, fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (!file) return trouble("cannot write", fresh);
  auto discard = [&](std::string problem) {
    (void)files.remove(fresh);
    return problem;
  };
  if (existed) {
    // Root writes it for a service that runs as another user, who must still be able to read it.
    if (::fchown(file.descriptor(), state.st_uid, state.st_gid) != 0 && ::geteuid() == 0)
      return discard(trouble("cannot give its owner to", fresh));
    if (::fchmod(file.descriptor(), state.st_mode & (S_IRUSR | S_IWUSR | S_IRGRP)) != 0)
      return discard(trouble("cannot set the mode of", fresh));
  }
  if (auto error = write_all(files, file.descriptor(), text, 0); error != 0)
    return discard(file_problem("cannot write", fresh, error));
  if (files.synchronise(file.descriptor()) != 0) return discard(trouble("cannot write", fresh));
  if (files.rename(fresh, path) != 0) return discard(trouble("cannot replace", path));
  return synchronise_folder(files, path.has_parent_path() ? path.parent_path() : ".");
}

} // namespace

tokens_file_content read_tokens_file(const std::filesystem::path& path) {
  tokens_file_content result;
  file_system files;
  struct stat state {};
  if (::stat(path.c_str(), &state) != 0) {
    result.missing = errno == ENOENT;
    if (!result.missing) result.problem = trouble("cannot read", path);
    return result;
  }
  result.problem = ownership_problem(path, state);
  if (!result.problem.empty()) return result;
  auto read = read_file(files, path, tokens_file_bytes_max);
  result.missing = read.missing;
  result.problem = std::move(read.problem);
  if (!result.problem.empty()) return result;
  auto parsed = parse_tokens(read.text);
  result.text = std::move(read.text);
  result.tokens = std::move(parsed.tokens);
  if (!parsed.problems.empty()) result.problem = fmt::format("{}: {}", path.string(), parsed.problems.front());
  if (parsed.problems.size() > 1) result.problem += fmt::format(" (and {} more)", parsed.problems.size() - 1);
  return result;
}

std::string edit_tokens_file(const std::filesystem::path& path,
                             const std::function<std::optional<std::string>(const tokens_file_content&)>& edit) {
  file_system files;
  std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  // The folder is what is locked: the file itself is another one after each change.
  auto lock = open_path(files, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (!lock) return trouble("cannot open", folder);
  if (::flock(lock.descriptor(), LOCK_EX) != 0) return trouble("cannot lock", folder);
  auto before = read_tokens_file(path);
  if (!before.problem.empty()) return before.problem;
  auto after = edit(before);
  if (!after) return {};
  return replace(files, path, *after);
}

} // namespace floorwalker
