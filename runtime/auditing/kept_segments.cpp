#include "runtime/auditing/kept_segments.hpp"

#include <fmt/format.h>

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <numeric>
#include <system_error>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::uint64_t anchor_bytes_max = 65'536;

kept_segments refused(std::string problem) {
  kept_segments none;
  none.problem = std::move(problem);
  return none;
}

/// One clause on why the anchor's file can't be read, or nothing.
std::string read_anchor(file_system& files, const std::filesystem::path& folder, kept_segments& kept) {
  auto content = read_file(files, folder / anchor_file, anchor_bytes_max);
  if (content.missing) return {};
  if (!content.problem.empty()) return content.problem;
  if (content.text.ends_with('\n')) content.text.pop_back();
  kept.anchor_text = without_signature(content.text);
  if (!kept.anchor_text.problem.empty()) return {};
  auto parsed = parse_anchor(kept.anchor_text.signed_text);
  kept.anchor_text.problem = parsed.problem;
  if (parsed.problem.empty()) kept.anchor = std::move(parsed.anchor);
  return {};
}

/// What begins the file. A file that can't be read is one whose header does not verify; whoever reads on says why.
parsed_header read_header(file_system& files, const std::filesystem::path& path) {
  constexpr std::size_t header_bytes_max = 4'096;
  std::string bytes(header_bytes_max, '\0');
  auto file = open_path(files, path, O_RDONLY);
  auto got = file ? files.read_at(file.descriptor(), bytes.data(), bytes.size(), 0) : -1;
  return parse_segment_header(std::string_view{bytes}.substr(0, static_cast<std::size_t>(std::max<ssize_t>(got, 0))));
}

/// A crash may have come between the writing of the anchor and the removal of what it says is removed.
void leave_out_removed(kept_segments& kept) {
  const auto& removed = kept.anchor->removed_through;
  auto count = kept.segments.size();
  std::size_t first = 0;
  while (first < count && kept.segments[first].first_sequence != removed.sequence + 1) ++first;
  // Without a segment that begins there, verification says what is wrong.
  if (first == count) return;
  // Of several, all but the last are without records, and some of those may be removed too.
  for (auto i = first; i < count && kept.segments[i].first_sequence == removed.sequence + 1; ++i) {
    if (kept.headers[i].header.previous != removed.hash) continue;
    first = i;
    break;
  }
  kept.left_over = first;
  auto gone = static_cast<std::ptrdiff_t>(first);
  kept.segments.erase(kept.segments.begin(), kept.segments.begin() + gone);
  kept.headers.erase(kept.headers.begin(), kept.headers.begin() + gone);
}

} // namespace

std::uint64_t kept_segments::all_bytes() const { return std::accumulate(bytes.begin(), bytes.end(), std::uint64_t{0}); }

kept_segments find_kept_segments(file_system& files, const std::filesystem::path& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error))
    return refused(error ? file_problem("read", folder, error.value())
                         : fmt::format("{} is no folder: expected that of a tenant's trail", folder.string()));
  auto listing = list_trail_folder(folder);
  if (!listing.problem.empty()) return refused(std::move(listing.problem));
  kept_segments kept;
  if (auto problem = read_anchor(files, folder, kept); !problem.empty()) return refused(std::move(problem));
  kept.segments = std::move(listing.segments);
  kept.strange = std::move(listing.strange);
  for (const auto& segment : kept.segments) kept.headers.push_back(read_header(files, folder / segment.name));
  if (kept.anchor) leave_out_removed(kept);
  if (kept.segments.empty())
    return refused(fmt::format("{} holds no segment of a trail: expected the folder of one tenant, "
                               "<data-dir>/<audit.directory>/<tenant>",
                               folder.string()));
  for (const auto& segment : kept.segments) {
    auto size = std::filesystem::file_size(folder / segment.name, error);
    kept.bytes.push_back(error ? 0 : size);
  }
  return kept;
}

} // namespace floorwalker
