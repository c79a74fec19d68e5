#include "runtime/audit/trail_segments.hpp"

#include "runtime/audit/signing_key.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::uint64_t header_bytes_max = 4096; // two names of at most 1024 bytes, and what is fixed
constexpr std::uint64_t anchor_bytes_max = 65'536;

/// Ends the reading with a sentence; caught by read_segments.
struct damage_found : std::runtime_error {
  using std::runtime_error::runtime_error;
};

trail_segment read_header(file_system& files, const std::filesystem::path& folder, const named_segment& named,
                          const std::string& tenant, chain_hasher& hasher) {
  auto refuse = [&](std::string_view why) {
    return damage_found{fmt::format("segment {} can't be used: {}", named.name, why)};
  };
  auto content = read_part(files, folder / named.name, 0, header_bytes_max);
  if (!content.problem.empty()) throw refuse(content.problem);
  std::string_view bytes = content.text;
  auto parsed = parse_segment_header(bytes);
  if (!parsed.problem.empty()) throw refuse(parsed.problem);
  if (parsed.header.first_sequence != named.first_sequence || parsed.header.epoch != named.epoch)
    throw refuse(fmt::format("it holds sequence {} of epoch {} on, so it has another's name",
                             parsed.header.first_sequence, parsed.header.epoch));
  if (parsed.header.tenant != tenant) throw refuse(fmt::format("it belongs to tenant {}", parsed.header.tenant));
  return {named.name, std::move(parsed.header), parsed.size, hasher.start(bytes.substr(0, parsed.size)),
          content.file_size};
}

std::optional<trail_anchor> read_anchor(file_system& files, const std::filesystem::path& folder,
                                        const std::string& tenant, const std::string& public_pem) {
  auto content = read_file(files, folder / anchor_file, anchor_bytes_max);
  if (content.missing) return std::nullopt;
  auto refuse = [](std::string_view why) { return damage_found{fmt::format("the anchor can't be used: {}", why)}; };
  if (!content.problem.empty()) throw refuse(content.problem);
  std::string_view line = content.text;
  if (line.ends_with('\n')) line.remove_suffix(1);
  auto [text, signature, problem] = without_signature(line);
  if (!problem.empty()) throw refuse(problem);
  auto [anchor, flaw] = parse_anchor(text);
  if (!flaw.empty()) throw refuse(flaw);
  if (anchor.removed_through.tenant != tenant)
    throw refuse(fmt::format("it belongs to tenant {}", anchor.removed_through.tenant));
  if (anchor.removed_through.key != public_key_id(public_pem))
    spdlog::warn("tenant {}: the anchor of the audit trail is signed by key {}, which is not this node's", tenant,
                 anchor.removed_through.key);
  else if (!is_signed_by(public_pem, text, signature))
    throw refuse("its signature is wrong");
  return anchor;
}

bool begins_behind(const trail_segment& segment, const trail_anchor& anchor) {
  auto& header = segment.header;
  return header.first_sequence == anchor.removed_through.sequence + 1 &&
         header.previous == anchor.removed_through.hash && header.valid_total == anchor.valid_total &&
         header.total == anchor.total;
}

/// The oldest segment that is part of the trail.
std::size_t find_front(const trail_segments& trail) {
  auto& segments = trail.segments;
  if (!trail.anchor) {
    auto& first = segments.front().header;
    if (first.first_sequence != 1 || first.previous != chain_value{} || first.total != 0)
      throw damage_found{fmt::format("the trail begins with segment {}: older segments are missing, and no anchor says "
                                     "that they were removed",
                                     segments.front().name)};
    return 0;
  }
  auto front = std::ranges::find_if(segments, [&](auto& segment) { return begins_behind(segment, *trail.anchor); });
  if (front == segments.end())
    throw damage_found{fmt::format("the anchor says that records up to sequence {} were removed, and no segment goes "
                                   "on from there",
                                   trail.anchor->removed_through.sequence)};
  return static_cast<std::size_t>(front - segments.begin());
}

void check_order(const std::vector<trail_segment>& segments) {
  for (std::size_t i = 1; i < segments.size(); ++i) {
    auto& before = segments[i - 1].header;
    auto& header = segments[i].header;
    auto later_epoch = header.epoch > before.epoch;
    if (header.epoch < before.epoch || (header.first_sequence == before.first_sequence && !later_epoch) ||
        header.total < before.total || header.valid_total < before.valid_total)
      throw damage_found{
          fmt::format("segment {} does not go on from {}, the one before it", segments[i].name, segments[i - 1].name)};
  }
}

} // namespace

trail_segments read_segments(file_system& files, const std::filesystem::path& folder, const std::string& tenant,
                             const std::string& public_pem) {
  trail_segments trail;
  auto listing = list_trail_folder(folder);
  if (!listing.problem.empty()) {
    trail.damage = "the audit trail can't be read: " + listing.problem;
    return trail;
  }
  for (auto& name : listing.strange)
    spdlog::warn("tenant {}: {} is no segment of the audit trail; it is left alone", tenant, name);
  try {
    chain_hasher hasher;
    trail.anchor = read_anchor(files, folder, tenant, public_pem);
    for (auto& named : listing.segments) trail.segments.push_back(read_header(files, folder, named, tenant, hasher));
    if (trail.segments.empty()) {
      if (trail.anchor)
        throw damage_found{fmt::format("the anchor tells of records up to sequence {}, and there is no segment",
                                       trail.anchor->removed_through.sequence)};
      return trail;
    }
    auto front = static_cast<std::ptrdiff_t>(find_front(trail));
    for (auto left = trail.segments.begin(); left != trail.segments.begin() + front; ++left)
      trail.leftovers.push_back(left->name);
    trail.segments.erase(trail.segments.begin(), trail.segments.begin() + front);
    check_order(trail.segments);
  } catch (const damage_found& found) {
    trail = {};
    trail.damage = found.what();
  }
  return trail;
}

std::vector<epoch_start> epochs_of(const std::vector<trail_segment>& segments) {
  std::vector<epoch_start> epochs;
  for (auto& segment : segments)
    if (epochs.empty() || epochs.back().epoch != segment.header.epoch)
      epochs.push_back({segment.header.epoch, segment.header.first_sequence - 1});
  return epochs;
}

} // namespace floorwalker
