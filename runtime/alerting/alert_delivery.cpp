#include "runtime/alerting/alert_delivery.hpp"

#include "runtime/alerting/alertmanager_notices.hpp"
#include "runtime/alerting/webhook_notices.hpp"

#include <algorithm>
#include <iterator>
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

alert_delivery::alert_delivery(const node_configuration& configuration, std::string wallboard,
                               std::shared_ptr<const wall_clock> clock, std::uint64_t seed)
    : node_{configuration.node.name}, wallboard_{std::move(wallboard)}, clock_{std::move(clock)}, seed_{seed} {
  for (const auto& settings : configuration.alerting) receivers_.push_back(open(settings));
}

std::unique_ptr<alert_receiver> alert_delivery::open(const receiver_settings& settings) {
  return std::make_unique<alert_receiver>(settings, notices_for(settings, node_, wallboard_), clock_, seed_++);
}

void alert_delivery::replace(const std::vector<std::string>& gone, std::vector<std::unique_ptr<alert_receiver>> come) {
  auto is_gone = [&](const auto& receiver) { return std::ranges::count(gone, receiver->name()) > 0; };
  std::vector<alert_receiver*> ending;
  {
    std::lock_guard lock{mutex_};
    for (auto& receiver : receivers_)
      if (is_gone(receiver)) ending.push_back(receiver.get());
  }
  // Without the lock, since each waits for its thread. Until others take over they note what is told meanwhile.
  for (auto* receiver : ending) receiver->stop();
  std::lock_guard lock{mutex_};
  for (auto& receiver : come) {
    for (const auto& [tenant, kinds] : silenced_)
      if (receiver->wants(tenant)) receiver->silence(tenant, kinds);
    for (auto* before : ending)
      if (before->name() == receiver->name()) receiver->take_over(*before);
  }
  std::erase_if(receivers_, is_gone);
  std::ranges::move(come, std::back_inserter(receivers_));
}

template <class Tell>
void alert_delivery::tell(const std::string& tenant, Tell what) {
  std::lock_guard lock{mutex_};
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
  alert_receiver::kind_set set{kinds.begin(), kinds.end()};
  std::lock_guard lock{mutex_};
  for (auto& receiver : receivers_)
    if (receiver->wants(tenant)) receiver->silence(tenant, set);
  silenced_[tenant] = std::move(set); // for receivers that begin later
}

std::vector<receiver_figures> alert_delivery::figures() const {
  std::lock_guard lock{mutex_};
  std::vector<receiver_figures> all;
  for (const auto& receiver : receivers_) all.push_back(receiver->figures());
  return all;
}

} // namespace floorwalker
