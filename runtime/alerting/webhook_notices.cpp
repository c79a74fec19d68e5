#include "runtime/alerting/webhook_notices.hpp"

#include "messages/json_text.hpp"
#include "runtime/webhook/signature.hpp"

#include <algorithm>

namespace floorwalker {
namespace {

bool reads_the_same(const alert_status& one, const alert_status& other) {
  return one.state == other.state && one.value == other.value && one.sentence == other.sentence;
}

} // namespace

bool webhook_notices::wanted(const std::string& tenant, const alert_status& alert) const {
  return (alert.state == alert_state::firing || origin_.include_pending) && !silenced_.covers(tenant, alert);
}

/// Whoever begins anew gives alerts other ids, so those that were told would never end.
void webhook_notices::begin(const std::string& tenant, const moment& now) {
  for (auto each = standing_.begin(); each != standing_.end();) {
    if (each->first.first != tenant) {
      ++each;
      continue;
    }
    auto [alert, told, owed] = std::move(each->second);
    each = standing_.erase(each);
    if (!told && !owed) continue;
    alert.state = alert_state::resolved;
    alert.resolved_at = now.wall;
    put(tenant, std::move(alert));
  }
}

void webhook_notices::take(const std::string& tenant, const alert_status& alert, const moment& /*now*/) {
  identity name{tenant, alert.id};
  auto found = standing_.find(name);
  if (alert.state == alert_state::resolved) {
    auto was_told = found != standing_.end() && (found->second.told || found->second.owed);
    if (found != standing_.end()) standing_.erase(found);
    if (was_told) put(tenant, alert);
    return;
  }
  auto& stands = found == standing_.end() ? standing_[std::move(name)] : found->second;
  auto news = !stands.told || !reads_the_same(stands.alert, alert);
  stands.alert = alert;
  if (!news || !wanted(tenant, alert)) return;
  stands.told = true;
  put(tenant, alert);
}

void webhook_notices::silence(const std::string& tenant, kind_set kinds, const moment& /*now*/) {
  silenced_.set(tenant, std::move(kinds));
  for (auto& [name, stands] : standing_) {
    if (name.first != tenant || stands.told || !wanted(tenant, stands.alert)) continue;
    stands.told = true;
    put(tenant, stands.alert);
  }
}

void webhook_notices::take_over(alert_notices& before, const std::function<bool(const std::string&)>& wants) {
  auto* other = dynamic_cast<webhook_notices*>(&before);
  if (!other) return;
  for (auto& [name, stood] : other->standing_)
    if (wants(name.first)) standing_.try_emplace(name, entry{std::move(stood.alert), false, stood.told || stood.owed});
  std::erase_if(other->waiting_, [&](const change& each) {
    auto state = each.alert.state;
    return state != alert_state::resolved &&
           (!wants(each.tenant) || (state == alert_state::pending && !origin_.include_pending));
  });
  waiting_ = std::exchange(other->waiting_, {});
}

void webhook_notices::put(const std::string& tenant, alert_status alert) {
  alert.silenced = silenced_.covers(tenant, alert);
  auto first = waiting_.begin() + (under_way_ ? 1 : 0);
  auto same = std::find_if(first, waiting_.end(), [&](const change& each) {
    return each.tenant == tenant && each.alert.id == alert.id && each.alert.state == alert.state;
  });
  if (same != waiting_.end()) {
    same->alert = std::move(alert);
    return;
  }
  if (waiting_.size() >= queue_max) {
    waiting_.erase(first);
    if (!under_way_) attempts_ = 0;
    ++dropped_;
  }
  waiting_.push_back({tenant, std::move(alert)});
}

std::optional<notice_request> webhook_notices::next(const moment& /*now*/) {
  if (waiting_.empty()) return std::nullopt;
  under_way_ = true;
  ++attempts_;
  const auto& [tenant, alert] = waiting_.front();
  notice_request request;
  request.notices = 1;
  request.body = R"({"tenantId":)";
  append_json_string(request.body, tenant);
  request.body += R"(,"node":)";
  append_json_string(request.body, origin_.node);
  request.body += R"(,"alert":)";
  request.body += to_json(alert);
  request.body += '}';
  request.id = webhook_id(origin_.receiver, request.body);
  return request;
}

void webhook_notices::answered(receipt outcome, const moment& /*now*/) {
  under_way_ = false;
  if (outcome == receipt::deferred) {
    if (attempts_ < attempts_max) return;
    ++dropped_;
  }
  waiting_.pop_front();
  attempts_ = 0;
}

std::optional<running_time> webhook_notices::due() const {
  return waiting_.empty() ? std::nullopt : std::optional{running_time::min()};
}

} // namespace floorwalker
