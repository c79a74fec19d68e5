// One receiver of alerts, and the thread that tells it.
#pragma once

#include "actors/wall_clock.hpp"
#include "messages/settings.hpp"
#include "runtime/alerting/alert_notices.hpp"
#include "runtime/alerting/receiver_figures.hpp"
#include "runtime/alerting/retry_pace.hpp"
#include "runtime/webhook/webhook_client.hpp"

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace floorwalker {

/// Tells one receiver, at its own pace, and delays nobody. Its functions are for any thread, and return at once but for
/// the destructor, which ends a request under way.
class alert_receiver {
public:
  using kind_set = alert_notices::kind_set;

  /// `seed` is for jitter. Throws std::invalid_argument if the settings' URL is none.
  alert_receiver(const receiver_settings& settings, std::unique_ptr<alert_notices> notices,
                 std::shared_ptr<const wall_clock> clock, std::uint64_t seed,
                 name_resolver resolve = resolve_by_system);
  ~alert_receiver();
  alert_receiver(const alert_receiver&) = delete;
  alert_receiver& operator=(const alert_receiver&) = delete;

  const std::string& name() const { return settings_.name; }
  /// Whether this tenant's alerts are told.
  bool wants(const std::string& tenant) const;
  void begin(const std::string& tenant);
  void take(const std::string& tenant, const alert_status& alert);
  void silence(const std::string& tenant, kind_set kinds);
  /// Goes on with what `before` has still to tell. That one must have stopped, and this one have been told nothing.
  void take_over(alert_receiver& before);

  /// Ends a request under way; nothing is sent any longer. What is told still counts for whoever takes over. Returns
  /// when the thread has ended.
  void stop();

  receiver_figures figures() const;

private:
  template <class Change>
  void change(Change what);
  void run();
  void wait(std::unique_lock<std::mutex>& lock);
  void send(std::unique_lock<std::mutex>& lock, const notice_request& request);
  answer_verdict post(const notice_request& request);
  moment now() const;

  receiver_settings settings_;
  std::shared_ptr<const wall_clock> clock_;
  std::string place_; ///< the receiver, without path and query
  webhook_client client_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  std::unique_ptr<alert_notices> notices_;
  retry_pace pace_;
  receiver_figures figures_;
  bool stopping_ = false;
  std::string reported_; ///< the refusal that was logged last, since something was accepted
  std::thread thread_;
};

} // namespace floorwalker
