#include "runtime/process/platform_check.hpp"

#include "runtime/network/platform_access.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>

namespace floorwalker {

void check_platforms(configuration_result& read) {
  if (!read.problems.empty()) return;
  for (const auto& tenant : read.configuration.tenants) {
    try {
      make_platform_access(tenant);
    } catch (const std::invalid_argument& problem) {
      std::string_view text = problem.what(); // "key: what"
      auto key = text.substr(0, text.find(": "));
      text.remove_prefix(std::min(key.size() + 2, text.size()));
      read.problems.push_back({fmt::format("floorwalker.tenants.{}.{}", tenant.name, key), std::string{text}});
    }
  }
}

} // namespace floorwalker
