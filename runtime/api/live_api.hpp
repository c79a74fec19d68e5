// The live API: hears every tenant's hub, answers queries, and keeps the streams of live clients.
#pragma once

#include "actors/hub/live_audience.hpp"
#include "actors/wall_clock.hpp"
#include "messages/actors.hpp"
#include "messages/settings.hpp"
#include "runtime/alerting/receiver_figures.hpp"
#include "runtime/api/sync_times.hpp"
#include "runtime/configuration/reload_outcome.hpp"
#include "runtime/http/http_routes.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace floorwalker {

/// What the API asks of the process around it. Each may be empty.
struct api_sources {
  /// Asks how far the sinks are; `done` is called once, from any thread, and may be dropped.
  std::function<void(std::function<void(std::vector<sink_progress>)> done)> sinks;
  /// The process's and the actor framework's own metrics in Prometheus's text format.
  std::function<std::string()> framework_metrics;
  std::shared_ptr<const sync_times> syncs;
  /// What became of the notices for each receiver of alerts.
  std::function<std::vector<receiver_figures>()> receivers;
  /// Hears which kinds of a tenant's alerts are silenced, whenever that has changed.
  std::function<void(const std::string& tenant, const std::vector<std::string>& kinds)> silenced;
  /// Reads the configuration again; `done` is called once, from any thread.
  std::function<void(std::function<void(const reload_outcome&)> done)> reload;
};

/// Has a thread of its own. Order of the end: drain(), then stop(), then the HTTP server stops; hubs may call take()
/// as long as they like.
class live_api final : public live_audience {
public:
  live_api(const std::vector<tenant_settings>& tenants, std::shared_ptr<const wall_clock> clock);
  ~live_api() override;
  live_api(const live_api&) = delete;
  live_api& operator=(const live_api&) = delete;

  void take(live_update_ptr update) override;

  /// Before the routes are asked; the sources are used on the API's thread.
  void set_sources(api_sources sources);
  /// Adds every route of docs/api.md but those of sessions and of the wallboard. The API has to outlive the server.
  void add_routes(http_routes& routes);
  /// Callable from any thread.
  std::vector<std::string> tenant_names() const;
  /// After a reload these are the tenants. One that is there already keeps what is known of it and its clients; the
  /// streams of one that is not there any more end. To be called before a new one's hub has started.
  void set_tenants(std::vector<tenant_settings> tenants);

  /// From now on the process is not ready.
  void drain();
  /// Streams end properly, and nothing is told any more.
  void stop();

private:
  class service;
  std::shared_ptr<service> service_;
  mutable std::mutex names_mutex_;
  std::vector<std::string> names_; ///< guarded by names_mutex_
};

} // namespace floorwalker
