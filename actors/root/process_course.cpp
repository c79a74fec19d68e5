#include "actors/root/process_course.hpp"

#include <algorithm>

namespace floorwalker {

std::optional<int> process_course::reported(const std::string& tenant, tenant_condition condition,
                                            failure_cause cause) {
  auto said = conditions_.find(tenant);
  if (said == conditions_.end()) return std::nullopt; // its last word, after it was removed
  said->second = condition;
  if (!is_final(condition)) return std::nullopt;
  auto all_failed = std::ranges::all_of(conditions_, [](const auto& known) { return is_final(known.second); });
  return all_failed ? std::optional{exit_code_of(cause)} : std::nullopt;
}

std::vector<std::string> process_course::failed() const {
  std::vector<std::string> names;
  for (const auto& [tenant, condition] : conditions_)
    if (is_final(condition)) names.push_back(tenant);
  return names;
}

} // namespace floorwalker
