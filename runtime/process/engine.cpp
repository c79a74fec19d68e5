#include "runtime/process/engine.hpp"

#include "actors/root/root.hpp"
#include "messages/json_text.hpp"
#include "runtime/alerting/alert_delivery.hpp"
#include "runtime/audit/data_directory.hpp"
#include "runtime/configuration/check_report.hpp"
#include "runtime/configuration/configuration.hpp"
#include "runtime/configuration/framework_options.hpp"
#include "runtime/network/system_wall_clock.hpp"
#include "runtime/outlets/live_view.hpp"
#include "runtime/process/configuration_reload.hpp"
#include "runtime/process/final_metrics.hpp"
#include "runtime/process/floor_ports.hpp"
#include "runtime/process/floor_system.hpp"
#include "runtime/process/http_service.hpp"
#include "runtime/process/logging.hpp"
#include "runtime/process/memory_policy.hpp"
#include "runtime/process/open_files.hpp"
#include "runtime/process/platform_check.hpp"
#include "runtime/process/service_manager.hpp"
#include "runtime/process/service_watchdog.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <csignal>
#include <functional>
#include <future>
#include <iostream>
#include <map>
#include <random>
#include <stdexcept>
#include <thread>
#include <unistd.h>

namespace floorwalker {
namespace {

/// After the drain, actors that were cut off get this long to let go of their sockets.
constexpr std::chrono::milliseconds release_deadline{400};
/// What the trails and cursors still hold is written, and a checkpoint behind it, for at most this long.
constexpr std::chrono::milliseconds close_deadline{500};
/// Live clients get what was told last, and a proper end, for at most this long.
constexpr std::chrono::milliseconds http_grace{300};
constexpr int killed_by_second_signal = 130;
/// Of a process that was stopped while the disk took nothing: not everything was drained.
constexpr int records_lost = 1;

/// The problem that keeps an engine from starting: bad surroundings rather than a bad configuration.
class start_refused : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// Sinks as configured; with --print-audit one more.
std::vector<sink_port> open_sinks(const node_configuration& configuration, bool print_audit, floor_ports& floor) {
  std::vector<sink_port> ports;
  auto open = [&](const sink_settings& settings) {
    auto [port, problem] = floor.open_sink(settings);
    if (!problem.empty()) throw start_refused{problem};
    ports.push_back(std::move(port));
  };
  for (const auto& settings : configuration.sinks) open(settings);
  if (print_audit) {
    sink_settings audit;
    audit.name = "print-audit";
    open(audit);
  }
  return ports;
}

/// Turns signals into the order to stop; the second one ends the process.
class stop_signals {
public:
  stop_signals(boost::asio::io_context& context, root_actor root, std::function<void()> begun,
               std::function<void()> hung_up)
      : signals_(context, SIGINT, SIGTERM, SIGHUP),
        root_(std::move(root)),
        begun_(std::move(begun)),
        hung_up_(std::move(hung_up)) {
    wait();
  }

  void cancel() {
    boost::asio::post(signals_.get_executor(), [this] {
      signals_.cancel();
      root_ = nullptr;
    });
  }

private:
  void wait() {
    signals_.async_wait([this](boost::system::error_code error, int number) {
      if (error) return;
      if (number == SIGHUP) {
        if (!stopping_) hung_up_();
        return wait();
      }
      if (stopping_) {
        live_view::give_screens_back();
        ::_exit(killed_by_second_signal);
      }
      stopping_ = true;
      spdlog::info("stopping: what was received is finished first; a second signal ends at once");
      begun_();
      if (root_) caf::anon_send(root_, stop_command{});
      wait();
    });
  }

  boost::asio::signal_set signals_;
  root_actor root_;
  std::function<void()> begun_; ///< hears of the first signal to stop
  std::function<void()> hung_up_;
  bool stopping_ = false;
};

/// Nothing if no address is configured.
std::unique_ptr<http_service> serve_http(const node_configuration& configuration,
                                         const std::shared_ptr<const wall_clock>& clock,
                                         const std::shared_ptr<const sync_times>& syncs) {
  if (configuration.http.listen.empty()) return nullptr;
  try {
    auto http = std::make_unique<http_service>(configuration, clock, syncs);
    spdlog::info("the wallboard is at {}", http->url());
    return http;
  } catch (const std::runtime_error& problem) {
    throw start_refused{fmt::format("floorwalker.http: {}", problem.what())};
  }
}

process_end await_end(caf::actor_system& system, const root_actor& root) {
  caf::scoped_actor self{system};
  process_end end;
  self->request(root, caf::infinite, caf::join_atom_v)
      .receive([&](const process_end_ptr& result) { end = *result; },
               [&](const caf::error& error) {
                 spdlog::error("the root of the supervision tree failed: {}", to_string(error));
                 end.exit_code = 1;
               });
  return end;
}

/// Waits until every actor is gone, but not for ever: a drain that was cut off may leave some behind.
bool all_actors_done(caf::actor_system& system) {
  auto done = std::make_shared<std::promise<void>>();
  auto waiting = done->get_future();
  std::thread{[&system, done] {
    system.await_all_actors_done();
    done->set_value();
  }}.detach();
  return waiting.wait_for(release_deadline) == std::future_status::ready;
}

int run(const configuration_result& read, const run_request& request) {
  const auto& configuration = read.configuration;
  for (const auto& tenant : configuration.tenants)
    spdlog::info("tenant {}: {} at {}", tenant.name,
                 tenant.all_agents ? std::string{"all agents"} : fmt::format("{} agents", tenant.agents.size()),
                 tenant.base_url);
  auto clock = std::make_shared<const system_wall_clock>();
  auto syncs = std::make_shared<sync_times>();
  auto [data, refused] =
      open_data_directory(configuration.node, configuration.audit, clock, std::make_shared<timed_file_system>(syncs));
  if (!data) throw start_refused{fmt::format("floorwalker.node.data-dir: {}", refused)};
  auto http = serve_http(configuration, clock, syncs); // before a trail is touched: its port may be taken
  network_threads threads;
  floor_ports floor{configuration.node.data_dir, clock, *data, threads};
  root_ports ports;
  ports.sinks = open_sinks(configuration, request.print_audit, floor);
  std::map<std::string, tenant_ports> tenants;
  for (const auto& tenant : configuration.tenants) tenants.emplace(tenant.name, floor.open_tenant(tenant));
  auto alerting = std::make_shared<alert_delivery>(configuration, http ? http->url() : std::string{}, clock,
                                                   std::random_device{}());
  auto manager = std::make_shared<service_manager>(
      read_service_wishes(process_surroundings().environment, static_cast<int>(::getpid())));
  floor_configuration framework;
  apply_framework_options(read.framework, framework);
  process_end end;
  {
    caf::actor_system system{framework};
    ports.tenant = [&](const tenant_settings& settings) {
      auto of = std::move(tenants.at(settings.name));
      if (http) of.audience = http->audience();
      of.alert_audience = alerting;
      return of;
    };
    auto root = spawn_root(system, configuration.tenants, std::move(ports), std::random_device{}());
    configuration_reload reload{read, request, {system, root, floor, http.get(), alerting, manager}};
    if (http) http->connect(system, root, alerting, [&reload](auto done) { reload.begin(std::move(done)); });
    stop_signals signals{threads.context(), root,
                         [&http, &manager] {
                           manager->tell("STOPPING=1");
                           if (http) http->drain();
                         },
                         [&reload] {
                           spdlog::info("reload: SIGHUP asks for it");
                           reload.begin_or_follow();
                         }};
    service_watchdog watchdog{threads.context(), system, root, manager};
    manager->tell("READY=1");
    end = await_end(system, root);
    watchdog.stop();
    signals.cancel();
    auto reload_ended = reload.stop(http_grace);
    if (http) http->stop(http_grace);
    root = nullptr;
    auto clean = all_actors_done(system) && reload_ended;
    threads.stop(clean ? std::chrono::seconds{2} : std::chrono::milliseconds{200});
    // The outlets' threads end here, so that nothing is written after the final metrics.
    if (reload_ended) floor.release_sinks();
    clean = data->stop(close_deadline) && clean;
    if (data->lost_records() > 0 && end.exit_code == 0) end.exit_code = records_lost;
    print_final_metrics(end.final_metrics);
    if (!clean) {
      spdlog::warn("parts of the floor did not let go in time; ending without them");
      spdlog::shutdown();
      live_view::give_screens_back(); // an outlet that a sink still holds
      ::_exit(end.exit_code);
    }
  }
  return end.exit_code;
}

} // namespace

int run_engine(const run_request& request) {
  keep_freed_memory();
  floor_configuration framework;
  auto around = process_surroundings();
  around.framework_options = &framework.options();
  auto read = load_configuration(request.config_file, request.overrides, around);
  check_platforms(read);
  if (!read.problems.empty()) {
    print_problems(read, std::cerr);
    return 2;
  }
  start_logging(read.configuration.log);
  auto limit = raise_open_file_limit();
  auto needed = files_needed(read.configuration.tenants);
  if (needed > limit) {
    std::cerr << fmt::format("the plan needs {} open files, and the limit is {}: raise it (ulimit -n, LimitNOFILE=)\n",
                             needed, limit);
    return 2;
  }
  auto& connections = read.configuration.http.max_connections;
  if (auto fitting = connections_that_fit(connections, needed, limit);
      fitting < connections && !read.configuration.http.listen.empty()) {
    spdlog::warn("the limit of {} open files leaves room for {} HTTP connections, not for {}: raise it (ulimit -n, "
                 "LimitNOFILE=) or lower http.max-connections",
                 limit, fitting, connections);
    connections = fitting;
  }
  for (const auto& warning : all_warnings(read, process_open_file_limits())) spdlog::warn("{}", warning);
  // A reader of stdout that went away is an error of that write, never the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return run(read, request);
  } catch (const start_refused& problem) {
    std::cerr << problem.what() << '\n';
    return 2;
  } catch (const std::exception& failure) {
    spdlog::error("{}", failure.what());
    return 1;
  }
}

} // namespace floorwalker
