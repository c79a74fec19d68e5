#include "runtime/audit/trail_folder.hpp"

#include "runtime/audit/checksummed_text.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <system_error>

namespace floorwalker {
namespace {

constexpr std::string_view suffix = ".trail";
constexpr std::size_t sequence_digits = 20;
constexpr std::size_t epoch_digits = 6;
constexpr std::string_view identity_kind = "floorwalker-identity";
constexpr std::uint64_t identity_bytes_max = 4096;

std::optional<std::uint64_t> number_of(std::string_view digits) {
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc{} && end == digits.data() + digits.size() ? std::optional{number} : std::nullopt;
}

/// What tells a file from its copies. A file system that keeps no births leaves the inode alone to tell.
std::optional<std::string> marks_of(int descriptor) {
  struct statx status {};
  if (::statx(descriptor, "", AT_EMPTY_PATH, STATX_INO | STATX_BTIME, &status) != 0) return std::nullopt;
  auto born = (status.stx_mask & STATX_BTIME) != 0;
  return fmt::format("inode {}\nborn {}.{:09}\n", status.stx_ino, born ? status.stx_btime.tv_sec : 0,
                     born ? status.stx_btime.tv_nsec : 0);
}

} // namespace

std::string segment_name(std::uint64_t first_sequence, std::uint64_t epoch) {
  return fmt::format("{:020}-{:06}{}", first_sequence, epoch, suffix);
}

std::optional<named_segment> parse_segment_name(std::string_view name) {
  if (name.size() < sequence_digits + 1 + epoch_digits + suffix.size() || !name.ends_with(suffix) ||
      name[sequence_digits] != '-')
    return std::nullopt;
  auto epoch_text = name.substr(sequence_digits + 1, name.size() - suffix.size() - sequence_digits - 1);
  auto first = number_of(name.substr(0, sequence_digits));
  auto epoch = number_of(epoch_text);
  if (!first || !epoch || segment_name(*first, *epoch) != name) return std::nullopt;
  return named_segment{std::string{name}, *first, *epoch};
}

folder_listing list_trail_folder(const std::filesystem::path& folder) {
  folder_listing listing;
  std::error_code error;
  std::filesystem::directory_iterator entries{folder, error};
  if (error == std::errc::no_such_file_or_directory) return listing;
  for (; !error && entries != std::filesystem::directory_iterator{}; entries.increment(error)) {
    auto name = entries->path().filename().string();
    if (!name.ends_with(suffix)) continue;
    if (auto segment = parse_segment_name(name))
      listing.segments.push_back(std::move(*segment));
    else
      listing.strange.push_back(std::move(name));
  }
  if (error) return {{}, {}, file_problem("list", folder, error.value())};
  std::ranges::sort(listing.segments, [](const auto& left, const auto& right) {
    return std::pair{left.first_sequence, left.epoch} < std::pair{right.first_sequence, right.epoch};
  });
  std::ranges::sort(listing.strange);
  return listing;
}

folder_origin origin_of(file_system& files, const std::filesystem::path& folder) {
  auto path = folder / identity_file;
  auto file = open_path(files, path, O_RDONLY);
  if (!file) return folder_origin::unknown;
  auto marks = marks_of(file.descriptor());
  auto content = read_file(files, path, identity_bytes_max);
  auto [body, problem] = parse_checksummed(identity_kind, 1, content.text);
  if (!marks || !content.problem.empty() || !problem.empty()) return folder_origin::unknown;
  return body == *marks ? folder_origin::same : folder_origin::copied;
}

std::string write_identity(file_system& files, const std::filesystem::path& folder) {
  // The marks are those of the file itself, so it has to exist first. It gets its name when it is complete.
  auto path = folder / identity_file;
  auto fresh = path;
  fresh += ".new";
  {
    if (files.remove(fresh) != 0 && errno != ENOENT) return file_problem("remove", fresh, errno);
    auto file = open_path(files, fresh, O_WRONLY | O_CREAT | O_EXCL);
    if (!file) return file_problem("open", fresh, errno);
    auto marks = marks_of(file.descriptor());
    if (!marks) return file_problem("read", fresh, errno);
    if (auto error = write_all(files, file.descriptor(), checksummed(identity_kind, 1, *marks), 0))
      return file_problem("write", fresh, error);
    if (files.synchronise(file.descriptor()) != 0) return file_problem("synchronise", fresh, errno);
  }
  if (files.rename(fresh, path) != 0) return file_problem("rename to", path, errno);
  return synchronise_folder(files, folder);
}

} // namespace floorwalker
