// When a receiver of alerts is asked again after it took nothing. Pure: time and chance are arguments.
#pragma once

#include "actors/sinks/write_retry.hpp"
#include "actors/supervision/backoff.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace floorwalker {

/// The waits of write_retry, each up to a fifth longer, so that receivers that failed together are not asked together.
class retry_pace {
public:
  explicit retry_pace(std::uint64_t seed) : chance_{seed} {}

  /// Nothing is sent before this.
  std::chrono::nanoseconds not_before() const { return not_before_; }

  /// A request took no effect. True: it is time to say so.
  bool failed(std::optional<std::chrono::seconds> retry_after, std::chrono::nanoseconds now) {
    auto [delay, log] = retry_.failed(retry_after);
    auto longer = static_cast<double>(std::chrono::nanoseconds{delay}.count()) * jitter * chance_.next();
    not_before_ = now + delay + std::chrono::nanoseconds{static_cast<std::int64_t>(longer)};
    return log;
  }

  /// A request was answered for good. Gives the failures of the run that ended, 0 if there was none.
  std::uint64_t succeeded() { return retry_.succeeded(); }

private:
  static constexpr double jitter = 0.2;

  write_retry retry_;
  chance_source chance_;
  std::chrono::nanoseconds not_before_{0};
};

} // namespace floorwalker
