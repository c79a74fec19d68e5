// What a record adds to the totals that every frame carries. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace floorwalker {

enum class counted_record : std::uint8_t { no_transition, authorized, unauthorized };

struct counted_entry {
  counted_record counts = counted_record::no_transition;
  std::uint64_t sequence = 0; ///< as the entry says
};

/// Tells it from the audit entry; none if the entry is none that this version knows.
std::optional<counted_entry> count_entry(std::string_view entry);

} // namespace floorwalker
