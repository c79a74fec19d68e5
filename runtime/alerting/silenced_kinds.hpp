// Which kinds of which tenant's alerts are silenced. Pure.
#pragma once

#include "runtime/alerting/alert_notices.hpp"

#include <map>
#include <string>
#include <utility>

namespace floorwalker {

class silenced_kinds {
public:
  void set(const std::string& tenant, alert_notices::kind_set kinds) {
    if (kinds.empty())
      tenants_.erase(tenant);
    else
      tenants_[tenant] = std::move(kinds);
  }

  bool covers(const std::string& tenant, const alert_status& alert) const {
    auto found = tenants_.find(tenant);
    return found != tenants_.end() && found->second.contains(alert.kind);
  }

private:
  std::map<std::string, alert_notices::kind_set> tenants_;
};

} // namespace floorwalker
