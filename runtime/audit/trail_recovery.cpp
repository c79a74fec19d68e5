#include "runtime/audit/trail_recovery.hpp"

#include "actors/audit/known_states.hpp"
#include "messages/wire/audit_line.hpp"
#include "runtime/audit/segment_reader.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::uint64_t snapshot_bytes_max = std::uint64_t{1} << 30;

/// Ends the recovery with a sentence; caught by recover_trail.
struct damage_found : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class trail_walk {
public:
  trail_walk(file_system& files, const recovery_request& request, const std::vector<trail_segment>& segments)
      : files_{files}, request_{request}, segments_{segments} {}

  /// Verifies everything from `from` on, which lies in segment `index`, and takes it to what is known.
  void run(kept_snapshot from, std::size_t index) {
    known_ = std::move(from);
    torn_bytes_ = 0;
    for (auto i = index; i < segments_.size(); ++i) {
      if (i > index) enter(segments_[i]);
      follow(segments_[i], i + 1 == segments_.size());
    }
  }

  const kept_snapshot& known() const { return known_; } ///< its place is the trail's end
  std::uint64_t torn_bytes() const { return torn_bytes_; }

private:
  trail_place& place() { return known_.place; }

  damage_found damaged(std::string_view why) {
    return damage_found{fmt::format("segment {} is damaged at offset {}, sequence {}: {}", place().segment,
                                    place().offset, place().position.sequence + 1, why)};
  }

  void enter(const trail_segment& segment) {
    auto& header = segment.header;
    auto& before = place();
    if (header.previous != before.chain || header.first_sequence != before.position.sequence + 1 ||
        header.total != before.position.total || header.valid_total != before.position.valid_total)
      throw damage_found{fmt::format("segment {} does not go on from {}, which ends with sequence {}: one between them "
                                     "is missing, or one of them was changed",
                                     segment.name, before.segment, before.position.sequence)};
    before.segment = segment.name;
    before.offset = segment.header_size;
    before.chain = segment.start;
  }

  void follow(const trail_segment& segment, bool last) {
    segment_reader reader{files_, request_.folder / segment.name};
    reader.seek(place().offset);
    frame found;
    while (reader.next(found)) take(found);
    auto fault = reader.fault();
    auto begins_behind = [&] { return reader.find(place().offset, segment_reader::frames::that_begin_batches); };
    if (fault != frame_fault::none && (!last || begins_behind())) throw damaged(words_for(fault));
    if (!reader.problem().empty()) throw damaged(reader.problem());
    if (fault != frame_fault::none) torn_bytes_ = reader.size() - place().offset;
  }

  static std::string_view words_for(frame_fault fault) {
    switch (fault) {
    case frame_fault::incomplete:
      return "the file ends within a frame";
    case frame_fault::checksum:
      return "the checksum of a frame is wrong";
    default:
      return "there is no frame where one should be";
    }
  }

  void take(const frame& found) {
    auto chain = hasher_.next(place().chain, found.chained);
    if (chain != found.chain) throw damaged("the chain is broken");
    if (found.head.kind == frame_kind::checkpoint)
      pass_checkpoint(found);
    else
      take_record(found);
    place().offset += found.size;
    place().chain = chain;
  }

  void pass_checkpoint(const frame& found) {
    if (found.head.sequence != place().position.sequence) throw damaged("a checkpoint stands out of its order");
    place().unsealed = false;
  }

  void take_record(const frame& found) {
    auto& position = place().position;
    if (found.head.kind != frame_kind::record) throw damaged("it is a kind of record that this version does not write");
    if (found.head.sequence != position.sequence + 1)
      throw damaged(fmt::format("the record has sequence {}", found.head.sequence));
    draft_.text.clear();
    draft_.records.clear();
    auto parsed = wire::append_audit_line(draft_, found.payload);
    if (!parsed.problem.empty()) throw damaged("the record is no audit entry: " + parsed.problem);
    auto& record = draft_.records.front();
    record.received_at = found.head.at;
    auto transition = record.kind == record_kind::transition;
    trail_position next{position.sequence + 1, position.valid_total + (transition && record.valid ? 1 : 0),
                        position.total + (transition ? 1 : 0)};
    if (parsed.sequence != next.sequence ||
        trail_position{found.head.sequence, found.head.valid_total, found.head.total} != next)
      throw damaged("the frame contradicts the record in it");
    position = next;
    place().last_record = std::max(place().last_record, found.head.at);
    place().unsealed = true;
    apply_record(known_.agents, request_.tenant, record, draft_.text);
    for (auto& key : known_.monitored.take(record.kind, found.payload)) known_.agents.erase(key);
    if (next.sequence > known_.counts.through_sequence) count_record(known_.counts, record, found.payload);
  }

  file_system& files_;
  const recovery_request& request_;
  const std::vector<trail_segment>& segments_;
  chain_hasher hasher_;
  draft_batch draft_;
  kept_snapshot known_;
  std::uint64_t torn_bytes_ = 0;
};

class trail_recovery {
public:
  trail_recovery(file_system& files, const recovery_request& request) : files_{files}, request_{request} {}

  recovery run() {
    auto trail = read_segments(files_, request_.folder, request_.tenant, request_.public_pem);
    if (!trail.damage.empty()) throw damage_found{trail.damage};
    result_.segments = std::move(trail.segments);
    result_.leftovers = std::move(trail.leftovers);
    read_snapshot();
    if (result_.segments.empty()) {
      if (snapshot_)
        throw damage_found{
            fmt::format("the snapshot tells of {} records, and there is no segment", snapshot_->committed)};
      result_.writes_identity = true;
    } else {
      origin_ = origin_of(files_, request_.folder);
      result_.writes_identity = origin_ != folder_origin::same;
      read_records();
    }
    choose_epoch();
    return std::move(result_);
  }

private:
  void read_snapshot() {
    auto content = read_file(files_, request_.folder / snapshot_file, snapshot_bytes_max);
    if (content.missing) return;
    auto problem = std::move(content.problem);
    if (problem.empty()) {
      auto parsed = parse_snapshot(content.text);
      problem = std::move(parsed.problem);
      if (problem.empty()) snapshot_ = std::move(parsed.snapshot);
    }
    if (!problem.empty())
      spdlog::warn("tenant {}: the audit trail's snapshot can't be used, so the whole trail is read: {}",
                   request_.tenant, problem);
  }

  void read_records() {
    trail_walk walk{files_, request_, result_.segments};
    auto index = snapshot_ ? segment_of(snapshot_->place) : std::nullopt;
    if (snapshot_ && !index)
      spdlog::warn("tenant {}: the snapshot does not fit the audit trail, so the whole trail is read", request_.tenant);
    if (index)
      walk.run(*snapshot_, *index);
    else
      walk.run(from_the_front(), 0);
    if (snapshot_ && ahead(*snapshot_, walk.known().place.position.sequence)) {
      if (origin_ == folder_origin::same)
        throw damage_found{fmt::format("the trail ends with sequence {} in segment {} at offset {}, but the snapshot "
                                       "tells of {} records that were on disk",
                                       walk.known().place.position.sequence, walk.known().place.segment,
                                       walk.known().place.offset, snapshot_->committed)};
      // A copy made while the trail was written; its snapshot is of a later moment than its segments.
      if (index) walk.run(from_the_front(), 0);
      index.reset();
    }
    if (index) {
      result_.snapshot_sequence = snapshot_->place.position.sequence;
      result_.snapshot_segment = snapshot_->place.segment;
    }
    report_torn_end(walk);
    take_over(walk);
  }

  static bool ahead(const kept_snapshot& snapshot, std::uint64_t end) {
    return std::max(snapshot.committed, snapshot.counts.through_sequence) > end;
  }

  kept_snapshot from_the_front() const {
    auto& first = result_.segments.front();
    kept_snapshot nothing;
    nothing.place = {first.name,
                     first.header_size,
                     first.start,
                     {first.header.first_sequence - 1, first.header.valid_total, first.header.total},
                     {}};
    nothing.counts.through_sequence = first.header.first_sequence - 1;
    return nothing;
  }

  /// The segment in which a snapshot's place lies, if the trail is there what the snapshot says.
  std::optional<std::size_t> segment_of(const trail_place& place) {
    auto found = std::ranges::find(result_.segments, place.segment, &trail_segment::name);
    if (found == result_.segments.end() || place.offset < found->header_size || place.offset > found->size)
      return std::nullopt;
    auto& header = found->header;
    auto chain = found->start;
    if (place.offset == found->header_size) {
      if (place.position != trail_position{header.first_sequence - 1, header.valid_total, header.total})
        return std::nullopt;
    } else {
      if (place.offset < found->header_size + frame_overhead || place.position.sequence + 1 < header.first_sequence)
        return std::nullopt;
      auto stored = read_part(files_, request_.folder / found->name, place.offset - chain.size(), chain.size()).text;
      if (stored.size() != chain.size()) return std::nullopt;
      std::copy(stored.begin(), stored.end(), chain.begin());
    }
    if (chain != place.chain) return std::nullopt;
    return static_cast<std::size_t>(found - result_.segments.begin());
  }

  void report_torn_end(const trail_walk& walk) const {
    if (walk.torn_bytes() == 0) return;
    auto& end = walk.known().place;
    // Whoever delivered a record had it from the disk. A copy of a folder that was being written explains itself.
    if (origin_ == folder_origin::same && request_.synchronised)
      for (auto& cursor : request_.cursors)
        if (cursor.epoch == result_.segments.back().header.epoch && cursor.sequence > end.position.sequence)
          throw damage_found{fmt::format("segment {} is damaged at offset {}, sequence {}: a sink has delivered up to "
                                         "sequence {}, so no crash explains it",
                                         end.segment, end.offset, end.position.sequence + 1, cursor.sequence)};
    spdlog::warn(
        "tenant {}: the audit trail ends within a batch that was never acknowledged; {} bytes from sequence {} "
        "on are cut off (segment {}, offset {})",
        request_.tenant, walk.torn_bytes(), end.position.sequence + 1, end.segment, end.offset);
  }

  void take_over(const trail_walk& walk) {
    auto& known = walk.known();
    result_.end = known.place;
    result_.monitored = known.monitored;
    result_.epochs = epochs_of(result_.segments);
    auto& counts = result_.known.counts;
    counts = known.counts;
    counts.total_processed = known.place.position.total;
    counts.valid = known.place.position.valid_total;
    counts.unverified_transitions = counts.total_processed - counts.valid;
    counts.through_sequence = known.place.position.sequence;
    result_.known.agents = known.agents;
    if (auto ids = known.monitored.agent_ids(); !ids.empty())
      result_.known.cut = cut_monitoring{std::move(ids), known.place.last_record};
  }

  void choose_epoch() {
    auto last = result_.epochs.empty() ? std::uint64_t{0} : result_.epochs.back().epoch;
    auto newest = last;
    auto delivered = false; // more than there is
    for (auto& cursor : request_.cursors) {
      newest = std::max(newest, cursor.epoch);
      if (cursor.epoch > last || (cursor.epoch == last && cursor.sequence > result_.end.position.sequence))
        delivered = true;
    }
    std::string_view why;
    if (delivered)
      why = "a sink has delivered more records than it holds";
    else if (!result_.segments.empty() && origin_ == folder_origin::copied)
      why = "its folder was brought back from a copy";
    else if (!result_.segments.empty() && origin_ == folder_origin::unknown)
      why = "nothing says that its folder is no copy";
    else if (!result_.segments.empty() && result_.segments.back().header.node != request_.node)
      why = "the node has another name";
    if (!why.empty())
      spdlog::warn("tenant {}: the audit trail goes on behind sequence {} in a new epoch, {}: {}", request_.tenant,
                   result_.end.position.sequence, newest + 1, why);
    result_.begins_epoch = result_.epochs.empty() || !why.empty();
    if (result_.begins_epoch) result_.epochs.push_back({newest + 1, result_.end.position.sequence});
  }

  file_system& files_;
  const recovery_request& request_;
  recovery result_;
  std::optional<kept_snapshot> snapshot_;
  folder_origin origin_ = folder_origin::unknown;
};

} // namespace

recovery recover_trail(file_system& files, const recovery_request& request) {
  try {
    return trail_recovery{files, request}.run();
  } catch (const damage_found& found) {
    recovery damaged;
    damaged.known.damage = found.what();
    return damaged;
  }
}

} // namespace floorwalker
