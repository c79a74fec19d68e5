// The HTTP side of a process: server, sign-in, wallboard and live API, put together from the configuration.
#pragma once

#include "actors/wall_clock.hpp"
#include "messages/actors.hpp"
#include "messages/settings.hpp"
#include "runtime/alerting/alert_delivery.hpp"
#include "runtime/api/live_api.hpp"
#include "runtime/http/http_server.hpp"

#include <caf/fwd.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace floorwalker {

class http_service {
public:
  /// Listens from here on. Throws std::runtime_error with one clause on what keeps it from that: the address, the
  /// certificate, the tokens file, the wallboard's folder.
  http_service(const node_configuration& configuration, const std::shared_ptr<const wall_clock>& clock,
               std::shared_ptr<const sync_times> syncs);

  live_audience_ptr audience() const { return api_; }
  std::string url() const { return server_->url(); }

  using reload_request = std::function<void(std::function<void(const reload_outcome&)> done)>;
  /// Sinks are asked of `root` from now on, `alerting` hears of silences, and whoever may have the configuration read
  /// again gets that from `reload`. The system has to outlive stop().
  void connect(caf::actor_system& system, const root_actor& root, const std::shared_ptr<alert_delivery>& alerting,
               reload_request reload);
  /// Reads tokens, certificate and key again; blocks while it does. What is wrong changes nothing.
  struct reloaded {
    std::vector<std::string> read_again; ///< "tokens", "certificate"
    std::vector<std::string> problems;   ///< a sentence for what stays as it was
  };
  reloaded reload();
  /// As live_api::set_tenants().
  void set_tenants(std::vector<tenant_settings> tenants) { api_->set_tenants(std::move(tenants)); }
  /// The process is about to end: it is not ready, and takes no further live clients.
  void drain() { api_->drain(); }
  /// Ends streams and connections, within `grace`.
  void stop(std::chrono::milliseconds grace);

private:
  http_settings settings_;
  std::shared_ptr<access_control> access_;
  std::shared_ptr<const sync_times> syncs_;
  std::shared_ptr<live_api> api_;
  std::unique_ptr<http_server> server_;
};

} // namespace floorwalker
