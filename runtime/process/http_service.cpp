#include "runtime/process/http_service.hpp"

#include "runtime/http/http_setup.hpp"
#include "runtime/http/session_routes.hpp"
#include "runtime/http/wallboard_files.hpp"
#include "runtime/process/process_metrics.hpp"

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/telemetry/collector/prometheus.hpp>
#include <fmt/format.h>

#include <functional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace floorwalker {
namespace {

constexpr std::chrono::seconds sinks_patience{2};

/// Asks by an actor of its own, so that nobody waits.
void ask_sinks(caf::actor_system& system, const root_actor& root,
               std::function<void(std::vector<sink_progress>)> done) {
  system.spawn([root, done = std::move(done)](caf::event_based_actor* self) {
    self->request(root, sinks_patience, sinks_query{})
        .then([done](std::vector<sink_progress>& sinks) { done(std::move(sinks)); },
              [done](const caf::error&) { done({}); });
  });
}

} // namespace

http_service::http_service(const node_configuration& configuration, const std::shared_ptr<const wall_clock>& clock,
                           std::shared_ptr<const sync_times> syncs)
    : settings_{configuration.http},
      syncs_{std::move(syncs)},
      api_{std::make_shared<live_api>(configuration.tenants, clock)} {
  auto [access, problem] = open_access(settings_);
  if (!access) throw std::runtime_error{"http.tokens-file: " + problem};
  access_ = access;
  http_routes routes;
  api_->add_routes(routes);
  add_session_routes(routes, access_,
                     {!settings_.tls_certificate.empty(), [names = api_->tenant_names()] { return names; }});
  add_wallboard_routes(routes, find_wallboard(settings_.wallboard));
  server_ = std::make_unique<http_server>(server_options_of(settings_), std::move(routes), access_);
}

void http_service::connect(caf::actor_system& system, const root_actor& root,
                           const std::shared_ptr<alert_delivery>& alerting, reload_request reload) {
  api_sources sources;
  sources.syncs = syncs_;
  sources.reload = std::move(reload);
  sources.sinks = [&system, root](auto done) { ask_sinks(system, root, std::move(done)); };
  sources.framework_metrics = [&system] {
    caf::telemetry::collector::prometheus collector;
    auto text = collector.collect_from(system.metrics());
    return process_metrics() + std::string{text.data(), text.size()};
  };
  sources.receivers = [alerting] { return alerting->figures(); };
  sources.silenced = [alerting](const auto& tenant, const auto& kinds) { alerting->silence(tenant, kinds); };
  api_->set_sources(std::move(sources));
}

http_service::reloaded http_service::reload() {
  reloaded result;
  auto told = [&](const char* what, const std::string& problem) {
    if (problem.empty())
      result.read_again.emplace_back(what);
    else
      result.problems.push_back(fmt::format("{}: it stays as it was: {}", what, problem));
  };
  if (!settings_.tokens_file.empty()) told("tokens", reload_tokens(*access_, settings_));
  if (!settings_.tls_certificate.empty()) told("certificate", server_->reload_certificate());
  return result;
}

void http_service::stop(std::chrono::milliseconds grace) {
  api_->stop();
  server_->stop(grace);
}

} // namespace floorwalker
