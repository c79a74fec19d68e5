// Who asks: what a bearer token, a session or loopback without tokens stands for. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// What a caller may do; each includes those before it. `nobody` has not signed in and sees open routes only.
enum class caller_role : std::uint8_t { nobody, viewer, auditor, administrator };

std::string_view to_text(caller_role role);
/// viewer, auditor or administrator; nothing for any other word.
std::optional<caller_role> parse_role(std::string_view word);

struct http_caller {
  caller_role role = caller_role::nobody;
  bool all_tenants = false;
  std::vector<std::string> tenants; ///< when not all
  std::string name;                 ///< the token's name, or "anonymous"; may stand in logs

  bool may(caller_role least) const { return role >= least; }
  /// Only then the caller may learn that there is such a tenant.
  bool sees(std::string_view tenant) const;
};

} // namespace floorwalker
