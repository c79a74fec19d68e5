#include "simulator/options.hpp"

#include <set>

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include "simulator/floor_model.hpp"

namespace floorwalker::simulator {

namespace {

constexpr std::uint32_t agents_max = 200'000;

void check_shares(const oddity_options& shares, std::vector<std::string>& problems) {
  auto check = [&](const char* name, double share) {
    if (!(share >= 0 && share <= 1))
      problems.push_back(fmt::format("--{}: a share from 0 to 1 expected, found {}", name, share));
  };
  check("unauthorized", shares.unauthorized);
  check("malformed", shares.malformed);
  check("duplicates", shares.duplicates);
  check("late", shares.late);
  check("reordered", shares.reordered);
  check("other-types", shares.other_types);
  check("foreign", shares.foreign);
}

void check_tenants(const options& chosen, std::vector<std::string>& problems) {
  if (chosen.tenants.empty() || chosen.tenants.size() > 1000) problems.emplace_back("--tenant: 1 to 1000 expected");
  auto ids = std::set<std::string>{};
  for (const auto& account : chosen.tenants) {
    if (account.id.empty() || account.client_id.empty() || account.client_secret.empty())
      problems.push_back(fmt::format("--tenant '{}': id, client and secret must not be empty", account.id));
    if (!ids.insert(account.id).second) problems.push_back(fmt::format("--tenant '{}': given twice", account.id));
  }
}

void check_floor(const options& chosen, std::vector<std::string>& problems) {
  const auto& floor = chosen.floor;
  if (floor.agents == 0 || floor.agents > agents_max || floor.agents * chosen.tenants.size() > agents_max)
    problems.push_back(fmt::format("--agents: 1 to {} over all tenants expected", agents_max));
  if (floor.teams == 0 || floor.teams > 1000) problems.emplace_back("--teams: 1 to 1000 expected");
  if (floor.agent_ids.size() > floor.agents) problems.emplace_back("--agent-id: more ids than --agents");
  auto ids = std::set<std::string>{};
  for (const auto& id : floor.agent_ids) {
    if (!is_identifier(id))
      problems.push_back(fmt::format("--agent-id '{}': 8-4-4-4-12 hexadecimal digits expected", id));
    if (!ids.insert(lower_case(id)).second) problems.push_back(fmt::format("--agent-id '{}': given twice", id));
  }
  auto states = std::set<std::string>{};
  for (const auto& [state, targets] : floor.matrix)
    if (!states.insert(state).second) problems.push_back(fmt::format("--transitions '{}': given twice", state));
  for (const auto& [state, targets] : floor.matrix) {
    if (targets.empty()) problems.push_back(fmt::format("--transitions '{}': at least one target expected", state));
    for (const auto& target : targets)
      if (!states.contains(target))
        problems.push_back(
            fmt::format("--transitions '{}': its target '{}' has no --transitions of its own", state, target));
  }
  if (states.empty() || states.size() > 200) problems.emplace_back("--transitions: 1 to 200 states expected");
}

} // namespace

std::vector<std::string> problems_of(const options& chosen) {
  auto problems = std::vector<std::string>{};
  auto error = boost::system::error_code{};
  auto address = boost::asio::ip::make_address(chosen.address, error);
  if (error || !address.is_loopback())
    problems.push_back(fmt::format("--address '{}': a loopback address expected, since anybody who can connect can "
                                   "control the simulator",
                                   chosen.address));
  check_tenants(chosen, problems);
  check_floor(chosen, problems);
  check_shares(chosen.oddities, problems);
  if (!(chosen.pace.rate >= 0 && chosen.pace.rate <= 1e7))
    problems.emplace_back("--rate: 0 (full speed) to 10000000 events a second expected");
  if (chosen.pace.day_length.count() < 1) problems.emplace_back("--day-length: at least 1s expected");
  if (chosen.pace.changes_while_away > 1000) problems.emplace_back("--changes-while-away: at most 1000 expected");
  if (chosen.timestamps.digits < 0 || chosen.timestamps.digits > 9)
    problems.emplace_back("--timestamp-digits: 0 to 9 expected");
  if (chosen.stream.agents_max == 0) problems.emplace_back("--max-agents: at least 1 expected");
  if (chosen.token.life_s > 1'000'000'000) problems.emplace_back("--token-life: at most 1000000000 s expected");
  return problems;
}

} // namespace floorwalker::simulator
