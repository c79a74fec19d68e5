#include "runtime/auditing/segment_check.hpp"

#include "messages/wire/printable_sample.hpp"
#include "runtime/audit/segment_reader.hpp"
#include "runtime/auditing/counted_record.hpp"
#include "runtime/auditing/frame_diagnosis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::size_t signature_size = 64;
constexpr std::uint64_t progress_step = 1 << 20;

class segment_walk {
public:
  segment_walk(file_system& files, const segment_check_task& task)
      : files_{files}, task_{task}, path_{task.folder / task.segment.name}, reader_{files, path_} {
    result_.name = task.segment.name;
    if (task.wanted) {
      auto first = std::ranges::lower_bound(*task.wanted, task.segment.first_sequence);
      wanted_ = {first, task.wanted->end()};
    }
  }

  segment_check_result walk() &&;

private:
  bool begin();
  void take(const frame& found, std::uint64_t offset);
  void take_next(const frame& found, std::uint64_t offset);
  void take_odd(const frame& found, std::uint64_t offset);
  void keep_wanted(std::uint64_t offset);
  bool is_signed_for_another_chain(const frame& found) const;
  void accept(const frame& found, std::uint64_t offset);
  void check_totals(const frame& found, std::uint64_t offset);
  void check_checkpoint(const frame& found, std::uint64_t offset);
  bool step_over(std::uint64_t offset, damage_kind kind, std::string what);
  bool step_over_fault(std::uint64_t offset);
  void report(trail_damage damage);
  void tell_progress(std::uint64_t offset);
  bool is_full() const { return result_.damages.size() >= damages_max; }

  file_system& files_;
  const segment_check_task& task_;
  std::filesystem::path path_;
  segment_reader reader_;
  chain_hasher hasher_;
  walk_position stand_;
  std::optional<frame_before> before_;
  bool counts_are_known_ = true; ///< of stand_; false behind a frame that is out of order
  std::uint64_t told_ = 0;
  struct {
    std::vector<std::uint64_t>::const_iterator next, end;
  } wanted_;
  segment_check_result result_;
};

void segment_walk::report(trail_damage damage) {
  damage.segment = result_.name;
  result_.damages.push_back(std::move(damage));
}

void segment_walk::tell_progress(std::uint64_t offset) {
  if (!task_.bytes_done || offset < told_) return;
  task_.bytes_done->fetch_add(offset - told_, std::memory_order_relaxed);
  told_ = offset;
}

/// Goes on at the next valid frame, taken at its word. False: the walk is over.
bool segment_walk::step_over(std::uint64_t offset, damage_kind kind, std::string what) {
  trail_damage damage{kind, {}, offset, stand_.next_sequence, stand_.next_sequence, std::move(what)};
  frame found;
  if (!reader_.find(offset, segment_reader::frames::any) || !reader_.next(found)) {
    if (!reader_.problem().empty()) return false;
    result_.end_is_known = false;
    damage.what += "; nothing behind it is a frame";
    report(std::move(damage));
    return false;
  }
  damage.last_sequence = std::max(damage.sequence, found.head.sequence);
  report(std::move(damage));
  stand_ = behind(found.head, found.chain);
  before_.reset();
  found.head.kind == frame_kind::checkpoint ? ++result_.checkpoints : ++result_.records;
  keep_wanted(reader_.offset() - found.size);
  return true;
}

bool segment_walk::step_over_fault(std::uint64_t offset) {
  auto fault = reader_.fault();
  if (task_.is_last) {
    if (!reader_.find(offset, segment_reader::frames::that_begin_batches)) {
      if (reader_.problem().empty()) result_.torn = {result_.name, offset, reader_.size() - offset};
      return false;
    }
    // Or the engine was writing this frame just now, and what was found behind it since.
    reader_.seek(offset);
    if (frame found; reader_.next(found)) {
      take(found, offset);
      return true;
    }
  }
  auto expected = stand_.next_sequence;
  if (fault == frame_fault::checksum)
    return step_over(offset, damage_kind::checksum,
                     fmt::format("the checksum of the frame where record {} is expected is wrong", expected));
  return step_over(offset, damage_kind::malformed,
                   fmt::format("no frame begins where record {} is expected", expected));
}

bool segment_walk::begin() {
  result_.bytes = reader_.size();
  const auto& header = reader_.header();
  stand_.next_sequence = task_.segment.first_sequence;
  if (header.problem.empty()) {
    result_.header = header.header;
    auto start = hasher_.start(reader_.header_bytes());
    stand_ = {start, std::nullopt, header.header.first_sequence, header.header.valid_total, header.header.total, true};
    return true;
  }
  if (header.newer) {
    result_.problem = fmt::format("{}: {}", path_.string(), header.problem);
    return false;
  }
  return step_over(0, damage_kind::header, "its header does not verify: " + header.problem);
}

void segment_walk::check_totals(const frame& found, std::uint64_t offset) {
  const auto& head = found.head;
  auto counted = found.head.kind == frame_kind::record ? count_entry(found.payload) : std::nullopt;
  bool fits = false;
  if (counted) {
    fits = head.total == stand_.total + (counted->counts != counted_record::no_transition) &&
           head.valid_total == stand_.valid_total + (counted->counts == counted_record::authorized);
    if (counted->sequence != head.sequence)
      report({damage_kind::numbering,
              {},
              offset,
              head.sequence,
              head.sequence,
              fmt::format("the frame of record {} holds the entry of record {}, though the chain fits", head.sequence,
                          counted->sequence)});
  } else { // an entry that can't be read here counts as one transition or as none
    auto total_step = head.total - stand_.total;
    auto valid_step = head.valid_total - stand_.valid_total;
    fits = total_step <= 1 && valid_step <= total_step;
  }
  if (!fits)
    report({damage_kind::totals,
            {},
            offset,
            head.sequence,
            head.sequence,
            fmt::format("record {} counts {} authorized of {} transitions behind {} of {}, which its entry does not "
                        "explain",
                        head.sequence, head.valid_total, head.total, stand_.valid_total, stand_.total)});
}

void segment_walk::check_checkpoint(const frame& found, std::uint64_t offset) {
  ++result_.checkpoints;
  const auto& head = found.head;
  auto wrong = [&](damage_kind kind, std::string what) {
    report({kind, {}, offset, head.sequence, head.sequence, std::move(what)});
  };
  auto counts_alike =
      !std::exchange(counts_are_known_, true) || (head.valid_total == stand_.valid_total && head.total == stand_.total);
  auto text = found.payload.substr(0, found.payload.size() - std::min(found.payload.size(), signature_size));
  auto [made, problem] = parse_checkpoint(text);
  if (!problem.empty())
    return wrong(damage_kind::checkpoint, fmt::format("the checkpoint behind record {} can't be read", head.sequence));
  if (task_.keys && !task_.keys->empty()) {
    if (!task_.keys->has(made.key))
      return wrong(
          damage_kind::unknown_key,
          fmt::format("the checkpoint behind record {} is signed by key {}, which is none of those in use ({}): the "
                      "node's key was changed, or somebody else signed",
                      head.sequence, wire::printable_sample(made.key), task_.keys->ids()));
    if (!task_.keys->signed_by(made.key, text, found.payload.substr(text.size())))
      return wrong(
          damage_kind::signature,
          fmt::format("the signature of the checkpoint behind record {} is not by key {}", head.sequence, made.key));
    ++result_.signed_checkpoints;
  }
  if (made.sequence != head.sequence ||
      (result_.header && (made.epoch != result_.header->epoch || made.tenant != result_.header->tenant)))
    return wrong(damage_kind::checkpoint,
                 fmt::format("the checkpoint behind record {} was made for record {} of {} in epoch {}", head.sequence,
                             made.sequence, wire::printable_sample(made.tenant), made.epoch));
  if (!counts_alike && (!stand_.record_chain || *stand_.record_chain == made.hash))
    wrong(damage_kind::totals,
          fmt::format("the checkpoint behind record {} counts otherwise than the record", head.sequence));
  if (result_.records == 0) {
    result_.early.push_back({offset, made});
    return;
  }
  if (!stand_.record_chain) return; // its record can't be proved anyway
  if (*stand_.record_chain != made.hash) {
    auto since = result_.proven ? result_.proven->made.sequence : 0; // 0: not known here
    report({damage_kind::computed_anew,
            {},
            offset,
            since + 1,
            head.sequence,
            fmt::format("the checkpoint behind record {} was signed for another hash: checksums and chain before it "
                        "were computed anew",
                        head.sequence)});
    return;
  }
  result_.proven = proven_point{std::move(made), result_.name};
}

/// Takes a frame that follows from the one before.
void segment_walk::accept(const frame& found, std::uint64_t offset) {
  const auto& head = found.head;
  if (head.kind == frame_kind::checkpoint) {
    check_checkpoint(found, offset);
    stand_.chain = found.chain;
    stand_.valid_total = head.valid_total;
    stand_.total = head.total;
    return;
  }
  if (std::exchange(counts_are_known_, true)) check_totals(found, offset);
  ++result_.records;
  if (!result_.first_at) result_.first_at = head.at;
  result_.last_at = head.at;
  stand_ = behind(head, found.chain);
  if (task_.taker && result_.damages.empty()) result_.was_enough = !task_.taker->take(found);
}

/// A checkpoint that was chained anew, or left as it was, behind records that were chained anew.
bool segment_walk::is_signed_for_another_chain(const frame& found) const {
  if (found.head.kind != frame_kind::checkpoint || !is_in_order(found.head, stand_.next_sequence) ||
      !stand_.record_chain || !task_.keys || found.payload.size() < signature_size)
    return false;
  auto text = found.payload.substr(0, found.payload.size() - signature_size);
  auto [made, problem] = parse_checkpoint(text);
  return problem.empty() && made.sequence == found.head.sequence && made.hash != *stand_.record_chain &&
         task_.keys->signed_by(made.key, text, found.payload.substr(text.size()));
}

/// Finds out what was done where a frame does not follow, and goes on behind it.
void segment_walk::take_odd(const frame& found, std::uint64_t offset) {
  auto before = std::exchange(before_, std::nullopt);
  if (is_signed_for_another_chain(found)) {
    check_checkpoint(found, offset);
    stand_ = behind(found.head, found.chain);
    return;
  }
  std::vector<held_frame> frames;
  frames.emplace_back(found, offset);
  frame ahead;
  for (auto at = reader_.offset(); frames.size() <= frames_ahead_max && reader_.next(ahead); at = reader_.offset())
    frames.emplace_back(ahead, at);
  auto diagnosis = diagnose(stand_, before, frames, hasher_);
  report(std::move(diagnosis.damage));
  stand_ = diagnosis.resume;
  for (std::size_t i = 0; i < diagnosis.frames; ++i)
    frames[i].head.kind == frame_kind::checkpoint ? ++result_.checkpoints : ++result_.records;
  const auto& last = frames[diagnosis.frames - 1];
  reader_.seek(last.offset + last.size);
}

void segment_walk::take(const frame& found, std::uint64_t offset) {
  if (hasher_.next(stand_.chain, found.chained) == found.chain)
    take_next(found, offset);
  else
    take_odd(found, offset);
  keep_wanted(offset);
}

/// Keeps the chain value of the record that was just taken, if somebody asks for it.
void segment_walk::keep_wanted(std::uint64_t offset) {
  if (!stand_.record_chain) return;
  while (wanted_.next != wanted_.end && *wanted_.next + 1 < stand_.next_sequence) ++wanted_.next;
  if (wanted_.next == wanted_.end || *wanted_.next + 1 != stand_.next_sequence) return;
  result_.hashes.push_back({*wanted_.next++, *stand_.record_chain, offset});
}

void segment_walk::take_next(const frame& found, std::uint64_t offset) {
  const auto& head = found.head;
  before_ = {stand_, head, offset};
  if (!is_in_order(head, stand_.next_sequence)) {
    // Taken at its word from here on, so that the records behind it are not all called wrong.
    report({damage_kind::numbering,
            {},
            offset,
            stand_.next_sequence,
            std::max(stand_.next_sequence, head.sequence),
            fmt::format("a {} with sequence {} stands where record {} is expected, though the chain fits",
                        head.kind == frame_kind::checkpoint ? "checkpoint" : "record", head.sequence,
                        stand_.next_sequence)});
    counts_are_known_ = false;
  }
  accept(found, offset);
}

segment_check_result segment_walk::walk() && {
  if (!reader_.problem().empty()) {
    std::error_code ignored;
    result_.disappeared = !std::filesystem::exists(path_, ignored);
    result_.problem = reader_.problem();
    return std::move(result_);
  }
  auto going = begin();
  frame found;
  while (going) {
    auto offset = reader_.offset();
    if (offset - told_ >= progress_step) tell_progress(offset);
    if (reader_.next(found)) {
      take(found, offset);
    } else {
      going = reader_.problem().empty() && reader_.fault() != frame_fault::none && step_over_fault(offset);
    }
    if (is_full() || result_.was_enough || (task_.taker && !result_.damages.empty())) {
      result_.cut_short = true;
      result_.end_is_known = false;
      going = false;
    }
  }
  if (result_.problem.empty()) result_.problem = reader_.problem();
  tell_progress(std::max(told_, result_.bytes));
  result_.end = stand_.chain;
  result_.record_chain = stand_.record_chain;
  result_.next_sequence = stand_.next_sequence;
  result_.valid_total = stand_.valid_total;
  result_.total = stand_.total;
  return std::move(result_);
}

} // namespace

segment_check_result check_segment(file_system& files, const segment_check_task& task) {
  return segment_walk{files, task}.walk();
}

} // namespace floorwalker
