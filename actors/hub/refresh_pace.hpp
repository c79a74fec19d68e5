// How often the trackers are asked for their rows. Pure.
#pragma once

#include <cstdint>

namespace floorwalker {

/// Counts seconds. Where rows are about to change without a record, a question each second; where some are stale, each
/// five; else names may have changed, each half minute.
class refresh_pace {
public:
  static constexpr std::uint32_t lively_seconds = 10; ///< after something that makes or ends stale rows
  static constexpr std::uint32_t stale_interval = 5;
  static constexpr std::uint32_t quiet_interval = 30;

  /// Monitoring began or ended, or the tenant's condition changed.
  void stirred() { lively_ = lively_seconds; }

  /// A second has passed. True: ask now.
  bool tick(bool stale_rows, bool in_doubt) {
    ++since_;
    auto lively = lively_ > 0;
    if (lively) --lively_;
    auto due = lively || in_doubt || since_ >= (stale_rows ? stale_interval : quiet_interval);
    if (due) since_ = 0;
    return due;
  }

private:
  std::uint32_t since_ = quiet_interval;
  std::uint32_t lively_ = lively_seconds;
};

} // namespace floorwalker
