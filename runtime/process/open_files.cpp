#include "runtime/process/open_files.hpp"

#include "actors/connection/connect_permits.hpp"
#include "runtime/configuration/listener_plan.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace floorwalker {
namespace {

constexpr std::uint64_t connections_ending =
    128; ///< that the HTTP server holds beyond its limit, refused or on their way out
constexpr std::uint64_t connections_min = 16; ///< as of the key http.max-connections

} // namespace

std::uint64_t files_needed(const std::vector<tenant_settings>& tenants) {
  auto needed = files_besides_listeners;
  for (const auto& tenant : tenants) needed += plan_listeners(tenant).slots.value_or(0) + handovers_at_once;
  return needed;
}

std::uint32_t connections_that_fit(std::uint32_t wanted, std::uint64_t needed, std::uint64_t limit) {
  auto taken = needed + connections_ending;
  auto room = limit > taken ? limit - taken : 0;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted, std::max<std::uint64_t>(room, connections_min)));
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
