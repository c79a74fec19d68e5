// Alerts on their way out of the house, to every configured receiver.
#pragma once

#include "actors/alerts/alert_audience.hpp"
#include "actors/wall_clock.hpp"
#include "messages/settings.hpp"
#include "runtime/alerting/alert_receiver.hpp"
#include "runtime/alerting/receiver_figures.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace floorwalker {

/// Hands each alert to all receivers that want its tenant's. Any thread may call; nobody waits for a receiver.
class alert_delivery final : public alert_audience {
public:
  /// `wallboard` is its address for receivers that name none; may be empty. `seed` is for jitter. Throws
  /// std::invalid_argument if a receiver's URL is none.
  alert_delivery(const node_configuration& configuration, std::string wallboard,
                 std::shared_ptr<const wall_clock> clock, std::uint64_t seed);

  void begin(const std::string& tenant) override;
  void take(const std::string& tenant, const alert_status& alert) override;

  /// These kinds of the tenant's alerts are silenced from now on, and no others.
  void silence(const std::string& tenant, const std::vector<std::string>& kinds);

  /// A receiver that is told nothing before replace() takes it. Throws as the constructor.
  std::unique_ptr<alert_receiver> open(const receiver_settings& settings);
  /// Ends the receivers of these names, which may take until a request under way ends, and begins with others: one
  /// that has the name of one that ends goes on with what that one had still to tell. What stands has to be told again
  /// for these. One call at a time.
  void replace(const std::vector<std::string>& gone, std::vector<std::unique_ptr<alert_receiver>> come);

  std::vector<receiver_figures> figures() const;

private:
  template <class Tell>
  void tell(const std::string& tenant, Tell what);

  const std::string node_;
  const std::string wallboard_;
  const std::shared_ptr<const wall_clock> clock_;
  std::atomic<std::uint64_t> seed_;
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::vector<std::unique_ptr<alert_receiver>> receivers_;
  std::map<std::string, alert_receiver::kind_set> silenced_; ///< by tenant
};

} // namespace floorwalker
