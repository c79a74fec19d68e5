#include "actors/audit/trail_position.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::size_t most_digits = 20; // of a 64-bit number

/// The text of all entries at once, so that numbering a record allocates nothing.
std::size_t bytes_needed(const draft_batch& drafts) {
  std::size_t bytes = 0;
  for (auto& record : drafts.records)
    bytes += std::size_t{record.head.size} + record.tail.size + most_digits + 1; // and the newline
  return bytes;
}

/// string_view::substr shortens a slice that reaches too far; such an entry would be damaged without anybody noticing.
std::string_view whole(text_slice slice, std::string_view text) {
  auto found = slice.in(text);
  if (found.size() != slice.size) throw std::out_of_range{"a record's text lies outside its batch"};
  return found;
}

} // namespace

committed_batch_ptr number_batch(const trail_identity& trail, draft_batch_ptr drafts, trail_position& position) {
  auto batch = std::make_shared<committed_batch>();
  std::string_view text = drafts->text;
  auto& lines = batch->lines;
  lines.reserve(bytes_needed(*drafts));
  batch->positions.reserve(drafts->records.size());
  auto next = position;
  std::array<char, most_digits> digits;
  for (auto& record : drafts->records) {
    ++next.sequence;
    if (record.kind == record_kind::transition) {
      ++next.total;
      next.valid_total += record.valid ? 1 : 0;
    }
    auto begin = lines.size();
    lines.append(whole(record.head, text));
    auto end_of_digits = std::to_chars(digits.data(), digits.data() + digits.size(), next.sequence).ptr;
    lines.append(digits.data(), static_cast<std::size_t>(end_of_digits - digits.data()));
    lines.append(whole(record.tail, text));
    text_slice line{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(lines.size() - begin)};
    lines += '\n';
    batch->positions.push_back({next.sequence, next.valid_total, next.total, line});
  }
  batch->tenant = trail.tenant;
  batch->node = trail.node;
  batch->epoch = trail.epoch;
  batch->drafts = std::move(drafts);
  position = next;
  return batch;
}

} // namespace floorwalker
