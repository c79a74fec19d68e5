#include "runtime/http/caller.hpp"

#include <algorithm>

namespace floorwalker {

std::string_view to_text(caller_role role) {
  switch (role) {
  case caller_role::viewer:
    return "viewer";
  case caller_role::auditor:
    return "auditor";
  case caller_role::administrator:
    return "administrator";
  case caller_role::nobody:
    break;
  }
  return "nobody";
}

std::optional<caller_role> parse_role(std::string_view word) {
  for (auto role : {caller_role::viewer, caller_role::auditor, caller_role::administrator})
    if (word == to_text(role)) return role;
  return {};
}

bool http_caller::sees(std::string_view tenant) const {
  if (role == caller_role::nobody) return false;
  return all_tenants || std::find(tenants.begin(), tenants.end(), tenant) != tenants.end();
}

} // namespace floorwalker
