#include "runtime/auditing/trail_links.hpp"

#include "messages/wire/printable_sample.hpp"
#include "messages/wire/timestamp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace floorwalker {
namespace {

constexpr chain_value zeros{};

/// What a segment has to follow from.
struct trail_end {
  std::string named; ///< for a clause: "segment …", "the anchor"
  std::uint64_t next_sequence = 1;
  std::uint64_t valid_total = 0;
  std::uint64_t total = 0;
  std::uint64_t epoch = 0;
  chain_value chain{};
  std::optional<chain_value> record_chain = zeros; ///< of the last record; none: not known
  bool is_known = true;                            ///< false: damage reaches to it
};

std::string records(std::uint64_t first, std::uint64_t last) {
  return first == last ? fmt::format("record {} is", first) : fmt::format("records {} to {} are", first, last);
}

class linker {
public:
  linker(trail_check_result& result, std::vector<segment_check_result> segments, std::vector<published_hash> published)
      : result_{result}, segments_{std::move(segments)}, published_{std::move(published)} {}

  void link();

private:
  void begin();
  void follow(const segment_check_result& segment);
  void compare_header(const segment_check_result& segment, const segment_header& header);
  void compare_early(const segment_check_result& segment);
  void add_damages(const segment_check_result& segment);
  void add_counts(const segment_check_result& segment);
  void compare_published();
  const segment_check_result& segment_of(std::uint64_t sequence) const;

  void report(trail_damage damage) { result_.damages.push_back(std::move(damage)); }

  trail_check_result& result_;
  std::vector<segment_check_result> segments_;
  std::vector<published_hash> published_;
  trail_end end_;
};

void linker::begin() {
  if (!result_.anchor) return;
  const auto& [made, valid_total, total] = *result_.anchor;
  end_ = {"the anchor", made.sequence + 1, valid_total, total, 0, made.hash, std::nullopt, true};
}

void linker::compare_header(const segment_check_result& segment, const segment_header& header) {
  // Where nothing is known of the segment before, the name is what is left to go by.
  auto named = parse_segment_name(segment.name);
  auto expected = end_.is_known || !named ? end_.next_sequence : named->first_sequence;
  auto wrong = [&](damage_kind kind, std::uint64_t last, std::string what) {
    report({kind, segment.name, 0, expected, std::max(expected, last), std::move(what)});
  };
  if (segment_name(header.first_sequence, header.epoch) != segment.name)
    wrong(damage_kind::file_name, header.first_sequence,
          fmt::format("its header is that of {}: it was renamed, or put in another segment's place",
                      segment_name(header.first_sequence, header.epoch)));
  if (!result_.tenant.empty() && header.tenant != result_.tenant)
    wrong(damage_kind::header, header.first_sequence,
          fmt::format("it is of tenant {}, not {}", wire::printable_sample(header.tenant),
                      wire::printable_sample(result_.tenant)));
  if (result_.anchor && end_.named == "the anchor" && result_.anchor->removed_through.tenant != header.tenant)
    wrong(damage_kind::anchor, header.first_sequence,
          fmt::format("the anchor is of tenant {}", wire::printable_sample(result_.anchor->removed_through.tenant)));
  if (header.epoch < end_.epoch)
    wrong(damage_kind::link, header.first_sequence,
          fmt::format("its epoch is {}, behind epoch {}", header.epoch, end_.epoch));
  if (!end_.is_known) return; // nothing says what it should follow from, and that is told already
  if (header.first_sequence > end_.next_sequence)
    return wrong(damage_kind::missing, header.first_sequence - 1,
                 fmt::format("{} missing: before it, {} ends; a segment is gone, or that one was cut",
                             records(end_.next_sequence, header.first_sequence - 1), end_.named));
  if (header.first_sequence < end_.next_sequence)
    return wrong(damage_kind::link, expected,
                 fmt::format("it begins with record {}, and {} reaches to record {}", header.first_sequence, end_.named,
                             end_.next_sequence - 1));
  if (header.previous != end_.chain)
    return wrong(
        damage_kind::link, header.first_sequence,
        fmt::format("its header does not follow from {}: one of them was rewritten, put in another's place, or "
                    "taken from elsewhere",
                    end_.named));
  if (header.valid_total != end_.valid_total || header.total != end_.total)
    wrong(damage_kind::totals, header.first_sequence,
          fmt::format("its header counts {} authorized of {} transitions, and {} ends with {} of {}",
                      header.valid_total, header.total, end_.named, end_.valid_total, end_.total));
}

/// Checkpoints that stand right behind a header, for the last record of the segment before.
void linker::compare_early(const segment_check_result& segment) {
  for (const auto& [offset, made] : segment.early) {
    if (!end_.is_known || !end_.record_chain) continue;
    if (made.hash == *end_.record_chain) {
      result_.proven = proven_point{made, segment.name};
      continue;
    }
    auto since = result_.proven ? result_.proven->made.sequence : 0;
    report({damage_kind::computed_anew, segment.name, offset, since + 1, made.sequence, ""});
  }
}

void linker::add_damages(const segment_check_result& segment) {
  auto oldest = segments_.front().header ? segments_.front().header->first_sequence : 1;
  auto since = result_.proven ? result_.proven->made.sequence + 1 : oldest;
  for (auto damage : segment.damages) {
    // The segment alone knows no checkpoint before its first one.
    if (damage.kind == damage_kind::computed_anew) damage.sequence = std::max(damage.sequence, since);
    report(std::move(damage));
  }
  result_.cut_short |= segment.cut_short;
}

void linker::add_counts(const segment_check_result& segment) {
  result_.bytes += segment.bytes;
  result_.records += segment.records;
  result_.checkpoints += segment.checkpoints;
  result_.signed_checkpoints += segment.signed_checkpoints;
  if (!result_.first_at) result_.first_at = segment.first_at;
  if (segment.last_at) result_.last_at = segment.last_at;
  if (segment.record_chain) result_.last_hash = segment.record_chain;
  if (segment.torn) result_.torn = segment.torn;
}

void linker::follow(const segment_check_result& segment) {
  if (segment.header) {
    compare_header(segment, *segment.header);
    if (result_.tenant.empty()) result_.tenant = segment.header->tenant;
    result_.node = segment.header->node;
  }
  if (!segment.early.empty()) compare_early(segment);
  add_damages(segment);
  add_counts(segment);
  if (segment.proven) result_.proven = segment.proven;
  if (!segment.header && segment.records == 0 && segment.checkpoints == 0) {
    // Its name alone says that there were records, and anybody can name a file.
    end_.named = "segment " + segment.name;
    end_.is_known = false;
    return;
  }
  auto record_chain = segment.records > 0 || !segment.end_is_known ? segment.record_chain : end_.record_chain;
  end_ = {"segment " + segment.name,
          segment.next_sequence,
          segment.valid_total,
          segment.total,
          segment.header ? segment.header->epoch : end_.epoch,
          segment.end,
          record_chain,
          segment.end_is_known};
}

/// The segment that holds that record, or would.
const segment_check_result& linker::segment_of(std::uint64_t sequence) const {
  auto holds = [&](const segment_check_result& it) { return sequence < it.next_sequence; };
  auto found = std::ranges::find_if(segments_, holds);
  return found == segments_.end() ? segments_.back() : *found;
}

void linker::compare_published() {
  std::ranges::stable_sort(published_, {}, &published_hash::sequence);
  auto oldest = segments_.front().header ? segments_.front().header->first_sequence : 1;
  std::uint64_t held_through = oldest - 1;
  bool differs = false;
  std::optional<published_hash> beyond;
  for (const auto& said : published_) {
    if (said.sequence < oldest) {
      ++result_.published_before;
      continue;
    }
    if (said.sequence > result_.last_sequence) {
      beyond = said;
      continue;
    }
    const auto& segment = segment_of(said.sequence);
    auto found = std::ranges::lower_bound(segment.hashes, said.sequence, {}, &recorded_hash::sequence);
    if (found == segment.hashes.end() || found->sequence != said.sequence) {
      ++result_.published_lost;
      continue;
    }
    if (found->hash == said.hash) {
      ++result_.published_held;
      held_through = said.sequence;
    } else if (!std::exchange(differs, true)) {
      auto restored = said.epoch && segment.header && *said.epoch < segment.header->epoch;
      auto what =
          restored ? fmt::format("record {} of epoch {} was published with another hash, and now is of epoch {}: the "
                                 "folder was brought back from an older copy, and the records behind it are gone",
                                 said.sequence, *said.epoch, segment.header->epoch)
                   : fmt::format("record {} was published with another hash: records up to it were rewritten, and "
                                 "all checksums, chain values and checkpoints behind them",
                                 said.sequence);
      report({damage_kind::published_otherwise, segment.name, found->offset, held_through + 1, said.sequence,
              std::move(what)});
    }
  }
  if (!beyond) return;
  const auto& last = segments_.back();
  report({damage_kind::ends_early, last.name, last.torn ? last.torn->offset : last.bytes, result_.last_sequence + 1,
          beyond->sequence,
          fmt::format("record {} was published{}, and the trail ends with record {}: its tail was cut, or the folder "
                      "was brought back from an older copy",
                      beyond->sequence, beyond->at ? " at " + wire::to_text(*beyond->at) : "", result_.last_sequence)});
}

void linker::link() {
  begin();
  result_.segments = segments_.size();
  for (const auto& segment : segments_) {
    auto is_first = &segment == &segments_.front();
    if (is_first && !result_.anchor && segment.header && segment.header->first_sequence > 1) {
      // Nothing says what stood before; the trail is held against itself from there on.
      const auto& header = *segment.header;
      report(
          {damage_kind::missing, segment.name, 0, 1, header.first_sequence - 1,
           fmt::format("{} missing: the oldest segment begins behind them, and no anchor says that they were removed",
                       records(1, header.first_sequence - 1))});
      end_ = {"what stood before",
              header.first_sequence,
              header.valid_total,
              header.total,
              0,
              header.previous,
              std::nullopt,
              true};
    } else if (is_first && !result_.anchor) {
      end_.named = "nothing";
    }
    follow(segment);
  }
  result_.epoch = end_.epoch;
  result_.last_sequence = end_.next_sequence - 1;
  result_.valid_total = end_.valid_total;
  result_.total = end_.total;
  if (result_.records > 0)
    result_.first_sequence = segments_.front().header ? segments_.front().header->first_sequence : 1;
  compare_published();
  for (auto& damage : result_.damages) {
    if (damage.kind != damage_kind::computed_anew) continue;
    damage.sequence = std::min(damage.sequence, damage.last_sequence);
    damage.what =
        fmt::format("checksums and chain of records {} to {} were computed anew: the checkpoint signed behind "
                    "them has another hash",
                    damage.sequence, damage.last_sequence);
  }
  auto place_of = [&](const std::string& name) {
    auto found = std::ranges::find(segments_, name, &segment_check_result::name);
    return found == segments_.end() ? -1 : found - segments_.begin(); // the anchor stands in front
  };
  std::ranges::stable_sort(result_.damages, [&](const trail_damage& left, const trail_damage& right) {
    return std::pair{place_of(left.segment), left.offset} < std::pair{place_of(right.segment), right.offset};
  });
  if (result_.keys.empty()) result_.proven.reset();
}

} // namespace

void link_segments(trail_check_result& result, std::vector<segment_check_result> segments,
                   std::vector<published_hash> published) {
  linker{result, std::move(segments), std::move(published)}.link();
}

} // namespace floorwalker
