// Ends the waiting of a coroutine: by a limit of time, or since nobody wants the outcome any more.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace floorwalker {

/// Watches one step after another of a coroutine on one strand. Works by closing what the step waits on, since that
/// wakes every operation, of any library, reliably. Create with make_shared; use on the strand only.
class deadline : public std::enable_shared_from_this<deadline> {
public:
  /// While it lives, the step is watched.
  class [[nodiscard]] step {
  public:
    explicit step(deadline& owner) : owner_(owner) {}
    ~step() { owner_.end_step(); }
    step(const step&) = delete;
    step& operator=(const step&) = delete;

  private:
    deadline& owner_;
  };

  /// With `overall`, all steps together take no longer than that from now.
  explicit deadline(const boost::asio::any_io_executor& strand, std::optional<std::chrono::milliseconds> overall = {});

  /// Begins a step; `stop` is called at most once, if the step outlasts `limit` or is cancelled. It must make the
  /// step's operation complete. Throws network_failure if it is too late already.
  step begin(std::chrono::milliseconds limit, std::function<void()> stop);

  /// Ends the step under way and forbids further ones.
  void cancel();

  /// Throws network_failure ("timed out after 10 s") if the last step was ended before its time.
  void check() const;
  /// True if the last step ran into its limit while the whole may go on.
  bool step_timed_out() const { return timed_out_ && !overall_passed(); }
  std::optional<std::chrono::steady_clock::time_point> end() const { return end_; }

private:
  void end_step();
  void fire();
  bool overall_passed() const;
  std::string clause() const;

  boost::asio::steady_timer timer_;
  std::chrono::milliseconds overall_{};
  std::optional<std::chrono::steady_clock::time_point> end_;
  std::chrono::milliseconds limit_{};
  std::function<void()> stop_;
  unsigned number_ = 0; ///< of the step; a timer that was overtaken finds another one
  bool timed_out_ = false;
  bool cancelled_ = false;
};

} // namespace floorwalker
