#include "runtime/alerting/alert_delivery.hpp"

#include "runtime/alerting/alertmanager_notices.hpp"
#include "runtime/alerting/webhook_notices.hpp"

#include <utility>

namespace floorwalker {
namespace {

std::unique_ptr<alert_notices> notices_for(const receiver_settings& receiver, const std::string& node,
                                           const std::string& wallboard) {
  if (receiver.type == receiver_type::webhook)
    return std::make_unique<webhook_notices>(webhook_origin{receiver.name, node, receiver.include_pending});
  alertmanager_origin origin{node, receiver.wallboard.empty() ? wallboard : receiver.wallboard};
  return std::make_unique<alertmanager_notices>(receiver.resend_interval, std::move(origin));
}

} // namespace

alert_delivery::alert_delivery(const node_configuration& configuration, const std::string& wallboard,
                               const std::shared_ptr<const wall_clock>& clock, std::uint64_t seed) {
  for (const auto& receiver : configuration.alerting)
    receivers_.push_back(std::make_unique<alert_receiver>(
        receiver, notices_for(receiver, configuration.node.name, wallboard), clock, seed++));
}

template <class Tell>
void alert_delivery::tell(const std::string& tenant, Tell what) {
  for (auto& receiver : receivers_)
    if (receiver->wants(tenant)) what(*receiver);
}

void alert_delivery::begin(const std::string& tenant) {
  tell(tenant, [&](alert_receiver& receiver) { receiver.begin(tenant); });
}

void alert_delivery::take(const std::string& tenant, const alert_status& alert) {
  tell(tenant, [&](alert_receiver& receiver) { receiver.take(tenant, alert); });
}

void alert_delivery::silence(const std::string& tenant, const std::vector<std::string>& kinds) {
  tell(tenant, [&](alert_receiver& receiver) { receiver.silence(tenant, {kinds.begin(), kinds.end()}); });
}

std::vector<receiver_figures> alert_delivery::figures() const {
  std::vector<receiver_figures> all;
  for (const auto& receiver : receivers_) all.push_back(receiver->figures());
  return all;
}

} // namespace floorwalker
