#include "runtime/process/open_files.hpp"

#include "actors/connection/connect_permits.hpp"
#include "runtime/configuration/listener_plan.hpp"

#include <sys/resource.h>

namespace floorwalker {

std::uint64_t files_needed(const std::vector<tenant_settings>& tenants) {
  auto needed = files_besides_listeners;
  for (const auto& tenant : tenants) needed += plan_listeners(tenant).slots.value_or(0) + handovers_at_once;
  return needed;
}

std::uint64_t raise_open_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  if (limit.rlim_cur < limit.rlim_max) {
    auto wanted = limit;
    wanted.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &wanted) == 0) limit = wanted;
  }
  return limit.rlim_cur;
}

} // namespace floorwalker
