#include "runtime/alerting/alertmanager_notices.hpp"

#include <algorithm>
#include <utility>

namespace floorwalker {

alertmanager_notices::alertmanager_notices(std::chrono::nanoseconds interval, alertmanager_origin origin)
    : interval_{interval}, origin_{std::move(origin)} {}

bool alertmanager_notices::is_silenced(const identity& name, const entry& of) const {
  return silenced_.covers(std::get<0>(name), of.alert);
}

/// What still holds is told again at once, under the same labels; the rest ends by itself.
void alertmanager_notices::begin(const std::string& tenant, const moment& /*now*/) {
  std::erase_if(entries_, [&](const auto& each) { return std::get<0>(each.first) == tenant; });
}

void alertmanager_notices::take(const std::string& tenant, const alert_status& alert, const moment& now) {
  if (alert.state == alert_state::pending) return;
  identity name{tenant, alert.kind, alert.labels};
  auto found = entries_.find(name);
  if (alert.state == alert_state::resolved) {
    if (found == entries_.end()) return;
    auto& stands = found->second;
    if (!stands.known) {
      entries_.erase(found);
    } else if (!stands.ended_at) {
      stands.alert = alert;
      stands.ended_at = now.running;
      ++stands.version;
    }
    return;
  }
  auto& stands = found == entries_.end() ? entries_[std::move(name)] : found->second;
  if (std::exchange(stands.ended_at, std::nullopt)) stands.told_at.reset(); // it holds again, as another alert
  stands.alert = alert;
  ++stands.version;
}

void alertmanager_notices::silence(const std::string& tenant, kind_set kinds, const moment& /*now*/) {
  silenced_.set(tenant, std::move(kinds));
}

std::optional<running_time> alertmanager_notices::due_of(const identity& name, const entry& of) const {
  if (ends(name, of)) return of.known ? std::optional{running_time::min()} : std::nullopt;
  return of.told_at ? *of.told_at + interval_ : running_time::min();
}

std::optional<running_time> alertmanager_notices::due() const {
  std::optional<running_time> first;
  for (const auto& [name, stands] : entries_)
    if (auto at = due_of(name, stands)) first = first ? std::min(*first, *at) : *at;
  return first;
}

void alertmanager_notices::drop_old_ends(running_time now) {
  dropped_ += std::erase_if(entries_, [&](const auto& each) {
    return each.second.ended_at && *each.second.ended_at + intervals_to_end * interval_ <= now;
  });
}

std::optional<notice_request> alertmanager_notices::next(const moment& now) {
  under_way_.clear();
  drop_old_ends(now.running);
  std::vector<alertmanager_alert> alerts;
  for (auto& [name, stands] : entries_) {
    auto at = due_of(name, stands);
    if (!at || *at > now.running) continue;
    auto over = ends(name, stands);
    auto until = !over             ? now.wall + intervals_to_end * interval_
                 : stands.ended_at ? stands.alert.resolved_at.value_or(now.wall)
                                   : now.wall;
    alerts.push_back({&std::get<0>(name), &stands.alert, until});
    under_way_.push_back({name, stands.version, over});
    stands.known = true;
    if (alerts.size() == batch_max) break;
  }
  if (alerts.empty()) return std::nullopt;
  return notice_request{{}, alertmanager_text(alerts, origin_), alerts.size()};
}

void alertmanager_notices::answered(receipt outcome, const moment& now) {
  auto sent = std::exchange(under_way_, {});
  if (outcome == receipt::deferred) return;
  for (const auto& [name, version, ended] : sent) {
    auto found = entries_.find(name);
    if (found == entries_.end()) continue;
    auto& stands = found->second;
    if (!ended) {
      stands.told_at = now.running;
    } else if (stands.version == version && stands.ended_at) {
      entries_.erase(found);
    } else { // a silence ended it there, or it holds again meanwhile
      stands.known = false;
      stands.told_at.reset();
    }
  }
}

} // namespace floorwalker
