#include "actors/root/process_course.hpp"

#include <algorithm>

namespace floorwalker {

std::optional<int> process_course::reported(const std::string& tenant, tenant_condition condition,
                                            failure_cause cause) {
  conditions_[tenant] = condition;
  if (!is_final(condition)) return std::nullopt;
  auto all_failed = std::ranges::all_of(conditions_, [](const auto& known) { return is_final(known.second); });
  return all_failed ? std::optional{exit_code_of(cause)} : std::nullopt;
}

} // namespace floorwalker
