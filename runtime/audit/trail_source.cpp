#include "runtime/audit/trail_source.hpp"

#include "messages/wire/audit_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace floorwalker {
namespace {

/// Between two marks: what has to be passed over, at most, to get to a record.
constexpr std::uint64_t mark_distance = std::uint64_t{64} << 10;
constexpr std::size_t marked_segments_max = 64;
/// Slices of a batch have 32 bits, and its memory is a reader's.
constexpr std::size_t stretch_bytes_max = std::size_t{64} << 20;

} // namespace

trail_source::trail_source(file_system_ptr files, std::filesystem::path folder, std::string tenant,
                           std::shared_ptr<const segment_table> table)
    : files_{std::move(files)},
      folder_{std::move(folder)},
      tenant_{std::make_shared<const std::string>(std::move(tenant))},
      table_{std::move(table)} {}

trail_source::marks& trail_source::marks_of(const readable_segment& segment) {
  auto found = marks_.find(segment.name);
  if (found != marks_.end()) return found->second;
  // The oldest one goes: a reader that is behind comes past it once.
  if (marks_.size() >= marked_segments_max) marks_.erase(marks_.begin());
  return marks_[segment.name] = {{segment.first_sequence, segment.header_size}};
}

trail_stretch trail_source::read(std::uint64_t from, std::size_t bytes) {
  for (auto again = true;; again = false) {
    auto place = table_->find(from);
    if (!place) return {*tenant_, from, nullptr, {}};
    segment_stream stream{*files_, folder_ / place->segment.name, place->segment.end};
    // It may have become too old since it was looked up.
    if (stream.missing() && again) continue;
    return read(*place, stream, from, std::min(bytes, stretch_bytes_max));
  }
}

trail_stretch trail_source::read(const reading_place& place, segment_stream& stream, std::uint64_t from,
                                 std::size_t bytes) {
  auto& segment = place.segment;
  auto& known = marks_of(segment);
  auto first = std::max(from, segment.first_sequence);
  auto at = *(std::ranges::upper_bound(known, first, {}, &mark::sequence) - 1);
  auto drafts = std::make_shared<draft_batch>();
  auto batch = std::make_shared<committed_batch>();
  auto room = static_cast<std::size_t>(std::min<std::uint64_t>(bytes + bytes / 8, segment.end));
  drafts->text.reserve(room);
  batch->lines.reserve(room);
  std::string problem;
  frame found;
  while (at.sequence <= place.last_sequence && (batch->positions.empty() || batch->lines.size() < bytes)) {
    auto fault = stream.frame_at(at.offset, found);
    if (!stream.problem().empty()) {
      problem = stream.problem();
    } else if (fault != frame_fault::none) {
      problem = fmt::format("segment {} is damaged at offset {}, sequence {}", segment.name, at.offset, at.sequence);
    } else if (found.head.kind != frame_kind::checkpoint && found.head.sequence != at.sequence) {
      problem = fmt::format("segment {} has sequence {} at offset {}, where {} should be", segment.name,
                            found.head.sequence, at.offset, at.sequence);
    } else if (found.head.kind != frame_kind::checkpoint && at.sequence >= first) {
      auto parsed = wire::append_audit_line(*drafts, found.payload);
      if (!parsed.problem.empty())
        problem = fmt::format("record {} is no audit entry: {}", at.sequence, parsed.problem);
      else
        drafts->records.back().received_at = found.head.at; // the entry has milliseconds only
    }
    if (!problem.empty()) break;
    if (found.head.kind != frame_kind::checkpoint) {
      if (at.sequence >= first) {
        text_slice line{static_cast<std::uint32_t>(batch->lines.size()),
                        static_cast<std::uint32_t>(found.payload.size())};
        batch->lines += found.payload;
        batch->lines += '\n';
        batch->positions.push_back({at.sequence, found.head.valid_total, found.head.total, line});
      }
      ++at.sequence;
    }
    at.offset += found.size;
    if (at.offset >= known.back().offset + mark_distance) known.push_back(at);
  }
  // What was read is given first; the next read meets the problem again.
  if (batch->positions.empty()) return {*tenant_, from, nullptr, std::move(problem)};
  batch->tenant = tenant_;
  batch->node = segment.node;
  batch->epoch = segment.epoch;
  batch->drafts = std::move(drafts);
  return {*tenant_, from, std::move(batch), {}};
}

} // namespace floorwalker
