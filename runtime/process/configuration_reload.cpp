#include "runtime/process/configuration_reload.hpp"

#include "runtime/configuration/check_report.hpp"
#include "runtime/process/floor_system.hpp"
#include "runtime/process/logging.hpp"
#include "runtime/process/open_files.hpp"
#include "runtime/process/platform_check.hpp"

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <initializer_list>
#include <map>
#include <optional>
#include <utility>

#include <time.h>

namespace floorwalker {
namespace {

/// How long is waited for a sink's actor to let go of its outlet, and for a trail to be written.
constexpr std::chrono::seconds release_patience{5};

template <class Settings>
const Settings& named(const std::vector<Settings>& among, const std::string& name) {
  return *std::ranges::find(among, name, &Settings::name);
}

template <class Each>
void each_with(const std::vector<changed_part>& parts, std::initializer_list<part_change> changes, Each each) {
  for (const auto& part : parts)
    if (std::ranges::count(changes, part.change) > 0) each(part);
}

/// As systemd wants it with Type=notify-reload; where the type is another, it is the state alone that counts.
std::string reloading_state() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  auto microseconds = std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
  return fmt::format("RELOADING=1\nMONOTONIC_USEC={}", microseconds);
}

void log(const reload_outcome& outcome) {
  for (const auto& line : log_lines(outcome))
    spdlog::log(line.is_error ? spdlog::level::err : spdlog::level::info, "{}", line.text);
}

} // namespace

/// What was opened ahead of the first change.
struct configuration_reload::opened_parts {
  std::vector<sink_port> sinks;
  std::vector<added_tenant> tenants;
  std::map<std::string, platform_ports> platforms; ///< of tenants that connect anew
  std::vector<std::unique_ptr<alert_receiver>> receivers;
};

configuration_reload::configuration_reload(configuration_result running, run_request request, reload_parts parts)
    : running_{std::move(running)}, request_{std::move(request)}, parts_{std::move(parts)} {}

configuration_reload::~configuration_reload() {
  while (!stop(std::chrono::hours{1})) {
  }
}

void configuration_reload::begin(answer done) {
  reload_outcome refused;
  {
    std::lock_guard lock{mutex_};
    if (!under_way_ && !stopping_) return start(std::move(done));
    refused.end = stopping_ ? reload_end::stopping : reload_end::busy;
  }
  log(refused);
  done(refused);
}

void configuration_reload::begin_or_follow() {
  auto nobody = [](const reload_outcome&) {}; // the log tells it
  std::unique_lock lock{mutex_};
  if (!under_way_ && !stopping_) return start(nobody);
  reload_outcome refused;
  refused.end = reload_end::stopping;
  if (stopping_) return log(refused);
  another_follows_ = true;
  spdlog::info("reload: one is under way, and another one follows it");
}

/// Under the lock. Whoever asked is answered when the next one may begin, since it may ask again at once.
void configuration_reload::start(answer done) {
  under_way_ = true;
  course_ = std::async(std::launch::async, [this, done = std::move(done)] {
    auto outcome = run_and_tell();
    auto another = another_follows();
    done(outcome);
    while (another) {
      run_and_tell();
      another = another_follows();
    }
  });
}

reload_outcome configuration_reload::run_and_tell() {
  parts_.manager->tell(reloading_state());
  auto outcome = run();
  if (outcome.end != reload_end::stopping) parts_.manager->tell("READY=1");
  log(outcome);
  return outcome;
}

bool configuration_reload::another_follows() {
  std::lock_guard lock{mutex_};
  under_way_ = std::exchange(another_follows_, false) && !stopping_;
  return under_way_;
}

bool configuration_reload::stop(std::chrono::milliseconds patience) {
  std::unique_lock lock{mutex_};
  stopping_ = true;
  if (!course_.valid()) return true;
  return course_.wait_for(patience) == std::future_status::ready;
}

reload_outcome configuration_reload::run() {
  reload_outcome outcome;
  try {
    // A token that was revoked counts no more, whatever else is wrong.
    if (parts_.http) {
      auto [read_again, problems] = parts_.http->reload();
      outcome.read_again = std::move(read_again);
      outcome.not_done = std::move(problems);
    }
    floor_configuration framework;
    auto around = process_surroundings();
    around.framework_options = &framework.options();
    auto read = load_configuration(request_.config_file, request_.overrides, around);
    outcome.problems = check(read);
    opened_parts opened;
    if (outcome.problems.empty()) {
      outcome.difference = difference_between(running_, read);
      outcome.problems = open_parts(read, outcome.difference, opened);
    }
    if (!outcome.problems.empty()) {
      outcome.end = reload_end::refused;
      outcome.difference = {};
      return outcome;
    }
    for (const auto& warning : all_warnings(read, process_open_file_limits())) spdlog::warn("{}", warning);
    apply(std::move(read), outcome, std::move(opened));
  } catch (const std::exception& failure) { // memory, most likely
    outcome.not_done.push_back(fmt::format("it broke off: {}", failure.what()));
  }
  return outcome;
}

std::vector<configuration_problem> configuration_reload::check(configuration_result& read) const {
  check_platforms(read);
  if (!read.problems.empty()) return read.problems;
  auto limit = raise_open_file_limit();
  auto needed = files_needed(read.configuration.tenants);
  if (needed <= limit) return {};
  return {{"floorwalker.tenants",
           fmt::format("the plan needs {} open files, and the limit is {}: raise it (ulimit -n, LimitNOFILE=)", needed,
                       limit)}};
}

std::vector<configuration_problem> configuration_reload::open_parts(const configuration_result& read,
                                                                    const configuration_difference& difference,
                                                                    opened_parts& opened) {
  std::vector<configuration_problem> problems;
  const auto& wanted = read.configuration;
  each_with(difference.sinks, {part_change::added}, [&](const changed_part& part) {
    auto [port, problem] = parts_.ports.open_sink(named(wanted.sinks, part.name));
    if (problem.empty())
      opened.sinks.push_back(std::move(port));
    else
      problems.push_back({"floorwalker.sinks." + part.name, std::move(problem)});
  });
  each_with(difference.tenants, {part_change::connects}, [&](const changed_part& part) {
    opened.platforms.emplace(part.name, parts_.ports.connect(named(wanted.tenants, part.name)));
  });
  each_with(difference.receivers, {part_change::added, part_change::restarted}, [&](const changed_part& part) {
    try {
      opened.receivers.push_back(parts_.alerting->open(named(wanted.alerting, part.name)));
    } catch (const std::exception& failure) {
      problems.push_back({"floorwalker.alerting." + part.name, failure.what()});
    }
  });
  if (problems.empty()) return problems;
  // Ports that nobody has used are let go of at once.
  auto unused = std::exchange(opened, {});
  for (auto& sink : unused.sinks) {
    sink.outlet = nullptr;
    parts_.ports.release_sink(sink.settings.name, release_patience);
  }
  return problems;
}

tenant_ports configuration_reload::ports_of(const tenant_settings& settings, reload_outcome& outcome) {
  auto ports = parts_.ports.open_tenant(settings);
  if (parts_.http) ports.audience = parts_.http->audience();
  ports.alert_audience = parts_.alerting;
  if (ports.recovered && !ports.recovered->damage.empty())
    outcome.not_done.push_back(fmt::format("tenant {} does not start, its audit trail is damaged: {}", settings.name,
                                           ports.recovered->damage));
  return ports;
}

/// True: some begin, and have to be told what stands.
bool configuration_reload::replace_receivers(const configuration_difference& difference, opened_parts& opened) {
  std::vector<std::string> gone;
  each_with(difference.receivers, {part_change::removed, part_change::restarted},
            [&](const changed_part& part) { gone.push_back(part.name); });
  auto some_begin = !opened.receivers.empty();
  if (!difference.receivers.empty()) parts_.alerting->replace(gone, std::move(opened.receivers));
  return some_begin;
}

void configuration_reload::apply(configuration_result read, reload_outcome& outcome, opened_parts opened) {
  auto& difference = outcome.difference;
  keep_until_restart(read, running_);
  const auto& wanted = read.configuration;
  if (difference.log_level) set_log_level(wanted.log.level);

  // First what goes: a file or a terminal has one writer at a time, and a trail has one.
  floor_change going;
  going.failed_removed = true;
  each_with(difference.tenants, {part_change::removed},
            [&](const changed_part& part) { going.tenants_removed.push_back(part.name); });
  each_with(difference.sinks, {part_change::removed, part_change::restarted},
            [&](const changed_part& part) { going.sinks_removed.push_back(part.name); });
  floor_changed gone;
  if (!tell_root(going, outcome, gone)) return;
  for (const auto& name : going.sinks_removed)
    if (!parts_.ports.release_sink(name, release_patience))
      outcome.not_done.push_back(fmt::format("sink {} still holds what it wrote to", name));

  // Tenants that had failed begin anew, however little of them differs: what was wrong may have been put right.
  std::vector<std::string> begin;
  each_with(difference.tenants, {part_change::added}, [&](const changed_part& part) { begin.push_back(part.name); });
  for (const auto& name : gone.failed_tenants) {
    auto listed = std::ranges::find(difference.tenants, name, &changed_part::name);
    if (listed != difference.tenants.end() && listed->change == part_change::removed) continue;
    if (listed == difference.tenants.end())
      difference.tenants.push_back({name, part_change::restarted, {}});
    else
      listed->change = part_change::restarted;
    begin.push_back(name);
  }
  std::ranges::sort(difference.tenants, {}, &changed_part::name);
  auto ended = going.tenants_removed;
  ended.insert(ended.end(), gone.failed_tenants.begin(), gone.failed_tenants.end());
  for (const auto& name : ended)
    if (!parts_.ports.close_tenant(name, release_patience))
      outcome.not_done.push_back(fmt::format("the trail of tenant {} is still being written", name));

  // What can't be started is missing in what runs, so that the next reload tries again.
  auto runs = read;
  auto stays_out = [&](const std::string& name, std::string sentence, auto leave_out) {
    outcome.not_done.push_back(std::move(sentence));
    leave_out(runs, name);
  };
  floor_change coming;
  coming.sinks_added = std::move(opened.sinks);
  each_with(difference.sinks, {part_change::restarted}, [&](const changed_part& part) {
    auto [port, problem] = parts_.ports.open_sink(named(wanted.sinks, part.name));
    if (problem.empty())
      coming.sinks_added.push_back(std::move(port));
    else
      stays_out(part.name, fmt::format("sink {} did not start again: {}", part.name, problem), leave_out_sink);
  });
  if (parts_.http) parts_.http->set_tenants(wanted.tenants);
  // Of a tenant that has ended no alert goes on.
  for (const auto& name : going.tenants_removed) parts_.alerting->begin(name);
  coming.alerts_told_again = replace_receivers(difference, opened);
  for (const auto& name : begin) {
    const auto& settings = named(wanted.tenants, name);
    if (!parts_.ports.close_tenant(name, release_patience)) { // what is written to must not be opened a second time
      stays_out(name, fmt::format("tenant {} did not start, since its trail is still being written", name),
                leave_out_tenant);
      continue;
    }
    coming.tenants_added.push_back({settings, ports_of(settings, outcome)});
  }
  each_with(difference.tenants, {part_change::rules, part_change::connects}, [&](const changed_part& part) {
    auto platform = opened.platforms.find(part.name);
    coming.tenants_changed.push_back(
        {std::make_shared<const tenant_settings>(named(wanted.tenants, part.name)), part.keys,
         platform == opened.platforms.end() ? std::nullopt : std::optional{platform->second}});
  });
  running_ = std::move(runs);
  floor_changed come;
  tell_root(std::move(coming), outcome, come);
}

/// False: the root did not answer, and nothing more can be changed.
bool configuration_reload::tell_root(floor_change change, reload_outcome& outcome, floor_changed& changed) {
  caf::scoped_actor self{parts_.system};
  auto told = false;
  self->request(parts_.root, floor_change_patience, std::make_shared<const floor_change>(std::move(change)))
      .receive(
          [&](floor_changed& result) {
            told = true;
            outcome.not_done.insert(outcome.not_done.end(), result.problems.begin(), result.problems.end());
            changed = std::move(result);
          },
          [&](const caf::error& error) {
            if (error == floor_error::stopping) {
              outcome.end = reload_end::stopping;
            } else {
              outcome.not_done.push_back(fmt::format("the floor did not take the change: {}", to_string(error)));
            }
          });
  return told;
}

} // namespace floorwalker
