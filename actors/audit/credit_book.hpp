// Which batches still wait for room at a follower. Pure: no CAF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace floorwalker {

/// Counts, for each batch, the followers that have not yet answered, and keeps the batch's `Credit` until none is left.
/// Followers answer in any order, so a batch may be settled before an earlier one.
template <class Credit>
class credit_book {
public:
  /// Opens an entry that `followers` (at least one) have to settle.
  void open(std::uint64_t batch, std::size_t followers, Credit credit) {
    open_.emplace(batch, entry{followers, std::move(credit)});
  }

  /// One follower has room again after `batch`. Gives the credit back when it was the last one.
  std::optional<Credit> settle(std::uint64_t batch) {
    auto at = open_.find(batch);
    if (at == open_.end() || --at->second.followers != 0) return std::nullopt;
    std::optional<Credit> credit{std::move(at->second.credit)};
    open_.erase(at);
    return credit;
  }

  /// Gives back every credit, in the order of the batches.
  std::vector<Credit> close() {
    std::vector<Credit> credits;
    credits.reserve(open_.size());
    for (auto& [batch, waiting] : open_) credits.push_back(std::move(waiting.credit));
    open_.clear();
    return credits;
  }

private:
  struct entry {
    std::size_t followers;
    Credit credit;
  };
  std::map<std::uint64_t, entry> open_;
};

} // namespace floorwalker
