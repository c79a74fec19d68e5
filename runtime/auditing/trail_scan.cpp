#include "runtime/auditing/trail_scan.hpp"

#include "runtime/audit/segment_reader.hpp"
#include "runtime/auditing/kept_segments.hpp"

#include <fmt/format.h>

#include <utility>

namespace floorwalker {
namespace {

/// Receipt times may be off by so much against a segment's time of creation: the clock may have been set meanwhile.
constexpr std::chrono::hours clock_margin{24};

/// The damage where a segment does not follow from the one before; none where it does.
std::optional<trail_damage> link_damage(const segment_check_result& before, const named_segment& segment,
                                        const parsed_header& header) {
  if (!header.problem.empty() || !before.end_is_known) return std::nullopt; // told when it is read
  auto expected = before.next_sequence;
  if (header.header.first_sequence != expected)
    return trail_damage{damage_kind::missing,
                        segment.name,
                        0,
                        expected,
                        expected,
                        fmt::format("it begins with record {}, and the segment before it ends with record {}",
                                    header.header.first_sequence, expected - 1)};
  if (header.header.previous != before.end)
    return trail_damage{damage_kind::link, segment.name, 0,
                        expected,          expected,     "its header does not follow from the segment before it"};
  return std::nullopt;
}

class trail_scan {
public:
  trail_scan(file_system& files, const trail_scan_settings& settings, record_taker& taker,
             trail_check_progress& progress)
      : files_{files}, settings_{settings}, taker_{settings.bounds, taker}, progress_{progress} {}

  trail_scan_result run() && {
    auto kept = find_kept_segments(files_, settings_.folder);
    if (!kept.problem.empty()) {
      result_.problem = std::move(kept.problem);
      return std::move(result_);
    }
    for (const auto& header : kept.headers)
      if (result_.tenant.empty()) result_.tenant = header.header.tenant;
    keys_ = settings_.keys;
    result_.keys_are_given = !keys_.empty();
    if (settings_.verify && keys_.empty()) result_.problem = add_folders_key(files_, settings_.folder, keys_);
    auto range = segments_within(kept, settings_.bounds);
    std::uint64_t total = 0;
    for (auto i = range.first; i < range.first + range.count; ++i) total += kept.bytes[i];
    progress_.bytes_total = total;
    auto going = result_.problem.empty();
    for (auto i = range.first; going && i < range.first + range.count; ++i)
      going = settings_.verify ? read_verified(kept, i, i > range.first)
                               : read_plainly(kept.segments[i], i + 1 == kept.segments.size());
    return std::move(result_);
  }

private:
  void read_from(std::uint64_t first, std::uint64_t last) {
    if (first == 0 || last < first) return;
    if (result_.first_sequence == 0) result_.first_sequence = first;
    result_.last_sequence = last;
  }

  bool read_verified(const kept_segments& kept, std::size_t index, bool has_one_before) {
    if (has_one_before) {
      result_.damage = link_damage(before_, kept.segments[index], kept.headers[index]);
      if (result_.damage) return false;
    }
    auto checked = check_segment(files_, {.folder = settings_.folder,
                                          .segment = kept.segments[index],
                                          .is_last = index + 1 == kept.segments.size(),
                                          .keys = &keys_,
                                          .bytes_done = &progress_.bytes_done,
                                          .taker = &taker_});
    result_.problem = checked.problem;
    if (!result_.problem.empty()) return false;
    if (checked.records > 0 && checked.header) read_from(checked.header->first_sequence, checked.next_sequence - 1);
    if (!checked.damages.empty()) result_.damage = checked.damages.front();
    if (checked.proven && !keys_.empty()) result_.proven = checked.proven;
    result_.torn = checked.torn;
    before_ = std::move(checked);
    return !result_.damage && !before_.was_enough;
  }

  bool read_plainly(const named_segment& segment, bool is_last) {
    auto walked = walk_plainly(files_, settings_.folder / segment.name, taker_, progress_.bytes_done);
    result_.problem = walked.problem;
    result_.passed_over += walked.passed_over + (walked.ends_torn && !is_last);
    read_from(walked.first_sequence, walked.last_sequence);
    return result_.problem.empty() && !walked.was_enough;
  }

  file_system& files_;
  const trail_scan_settings& settings_;
  bounded_taker taker_;
  trail_check_progress& progress_;
  public_keys keys_;
  segment_check_result before_;
  trail_scan_result result_;
};

} // namespace

segment_range segments_within(const kept_segments& kept, const time_bounds& bounds) {
  auto created = [&](std::size_t i) { return kept.headers[i].header.created; };
  auto is_sound = [&](std::size_t i) { return kept.headers[i].problem.empty(); };
  auto end = kept.segments.size();
  std::size_t first = 0;
  // What stands before a segment was received before that was created.
  while (bounds.from && first + 1 < end && is_sound(first + 1) && created(first + 1) + clock_margin < *bounds.from)
    ++first;
  while (bounds.to && end > first && is_sound(end - 1) && created(end - 1) - clock_margin >= *bounds.to) --end;
  return {first, end - first};
}

plain_walk_result walk_plainly(file_system& files, const std::filesystem::path& path, record_taker& taker,
                               std::atomic<std::uint64_t>& bytes_done) {
  constexpr std::uint64_t progress_step = 1 << 20;
  plain_walk_result result;
  segment_reader reader{files, path};
  if (!reader.problem().empty() || reader.header().newer) {
    result.problem = reader.problem().empty() ? path.string() + ": " + reader.header().problem : reader.problem();
    return result;
  }
  std::uint64_t told = 0;
  auto tell = [&](std::uint64_t offset) {
    bytes_done.fetch_add(offset - told, std::memory_order_relaxed);
    told = offset;
  };
  frame found;
  while (!result.was_enough) {
    if (reader.offset() - told >= progress_step) tell(reader.offset());
    if (!reader.next(found)) {
      if (!reader.problem().empty() || reader.fault() == frame_fault::none) break;
      result.ends_torn = !reader.find(reader.offset(), segment_reader::frames::any);
      if (result.ends_torn) break;
      ++result.passed_over;
      continue;
    }
    if (found.head.kind != frame_kind::record) continue;
    if (result.first_sequence == 0) result.first_sequence = found.head.sequence;
    result.last_sequence = found.head.sequence;
    result.was_enough = !taker.take(found);
  }
  result.problem = reader.problem();
  tell(std::max(told, reader.size()));
  return result;
}

trail_scan_result scan_trail(file_system& files, const trail_scan_settings& settings, record_taker& taker,
                             trail_check_progress& progress) {
  return trail_scan{files, settings, taker, progress}.run();
}

} // namespace floorwalker
