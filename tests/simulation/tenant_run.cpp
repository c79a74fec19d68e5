#include "tests/simulation/tenant_run.hpp"

#include "messages/wire/timestamp.hpp"
#include "tests/simulation/captured_trail.hpp"
#include "tests/simulation/virtual_process.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace floorwalker::simulation {
namespace {

using namespace std::chrono_literals;

struct scenario {
  tenant_settings tenant;
  fault_options faults;
  std::size_t agents = 0;
  double events_a_second = 1;
  bool staff_changes = false;
  disk_options disk;
  receiver_options receiver;
  journal_limits limits;
  bool dead_sink = false;
  double restarts = 0; ///< chance of one in each half minute
  std::string text;
};

/// The trail's side of a scenario, from a source of its own.
void choose_trail(scenario& chosen, std::uint64_t seed) {
  random_source random{seed ^ 0x7ea1};
  auto maybe = [&](double up_to) {
    return random.chance(0.5) ? 0.0 : up_to * static_cast<double>(random.below(100)) / 100;
  };
  chosen.disk.commit_max = random.between(milliseconds{0}, milliseconds{random.chance(0.2) ? 3'000 : 100});
  chosen.disk.full = maybe(0.02);
  chosen.disk.unreadable = maybe(0.3);
  chosen.disk.snapshot_records = 1 + random.below(150);
  chosen.receiver.latency_max = random.between(milliseconds{0}, milliseconds{random.chance(0.2) ? 5'000 : 100});
  chosen.receiver.outage = maybe(0.1);
  chosen.receiver.lost_answer = maybe(0.1);
  chosen.limits.waiting_bytes = random.chance(0.5) ? 1'000 + random.below(30'000) : std::size_t{32} << 20;
  chosen.limits.handed_over_bytes = random.chance(0.5) ? 1 + random.below(5'000) : std::size_t{8} << 20;
  chosen.dead_sink = random.chance(0.3);
  chosen.restarts = maybe(0.5);
  chosen.text += fmt::format("; trail: commit {} ms, full {}, unreadable {}, snapshots {}, {} bytes may wait, {} be "
                             "handed over; receiver: {} ms, away {}, mute {}; {}restarts {}",
                             chosen.disk.commit_max.count(), chosen.disk.full, chosen.disk.unreadable,
                             chosen.disk.snapshot_records, chosen.limits.waiting_bytes, chosen.limits.handed_over_bytes,
                             chosen.receiver.latency_max.count(), chosen.receiver.outage, chosen.receiver.lost_answer,
                             chosen.dead_sink ? "a dead sink; " : "", chosen.restarts);
}

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
      "connect {} 401 {} no-ack {} reject {} close {} drop {} reset {} stall {} tracker {} duplicate {} late {}",
      chosen.agents, tenant.all_agents ? " (all)" : "", tenant.limits.agents_per_subscription,
      tenant.limits.max_listeners, tenant.limits.connects_in_flight, faults.latency_max.count(), chosen.events_a_second,
      faults.token_failure, faults.listing_failure, faults.connect_failure, faults.upgrade_refused, faults.no_ack,
      faults.reject_for_rate, faults.close_with_code, faults.drop, faults.reset, faults.stall, faults.tracker_failure,
      faults.duplicate, faults.late);
  choose_trail(chosen, seed);
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
  for (const auto& status : statuses) known[std::string{status.agent_id()}] = &status;
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
    if (status->second->observed_state != platform.state(i) && !platform.untold(i))
      out.push_back(fmt::format("{} is {} and is known as {}", platform.id(i), platform.state(i),
                                status->second->observed_state.value_or("nothing")));
  }
}

/// The final figures are those that the trail as a whole tells, over every restart.
void check_metrics(const system_metrics& metrics, const std::vector<std::string>& lines,
                   std::vector<std::string>& out) {
  told_by_trail told;
  for (std::uint64_t sequence = 1; sequence <= lines.size(); ++sequence) told.apply(lines[sequence - 1], sequence);
  struct {
    const char* name;
    std::uint64_t shown, recorded;
  } const figures[] = {{"totalProcessed", metrics.total_processed, told.counts.total_processed},
                       {"valid", metrics.valid, told.counts.valid},
                       {"unverifiedTransitions", metrics.unverified_transitions, told.counts.unverified_transitions},
                       {"gaps", metrics.gaps, told.counts.gaps},
                       {"outOfOrder", metrics.out_of_order, told.counts.out_of_order},
                       {"interruptions", metrics.interruptions, told.counts.interruptions}};
  for (auto& [name, shown, recorded] : figures)
    if (shown != recorded) out.push_back(fmt::format("{} is {}, and the trail tells of {}", name, shown, recorded));
  if (metrics.listeners.stopped > 0) out.push_back(fmt::format("{} listeners stopped", metrics.listeners.stopped));
  for (auto& [key, agent] : told.agents)
    if (agent.watched) out.push_back(fmt::format("the trail ends, and {} is still watched", key));
}

/// One run: the platform, the disk and the receiver stay, processes come and go.
class tenant_run {
public:
  explicit tenant_run(std::uint64_t seed)
      : chosen_{choose(seed)},
        random_{seed ^ 0x9e57},
        floor_{std::make_unique<testing::virtual_floor>()},
        platform_{chosen_.tenant, chosen_.faults, chosen_.agents, seed, *floor_},
        disk_{platform_, chosen_.disk, seed},
        receiver_{"trail", platform_, disk_, chosen_.receiver, seed} {
    options_.tenant = chosen_.tenant;
    if (!options_.tenant.all_agents)
      for (std::uint64_t i = 0; i < platform_.agents(); ++i) options_.tenant.agents.push_back(platform_.id(i));
    options_.limits = chosen_.limits;
    sink_settings settings;
    settings.name = "trail";
    options_.sinks.push_back({settings, &receiver_, true});
    settings.name = "dead";
    if (chosen_.dead_sink) options_.sinks.push_back({settings, nullptr, random_.chance(0.5)});
    options_.seed = seed;
    result_.options = chosen_.text;
    start();
  }

  ~tenant_run() {
    process_->kill(); // else its timers go on for ever, since the floor's end runs them
    process_.reset();
    floor_.reset();
  }

  run_result run() {
    // Safety: whatever happens, nothing is lost silently. Liveness: once the world is kind, everything comes back.
    for (int half_minute = 0; half_minute < 6; ++half_minute) {
      platform_.pass(milliseconds{25'000 + random_.below(5'000)}, chosen_.events_a_second);
      if (chosen_.staff_changes && half_minute % 2 == 1) half_minute % 4 == 1 ? platform_.hire() : platform_.dismiss();
      if (random_.chance(chosen_.restarts)) restart();
    }
    platform_.heal();
    disk_.heal();
    receiver_.heal();
    platform_.pass(200s, 0.2);
    platform_.pass(60s, 0);
    check_states(platform_, process_->statuses(), result_.violations);
    end();
    return result_;
  }

  const std::vector<std::string>& lines() const { return disk_.lines(); }

private:
  void start() { process_.emplace(options_, *floor_, platform_, disk_); }

  void restart() {
    if (random_.chance(0.6)) {
      ++result_.kills;
      process_->kill();
    } else {
      ++result_.stops;
      note_metrics(process_->metrics());
      if (!process_->stop()) return result_.violations.push_back("the process did not end");
    }
    begin_next();
  }

  void begin_next() {
    process_.reset();
    auto now = floor_->wall.now();
    auto next = std::make_unique<testing::virtual_floor>();
    next->wall.set(now);
    platform_.attach(*next);
    floor_ = std::move(next);
    platform_.pass(milliseconds{random_.below(20'000)}, chosen_.events_a_second);
    start();
  }

  void note_metrics(const system_metrics& metrics) {
    result_.copies += metrics.handover_copies;
    result_.duplicates += metrics.duplicates;
  }

  void end() {
    auto ended = process_->stop();
    if (!ended) return result_.violations.push_back("the process did not end");
    const auto& metrics = ended->final_metrics.at("acme");
    note_metrics(metrics);
    captured_trail trail;
    note(trail.read(disk_.lines()));
    check_metrics(metrics, disk_.lines(), result_.violations);
    check_events(platform_, trail, result_.violations);
    note(platform_.complained());
    note(disk_.complained());
    note(receiver_.complained());
    result_.events = platform_.events().size();
    result_.judged = metrics.total_processed;
    result_.interruptions = metrics.interruptions;
    result_.reconciled = trail.reconciled();
    result_.handovers = platform_.handovers();
    result_.trackers_failed = platform_.trackers_failed();
    result_.times_full = disk_.times_full();
    result_.records_lost = disk_.records_lost();
    result_.reads = disk_.reads();
    result_.snapshots_used = disk_.snapshots_used();
    result_.failed_writes = receiver_.failures();
    result_.repeated = receiver_.repeated();
    deliver_the_rest();
  }

  /// What a slow receiver left at the stop, the next process delivers.
  void deliver_the_rest() {
    auto records = disk_.committed();
    if (receiver_.lines().size() == records) return;
    begin_next();
    platform_.pass(30s, 0);
    if (receiver_.lines().size() < records)
      note({fmt::format("the sink delivered {} records of {}", receiver_.lines().size(), records)});
  }

  void note(const std::vector<std::string>& wrong) {
    result_.violations.insert(result_.violations.end(), wrong.begin(), wrong.end());
  }

  scenario chosen_;
  random_source random_;
  run_result result_;
  std::unique_ptr<testing::virtual_floor> floor_;
  virtual_platform platform_;
  virtual_disk disk_;
  virtual_receiver receiver_;
  process_options options_;
  std::optional<virtual_process> process_;
};

} // namespace

run_result run_tenant(std::uint64_t seed, bool print_trail) {
  tenant_run run{seed};
  auto result = run.run();
  if (print_trail)
    for (auto& line : run.lines()) std::cout << line << '\n';
  return result;
}

} // namespace floorwalker::simulation
