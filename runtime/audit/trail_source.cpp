#include "runtime/audit/trail_source.hpp"

#include "messages/wire/audit_line.hpp"
#include "runtime/audit/trail_format.hpp"

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
/// Memory for a usual read stays, since getting it from the system takes longer than reading.
constexpr std::size_t memory_kept_max = std::size_t{4} << 20;
constexpr std::size_t frame_size_max = frame_overhead + frame_payload_max;

/// Gives a clause on what is wrong with the record, or nothing.
std::string append_record(committed_batch& batch, draft_batch& drafts, const frame& found, std::uint64_t expected,
                          read_detail detail) {
  if (found.head.sequence != expected)
    return fmt::format("there is record {} where {} should be", found.head.sequence, expected);
  if (detail == read_detail::records) {
    auto parsed = wire::append_audit_line(drafts, found.payload);
    if (!parsed.problem.empty()) return fmt::format("record {} is no audit entry: {}", expected, parsed.problem);
    drafts.records.back().received_at = found.head.at; // the entry has milliseconds only
  }
  text_slice line{static_cast<std::uint32_t>(batch.lines.size()), static_cast<std::uint32_t>(found.payload.size())};
  batch.lines += found.payload;
  batch.lines += '\n';
  batch.positions.push_back({expected, found.head.valid_total, found.head.total, line});
  return {};
}

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

trail_stretch trail_source::read(std::uint64_t from, std::size_t bytes, read_detail detail) {
  bytes = std::min(bytes, stretch_bytes_max);
  auto looked_again = false;
  for (auto room = bytes + bytes / 4 + mark_distance;;) { // frames are larger than what is in them
    auto place = table_->find(from);
    trail_stretch answer{*tenant_, from, nullptr, {}};
    if (!place) return answer;
    auto& segment = place->segment;
    auto first = std::max(from, segment.first_sequence);
    auto at = *(std::ranges::upper_bound(marks_of(segment), first, {}, &mark::sequence) - 1);
    auto wanted = std::min<std::uint64_t>(room, segment.end - at.offset);
    auto content = read_part(*files_, folder_ / segment.name, at.offset, wanted, std::move(memory_));
    // It may have become too old since it was looked up.
    if (content.missing && !std::exchange(looked_again, true)) continue;
    if (content.missing || !content.problem.empty()) {
      answer.problem = content.missing ? fmt::format("segment {} is gone", segment.name) : std::move(content.problem);
      return answer;
    }
    if (content.text.size() < wanted) {
      answer.problem = fmt::format("segment {} was shortened by somebody else", segment.name);
      return answer;
    }
    answer = gather(*place, at, content.text, first, bytes, detail);
    if (content.text.capacity() <= memory_kept_max) memory_ = std::move(content.text);
    if (answer.batch || !answer.problem.empty()) {
      answer.from = from;
      return answer;
    }
    room += frame_size_max; // a single record that is larger than what was asked for
  }
}

/// Records from sequence `first` on out of `frames`, which begin at `at`. Nothing at all: there is no whole record.
trail_stretch trail_source::gather(const reading_place& place, mark at, std::string_view frames, std::uint64_t first,
                                   std::size_t bytes, read_detail detail) {
  auto& segment = place.segment;
  auto& known = marks_of(segment);
  auto drafts = std::make_shared<draft_batch>();
  auto batch = std::make_shared<committed_batch>();
  if (detail == read_detail::records) drafts->text.reserve(std::min(frames.size(), bytes));
  batch->lines.reserve(std::min(frames.size(), bytes));
  trail_stretch answer{*tenant_, first, nullptr, {}};
  auto begin = at.offset;
  frame found;
  while (at.sequence <= place.last_sequence && (batch->positions.empty() || batch->lines.size() < bytes)) {
    auto fault = parse_frame(frames.substr(static_cast<std::size_t>(at.offset - begin)), found);
    if (fault == frame_fault::incomplete && begin + frames.size() < segment.end) break;
    if (fault != frame_fault::none) {
      answer.problem =
          fmt::format("segment {} is damaged at offset {}, sequence {}", segment.name, at.offset, at.sequence);
    } else if (found.head.kind != frame_kind::checkpoint) {
      if (at.sequence >= first) answer.problem = append_record(*batch, *drafts, found, at.sequence, detail);
      ++at.sequence;
    }
    if (!answer.problem.empty()) break;
    at.offset += found.size;
    if (at.offset >= known.back().offset + mark_distance) known.push_back(at);
  }
  if (batch->positions.empty()) return answer;
  answer.problem.clear(); // what was read is given first; the next read meets the problem again
  batch->tenant = tenant_;
  batch->node = segment.node;
  batch->epoch = segment.epoch;
  batch->drafts = std::move(drafts);
  answer.batch = std::move(batch);
  return answer;
}

} // namespace floorwalker
