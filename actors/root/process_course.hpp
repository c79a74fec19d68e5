// When the process ends, and with which exit code (docs/operations.md). Pure.
#pragma once

#include "messages/system_metrics.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker {

/// Follows the tenants' conditions.
class process_course {
public:
  /// A tenant says how it is. Returns the exit code if the process has to end, because no tenant is left that goes on;
  /// with mixed causes the last tenant's counts.
  std::optional<int> reported(const std::string& tenant, tenant_condition condition, failure_cause cause);

  /// A tenant that is expected to report.
  void expect(const std::string& tenant) { conditions_.emplace(tenant, tenant_condition::starting); }
  /// A tenant that is gone because nobody wants it any more.
  void forget(const std::string& tenant) { conditions_.erase(tenant); }
  /// Tenants that go on no more.
  std::vector<std::string> failed() const;

private:
  std::map<std::string, tenant_condition> conditions_;
};

} // namespace floorwalker
