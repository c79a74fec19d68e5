#include "tests/simulation/tenant_run.hpp"

#include "actors/audit/recent_trail.hpp"
#include "actors/root/root.hpp"
#include "messages/wire/timestamp.hpp"
#include "tests/simulation/captured_trail.hpp"
#include "tests/simulation/virtual_platform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <set>

namespace floorwalker::simulation {
namespace {

using namespace std::chrono_literals;

struct scenario {
  tenant_settings tenant;
  fault_options faults;
  std::size_t agents = 0;
  double events_a_second = 1;
  bool staff_changes = false;
  std::string text;
};

scenario choose(std::uint64_t seed) {
  random_source random{seed};
  scenario chosen;
  auto& tenant = chosen.tenant;
  auto& faults = chosen.faults;
  chosen.agents = 1 + random.below(24);
  tenant.name = "acme";
  tenant.all_agents = random.chance(0.5);
  chosen.staff_changes = tenant.all_agents && random.chance(0.5);
  tenant.limits.agents_per_subscription = 1 + static_cast<std::uint32_t>(random.below(8));
  auto slots = (chosen.agents + tenant.limits.agents_per_subscription - 1) / tenant.limits.agents_per_subscription;
  // Sometimes every listener place is taken, so that hand-overs have to break before they make.
  auto spare = random.chance(0.3) ? 0 : 1 + random.below(6);
  tenant.limits.max_listeners = static_cast<std::uint32_t>(slots + spare + (chosen.staff_changes ? 4 : 0));
  tenant.limits.connects_in_flight = 1 + static_cast<std::uint32_t>(random.below(20));
  tenant.limits.agents_refresh = std::chrono::seconds{20 + random.below(60)};
  tenant.reconnect.jitter = random.chance(0.5) ? 0.0 : 0.2;
  tenant.reconnect.keep_trying = true; // else an unkind seed ends the tenant before the run does
  tenant.liveness.ping_interval = std::chrono::seconds{2 + random.below(9)};
  tenant.liveness.timeout = std::chrono::seconds{2 + random.below(9)};
  auto maybe = [&](double up_to) {
    return random.chance(0.6) ? 0.0 : up_to * static_cast<double>(random.below(100)) / 100;
  };
  faults.token_failure = maybe(0.5);
  faults.listing_failure = maybe(0.3);
  faults.connect_failure = maybe(0.4);
  faults.upgrade_refused = maybe(0.2);
  faults.no_ack = maybe(0.2);
  faults.reject_for_rate = maybe(0.2);
  faults.close_with_code = maybe(0.05);
  faults.drop = maybe(0.05);
  faults.reset = maybe(0.05);
  faults.stall = maybe(0.01);
  faults.tracker_failure = maybe(0.02);
  faults.duplicate = maybe(0.1);
  faults.malformed = maybe(0.05);
  faults.other_type = maybe(0.05);
  faults.unauthorized = maybe(0.2);
  faults.late = maybe(0.05);
  faults.latency_max = random.between(2ms, 400ms);
  // Slow enough that a late copy still is among an agent's last 32 events.
  chosen.events_a_second = 1 + static_cast<double>(random.below(std::min<std::uint64_t>(20, 4 * chosen.agents)));
  chosen.text = fmt::format(
      "{} agents{}, {} a slot, {} listeners, {} connects in flight, latency {} ms, {} events/s; faults: "
      "token {} listing {} "
      "connect {} 401 {} no-ack {} reject {} close {} drop {} reset {} stall {} tracker {} duplicate {} late "
      "{}",
      chosen.agents, tenant.all_agents ? " (all)" : "", tenant.limits.agents_per_subscription,
      tenant.limits.max_listeners, tenant.limits.connects_in_flight, faults.latency_max.count(), chosen.events_a_second,
      faults.token_failure, faults.listing_failure, faults.connect_failure, faults.upgrade_refused, faults.no_ack,
      faults.reject_for_rate, faults.close_with_code, faults.drop, faults.reset, faults.stall, faults.tracker_failure,
      faults.duplicate, faults.late);
  return chosen;
}

using event_key = std::pair<std::uint64_t, utc_time>; // instants of one agent rise strictly

/// Every event that was sent on an acknowledged subscription is judged exactly once or lies in a recorded interruption.
void check_events(const virtual_platform& platform, const captured_trail& trail, std::vector<std::string>& out) {
  std::map<std::string, std::uint64_t> numbers;
  for (std::uint64_t i = 0; i < platform.agents(); ++i) numbers[platform.id(i)] = i;
  std::map<event_key, int> judged;
  for (const auto& entry : trail.judged()) ++judged[{numbers.at(entry.agent), entry.at}];
  std::size_t sent = 0;
  for (const auto& event : platform.events()) {
    auto found = judged.find({event.agent, event.at});
    auto times = found == judged.end() ? 0 : found->second;
    if (found != judged.end()) judged.erase(found);
    const auto& id = platform.id(event.agent);
    if (times > 1) out.push_back(fmt::format("judged {} times: {} at {}", times, id, wire::to_text(event.at)));
    if (times > 0 || event.sent.empty()) continue;
    ++sent;
    // It was lost on its way, so that way has to cross the gap. Records tell milliseconds.
    auto lies_in = [&](const unwatched& gap) {
      return std::ranges::any_of(event.sent, [&](const auto& sending) {
        return sending.arrives >= gap.from - 1ms && (!gap.to || sending.leaves <= *gap.to + 1ms);
      });
    };
    if (std::ranges::none_of(trail.interruptions(id), lies_in))
      out.push_back(fmt::format("lost without an interruption: {} {} to {} at {}, arriving {}", id, event.previous,
                                event.current, wire::to_text(event.at), wire::to_text(event.sent.front().arrives)));
  }
  for (const auto& [key, times] : judged)
    out.push_back(fmt::format("judged, but never happened: agent {}", platform.id(key.first)));
}

/// What is known is what the platform knows, for every agent that is watched.
void check_states(const virtual_platform& platform, const std::vector<agent_status>& statuses,
                  std::vector<std::string>& out) {
  std::map<std::string, const agent_status*> known;
  for (const auto& status : statuses) known[status.agent_id] = &status;
  for (std::uint64_t i = 0; i < platform.agents(); ++i) {
    auto status = known.find(platform.id(i));
    if (status == known.end()) {
      if (platform.employed(i)) out.push_back(fmt::format("{} is not watched", platform.id(i)));
      continue;
    }
    if (!platform.employed(i)) {
      out.push_back(fmt::format("{} left and is still watched", platform.id(i)));
      continue;
    }
    if (status->second->stale) out.push_back(fmt::format("{} is stale", platform.id(i)));
    if (status->second->observed_state != platform.state(i))
      out.push_back(fmt::format("{} is {} and is known as {}", platform.id(i), platform.state(i),
                                status->second->observed_state.value_or("nothing")));
  }
}

void check_metrics(const system_metrics& metrics, const captured_trail& trail, std::vector<std::string>& out) {
  if (metrics.total_processed != trail.judged().size())
    out.push_back(fmt::format("totalProcessed {} but {} entries", metrics.total_processed, trail.judged().size()));
  if (metrics.listeners.stopped > 0) out.push_back(fmt::format("{} listeners stopped", metrics.listeners.stopped));
}

} // namespace

run_result run_tenant(std::uint64_t seed, bool print_trail) {
  auto chosen = choose(seed);
  run_result result;
  result.options = chosen.text;
  testing::virtual_floor floor;
  virtual_platform platform{floor, chosen.tenant, chosen.faults, chosen.agents, seed};
  auto tenant = chosen.tenant;
  if (!tenant.all_agents)
    for (std::uint64_t i = 0; i < platform.agents(); ++i) tenant.agents.push_back(platform.id(i));
  auto trail = std::make_shared<captured_trail>();
  auto unowned = [](auto& port) {
    return std::shared_ptr<std::remove_reference_t<decltype(port)>>{&port, [](auto*) {}};
  };
  root_ports ports;
  sink_settings sink;
  sink.name = "trail";
  ports.sinks.push_back({sink, trail});
  auto storage = std::make_shared<recent_trail>("acme");
  ports.tenant = [&](const tenant_settings&) {
    return tenant_ports{unowned(platform), unowned(platform), unowned(platform), storage, nullptr, floor.wall_port()};
  };
  auto root = spawn_root(floor.system, {tenant}, std::move(ports), seed);

  // Safety: whatever happens, nothing is lost silently. Liveness: once the world is kind, everything comes back.
  for (int minute = 0; minute < 3; ++minute) {
    platform.pass(60s, chosen.events_a_second);
    if (chosen.staff_changes) minute % 2 == 0 ? platform.hire() : platform.dismiss();
  }
  platform.heal();
  platform.pass(200s, 0.2);
  platform.pass(60s, 0);
  auto statuses = floor.ask<std::vector<agent_status>>(root, tenant_agents_query{"acme"});
  if (statuses) check_states(platform, *statuses, result.violations);

  auto pending = floor.self->request(root, caf::infinite, caf::join_atom_v);
  caf::anon_send(root, stop_command{});
  platform.pass(6s, 0);
  if (floor.self->peek_at_next_mailbox_element() == nullptr) {
    result.violations.push_back("the process did not end");
    return result;
  }
  pending.receive(
      [&](const process_end_ptr& end) {
        const auto& metrics = end->final_metrics.at("acme");
        auto wrong = trail->read();
        result.violations.insert(result.violations.end(), wrong.begin(), wrong.end());
        check_metrics(metrics, *trail, result.violations);
        check_events(platform, *trail, result.violations);
        result.events = platform.events().size();
        result.judged = metrics.total_processed;
        result.interruptions = metrics.interruptions;
        result.copies = metrics.handover_copies;
        result.duplicates = metrics.duplicates;
      },
      [&](caf::error& error) { result.violations.push_back("the root failed: " + to_string(error)); });
  result.reconciled = trail->reconciled();
  result.handovers = platform.handovers();
  result.trackers_failed = platform.trackers_failed();
  const auto& complained = platform.complained();
  result.violations.insert(result.violations.end(), complained.begin(), complained.end());
  if (print_trail) std::cout << trail->lines();
  return result;
}

} // namespace floorwalker::simulation
