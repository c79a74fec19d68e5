// `floorwalker check`: the configuration, and with --online what the platform says to it.
#pragma once

#include "actors/wall_clock.hpp"
#include "messages/agents.hpp"
#include "messages/settings.hpp"
#include "runtime/configuration/command_line.hpp"

#include <optional>
#include <string>

namespace floorwalker {

/// What a sign-in and a listing found out about one tenant.
struct online_finding {
  bool signed_in = false;
  bool credentials_rejected = false;
  bool agents_listed = false;
  std::string problem;          ///< one clause; empty if all went well
  std::string token;            ///< of the sign-in, for the listing; wiped when the listing is done
  std::uint64_t listed = 0;     ///< agents on the platform
  std::uint64_t subscribed = 0; ///< agents that would be watched
  std::uint64_t slots = 0;
  std::uint64_t unknown = 0; ///< configured agents that the platform does not list
};

/// Signs in once and reads the whole listing once, without retries. Blocks; for the command line.
online_finding check_tenant_online(const tenant_settings& tenant, const wall_clock& clock);

/// Checks the configuration and prints the report. Returns the exit code: 0; 2 for a bad configuration; 3 for rejected
/// credentials; 1 if a platform could not be reached.
int run_check(const check_request& request);

} // namespace floorwalker
