#include "runtime/auditing/frame_diagnosis.hpp"

#include <fmt/format.h>

#include <utility>

namespace floorwalker {
namespace {

bool is_checkpoint(const frame_head& head) { return head.kind == frame_kind::checkpoint; }

std::string name_of(const frame_head& head) {
  return fmt::format("{} {}", is_checkpoint(head) ? "the checkpoint behind record" : "record", head.sequence);
}

std::string records(std::uint64_t first, std::uint64_t last) {
  return first == last ? fmt::format("record {} is", first) : fmt::format("records {} to {} are", first, last);
}

walk_position behind(const held_frame& made) { return floorwalker::behind(made.head, made.chain); }

} // namespace

held_frame::held_frame(const frame& found, std::uint64_t at)
    : head{found.head}, chain{found.chain}, chained{found.chained}, offset{at}, size{found.size} {}

walk_position behind(const frame_head& head, const chain_value& chain) {
  auto record_chain = is_checkpoint(head) ? std::nullopt : std::optional{chain};
  return {chain, record_chain, head.sequence + 1, head.valid_total, head.total, false};
}

bool is_in_order(const frame_head& head, std::uint64_t next_sequence) {
  return is_checkpoint(head) ? head.sequence + 1 == next_sequence : head.sequence == next_sequence;
}

frame_diagnosis diagnose(const walk_position& stand, const std::optional<frame_before>& before,
                         const std::vector<held_frame>& frames, chain_hasher& hasher) {
  const auto& odd = frames.front();
  auto expected = stand.next_sequence;
  auto follows = [&](const chain_value& chain, const held_frame& made) {
    return hasher.next(chain, made.chained) == made.chain;
  };
  auto found = [&](damage_kind kind, std::uint64_t last, std::string what, std::size_t dealt_with,
                   const walk_position& resume) {
    return frame_diagnosis{{kind, {}, odd.offset, expected, last, std::move(what)}, dealt_with, resume};
  };

  // The frame before was made to follow, but this one does not know it.
  if (before && is_in_order(odd.head, before->stand.next_sequence) && follows(before->stand.chain, odd)) {
    auto diagnosis = found(damage_kind::inserted, before->stand.next_sequence,
                           fmt::format("{} was inserted here", name_of(before->head)), 1, behind(odd));
    diagnosis.damage.offset = before->offset;
    diagnosis.damage.sequence = before->stand.next_sequence;
    return diagnosis;
  }

  // A frame that the frames before and behind it know nothing of.
  for (std::size_t i = 1; i < frames.size(); ++i) {
    if (!is_in_order(frames[i].head, expected) || !follows(stand.chain, frames[i])) continue;
    auto neighbours = i == 1 && !is_checkpoint(odd.head) && !is_checkpoint(frames[1].head);
    if (neighbours && odd.head.sequence == expected + 1 && follows(frames[1].chain, odd))
      return found(damage_kind::exchanged, expected + 1,
                   fmt::format("records {} and {} stand in each other's places", expected, expected + 1), 2,
                   behind(odd));
    return found(damage_kind::inserted, expected,
                 i == 1 ? fmt::format("{} was inserted here", name_of(odd.head))
                        : fmt::format("{} and {} more were inserted here", name_of(odd.head), i - 1),
                 i, stand);
  }

  if (odd.head.sequence >= expected && !is_in_order(odd.head, expected)) {
    auto replaced = frames.size() > 1 && !follows(odd.chain, frames[1]) && !is_checkpoint(frames[1].head) &&
                    frames[1].head.sequence == expected + 1;
    if (replaced)
      return found(damage_kind::exchanged, expected + 1,
                   fmt::format("{} stands in the place of record {}", name_of(odd.head), expected), 2,
                   behind(frames[1]));
    auto last_missing = is_checkpoint(odd.head) ? odd.head.sequence : odd.head.sequence - 1;
    return found(damage_kind::missing, odd.head.sequence,
                 fmt::format("{} missing, {} follows", records(expected, last_missing), name_of(odd.head)), 1,
                 behind(odd));
  }

  if (!is_in_order(odd.head, expected)) {
    auto replaced = frames.size() > 1 && !is_checkpoint(odd.head) && !is_checkpoint(frames[1].head) &&
                    frames[1].head.sequence == expected + 1;
    if (replaced)
      return found(damage_kind::exchanged, expected + 1,
                   fmt::format("{} stands in the place of record {}", name_of(odd.head), expected), 2,
                   behind(frames[1]));
    return found(damage_kind::inserted, expected,
                 fmt::format("{} stands behind record {}", name_of(odd.head), expected - 1), 1, stand);
  }

  auto what = !before ? fmt::format("{}, the first frame, does not follow from the header: one of them was rewritten",
                                    name_of(odd.head))
                      : fmt::format("{} does not follow from what stands before it: it was rewritten, or something was "
                                    "taken out before it",
                                    name_of(odd.head));
  auto diagnosis = found(damage_kind::rewritten, odd.head.sequence, std::move(what), 1, behind(odd));
  diagnosis.damage.sequence = odd.head.sequence;
  return diagnosis;
}

} // namespace floorwalker
