#include "runtime/process/online_check.hpp"

#include "actors/connection/slot_plan.hpp"
#include "actors/roster/listing_rules.hpp"
#include "messages/json_text.hpp"
#include "messages/wire/token_answer.hpp"
#include "runtime/configuration/check_report.hpp"
#include "runtime/network/http_agent_directory.hpp"
#include "runtime/network/http_token_endpoint.hpp"
#include "runtime/network/secret_text.hpp"
#include "runtime/network/system_wall_clock.hpp"
#include "runtime/process/floor_system.hpp"
#include "runtime/process/platform_check.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <fmt/format.h>

#include <iostream>

namespace floorwalker {
namespace {

http_answer fetch(const platform_access_ptr& access, http_request request, http_limits limits,
                  const wall_clock& clock) {
  boost::asio::io_context context;
  http_answer result;
  http_fetch(boost::asio::make_strand(context), access, std::move(request), limits, clock,
             [&](http_answer answer) { result = std::move(answer); });
  context.run();
  return result;
}

void sign_in(const tenant_settings& tenant, const platform_access_ptr& access, const wall_clock& clock,
             online_finding& found) {
  auto verdict =
      wire::judge_token_answer(fetch(access, token_request(tenant), token_limits, clock), {.scope = tenant.scope});
  if (auto granted = std::get_if<wire::token_granted>(&verdict)) {
    found.signed_in = true;
    found.token = std::move(granted->access_token);
  } else if (auto denied = std::get_if<wire::token_denied>(&verdict)) {
    found.credentials_rejected = true;
    found.problem = denied->reason;
  } else {
    found.problem = std::get<wire::token_unavailable>(verdict).reason;
  }
}

agent_listing_ptr list_agents(const platform_access_ptr& access, const wall_clock& clock, online_finding& found) {
  listing_course course;
  course.begin(clock.now());
  for (;;) {
    switch (course.answered(fetch(access, page_request(*access, course.page(), found.token), page_limits, clock))) {
    case listing_step::next_page:
      continue;
    case listing_step::complete:
      found.agents_listed = true;
      return course.finish(true);
    case listing_step::retry:
    case listing_step::renew_token:
    case listing_step::not_available:
      found.problem = course.problem();
      return course.finish(false);
    }
  }
}

void plan(const tenant_settings& tenant, const agent_listing& listing, online_finding& found) {
  slot_plan planned{tenant.limits.agents_per_subscription, tenant.limits.max_listeners};
  found.listed = listing.agents.size();
  if (tenant.all_agents) {
    auto change = planned.follow(listing);
    if (change.without_place > 0)
      found.problem = fmt::format("{} of {} agents don't fit into {} listeners", change.without_place, found.listed,
                                  tenant.limits.max_listeners);
  } else {
    agent_group configured;
    for (const auto& id : tenant.agents) configured.push_back(agent_identity::of(id));
    planned.add(configured);
    if (found.agents_listed)
      for (const auto& agent : configured)
        if (!listing.find(agent->key())) ++found.unknown;
  }
  found.subscribed = planned.agents_planned();
  found.slots = planned.slots().size();
}

void print_finding(const tenant_settings& tenant, const online_finding& found, bool json) {
  if (json) {
    std::string line = R"({"tenant":)";
    append_json_string(line, tenant.name);
    line += fmt::format(
        R"(,"signedIn":{},"agentsListed":{},"listed":{},"subscribed":{},"listeners":{},"unknown":{},"problem":)",
        found.signed_in, found.agents_listed, found.listed, found.subscribed, found.slots, found.unknown);
    append_json_string(line, found.problem);
    std::cout << line << "}\n";
    return;
  }
  std::cout << fmt::format("tenant {} online: {}", tenant.name, found.signed_in ? "signed in" : "not signed in");
  if (found.agents_listed) std::cout << fmt::format(", {} agents listed", found.listed);
  if (found.signed_in)
    std::cout << fmt::format("; would subscribe {} agents in {} listeners", found.subscribed, found.slots);
  if (found.unknown > 0) std::cout << fmt::format("; {} configured agents are not on the platform", found.unknown);
  std::cout << '\n';
  if (!found.problem.empty()) std::cerr << fmt::format("tenant {}: {}\n", tenant.name, found.problem);
}

} // namespace

online_finding check_tenant_online(const tenant_settings& tenant, const wall_clock& clock) {
  online_finding found;
  try {
    auto access = make_platform_access(tenant);
    sign_in(tenant, access, clock, found);
    if (!found.signed_in) return found;
    auto listing = list_agents(access, clock, found);
    wipe(found.token);
    plan(tenant, *listing, found);
  } catch (const std::exception& failure) {
    found.problem = failure.what();
  }
  return found;
}

int run_check(const check_request& request) {
  floor_configuration framework;
  auto around = process_surroundings();
  around.framework_options = &framework.options();
  auto read = load_configuration(request.config_file, request.overrides, around);
  check_platforms(read);
  auto code = check_offline(request, read, process_open_file_limits(), std::cout, std::cerr);
  if (code != 0 || !request.online) return code;
  system_wall_clock clock;
  for (const auto& tenant : read.configuration.tenants) {
    std::cout << std::flush;
    auto found = check_tenant_online(tenant, clock);
    print_finding(tenant, found, request.json);
    if (found.credentials_rejected)
      code = 3;
    else if (!found.problem.empty() && code == 0)
      code = 1;
  }
  return code;
}

} // namespace floorwalker
