// Reads the configuration again while the engine runs, and applies what differs.
#pragma once

#include "actors/root/floor_change.hpp"
#include "messages/actors.hpp"
#include "runtime/alerting/alert_delivery.hpp"
#include "runtime/configuration/command_line.hpp"
#include "runtime/configuration/configuration.hpp"
#include "runtime/configuration/reload_outcome.hpp"
#include "runtime/process/floor_ports.hpp"
#include "runtime/process/http_service.hpp"
#include "runtime/process/service_manager.hpp"

#include <caf/fwd.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace floorwalker {

/// The parts of the process that a reload works on. All of them have to outlive it.
struct reload_parts {
  caf::actor_system& system;
  root_actor root;
  floor_ports& ports;
  http_service* http = nullptr; ///< null: there is none
  std::shared_ptr<alert_delivery> alerting;
  std::shared_ptr<const service_manager> manager;
};

/// One reload at a time, on a thread of its own. Everything that can fail is done before the first thing is changed: the
/// file is read and checked, and what new parts need from outside is opened.
class configuration_reload {
public:
  using answer = std::function<void(const reload_outcome&)>;

  /// `running` is what the process was started with, by `request`.
  configuration_reload(configuration_result running, run_request request, reload_parts parts);
  ~configuration_reload();
  configuration_reload(const configuration_reload&) = delete;
  configuration_reload& operator=(const configuration_reload&) = delete;

  /// Begins one. `done` is called once, here if another one is under way or the process ends, else on its thread when it
  /// has come to its end. Callable from any thread; the result is logged whoever asked.
  void begin(answer done);
  /// As a signal asks, which nobody can be answered: while one is under way, another one follows it, however often this
  /// is called meanwhile.
  void begin_or_follow();

  /// No further one begins. False: the one under way has not ended within `patience`. May be repeated.
  bool stop(std::chrono::milliseconds patience);

private:
  struct opened_parts;

  void start(answer done);
  reload_outcome run_and_tell();
  bool another_follows();
  reload_outcome run();
  std::vector<configuration_problem> check(configuration_result& read) const;
  std::vector<configuration_problem> open_parts(const configuration_result& read,
                                                const configuration_difference& difference, opened_parts& opened);
  void apply(configuration_result read, reload_outcome& outcome, opened_parts opened);
  bool tell_root(floor_change change, reload_outcome& outcome, floor_changed& changed);
  tenant_ports ports_of(const tenant_settings& settings, reload_outcome& outcome);
  bool replace_receivers(const configuration_difference& difference, opened_parts& opened);

  configuration_result running_;
  run_request request_;
  reload_parts parts_;
  std::mutex mutex_;
  // Guarded by mutex_:
  bool stopping_ = false;
  bool under_way_ = false;
  bool another_follows_ = false;
  std::future<void> course_; ///< of the last one that was begun, and of those that followed it
};

} // namespace floorwalker
