// Alerts on their way out of the house, to every configured receiver.
#pragma once

#include "actors/alerts/alert_audience.hpp"
#include "actors/wall_clock.hpp"
#include "messages/settings.hpp"
#include "runtime/alerting/alert_receiver.hpp"
#include "runtime/alerting/receiver_figures.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace floorwalker {

/// Hands each alert to all receivers that want its tenant's. Any thread may call; nobody waits for a receiver.
class alert_delivery final : public alert_audience {
public:
  /// `wallboard` is its address for receivers that name none; may be empty. `seed` is for jitter.
  alert_delivery(const node_configuration& configuration, const std::string& wallboard,
                 const std::shared_ptr<const wall_clock>& clock, std::uint64_t seed);

  void begin(const std::string& tenant) override;
  void take(const std::string& tenant, const alert_status& alert) override;

  /// These kinds of the tenant's alerts are silenced from now on, and no others.
  void silence(const std::string& tenant, const std::vector<std::string>& kinds);

  std::vector<receiver_figures> figures() const;

private:
  template <class Tell>
  void tell(const std::string& tenant, Tell what);

  std::vector<std::unique_ptr<alert_receiver>> receivers_;
};

} // namespace floorwalker
