// Counts a trail's transitions by their two states, as they were judged and as another state matrix would judge them.
#pragma once

#include "messages/settings.hpp"
#include "runtime/auditing/entry_filter.hpp"
#include "runtime/auditing/segment_check.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace floorwalker {

/// Rule 1 of docs/judging.md.
bool is_authorized(const state_matrix& matrix, const std::string& previous, const std::string& current);

struct transition_count {
  std::uint64_t authorized = 0; ///< as the trail says
  std::uint64_t unauthorized = 0;
  bool authorized_after = false; ///< as the other matrix says

  std::uint64_t changed() const { return authorized_after ? unauthorized : authorized; }
};

/// By previous and current state.
using transition_counts = std::map<std::pair<std::string, std::string>, transition_count>;

/// So many different pairs of states are told apart; a feed that invents more counts in `beyond`.
inline constexpr std::size_t transitions_told_apart = 65'536;

struct replay_sums {
  transition_counts table;
  transition_count beyond_kept;    ///< pairs too many, which the other matrix allows
  transition_count beyond_refused; ///< pairs too many, which it does not
  std::uint64_t unreadable = 0;    ///< records that this version can't read

  /// Adds those of another part of the trail.
  void add(const replay_sums& other);

  std::uint64_t total() const;
  std::uint64_t valid_before() const;
  std::uint64_t valid_after() const;
  std::uint64_t newly_authorized() const;
  std::uint64_t newly_rejected() const;
};

/// Takes a trail's records. The matrix outlives it.
class transition_tally : public record_taker {
public:
  explicit transition_tally(const state_matrix& matrix) : matrix_{matrix} {}

  bool take(const frame& record) override { return count(record), true; }
  /// True if the other matrix changes the record's verdict.
  bool count(const frame& record);

  replay_sums sums() const;

private:
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  struct counted_pair {
    std::string previous;
    std::string current;
    transition_count count;
  };

  bool count(std::string_view key, std::string previous, std::string current, bool valid);
  static bool add(transition_count& into, bool valid);

  const state_matrix& matrix_;
  std::unordered_map<std::string, std::size_t, text_hash, std::equal_to<>> places_; ///< by the text between the states
  std::vector<counted_pair> pairs_;
  transition_count beyond_kept_{0, 0, true};
  transition_count beyond_refused_;
  std::uint64_t unreadable_ = 0;
  entry_reader entries_;
};

} // namespace floorwalker
