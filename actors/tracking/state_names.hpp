// States and reasons of one slot as small numbers, so that an agent's last events can be kept and compared exactly
// without keeping their texts. Pure.
#pragma once

#include "messages/settings.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// A number for a state or a reason; 0 stands for "none".
using name_number = std::uint16_t;
inline constexpr name_number no_name = 0;

/// Numbers texts for as long as somebody uses them. The matrix's states stay for ever; every other text is counted and
/// forgotten with its last use, so hostile input can't grow the table beyond what the agents' rows refer to.
class state_names {
public:
  explicit state_names(const state_matrix& matrix);

  /// The text's number, with one more use. The table holds 65,535 texts; a slot's rows can refer to fewer than 5,000.
  name_number use(std::string_view text);
  /// One more use of a number, or of none.
  name_number use(name_number number);
  /// One use less. `no_name` is fine.
  void release(name_number number);

  std::string_view text(name_number number) const { return entries_[number].text; }

  /// Whether the matrix lists `to` under `from`. Equal states too have to be listed.
  bool authorized(name_number from, name_number to) const;

private:
  struct entry {
    std::string text;
    std::uint32_t uses = 0;
  };
  struct text_hash {
    using is_avalanching = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  std::deque<entry> entries_; ///< a deque, so that the map's keys stay where they are
  std::vector<name_number> free_;
  boost::unordered_flat_map<std::string_view, name_number, text_hash> numbers_;
  name_number pinned_ = 0;
  std::vector<bool> allowed_; ///< [from * (pinned_ + 1) + to]
};

} // namespace floorwalker
