#include "runtime/process/http_service.hpp"

#include "runtime/configuration/text_forms.hpp"
#include "runtime/http/session_routes.hpp"
#include "runtime/http/tokens_file.hpp"
#include "runtime/http/wallboard_files.hpp"

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

std::chrono::milliseconds in_milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::ceil<std::chrono::milliseconds>(time);
}

std::shared_ptr<access_control> access_of(const http_settings& settings) {
  if (settings.tokens_file.empty()) return std::make_shared<access_control>();
  auto [text, tokens, problem, missing] = read_tokens_file(settings.tokens_file);
  if (missing) problem = "there is no such file";
  if (!problem.empty()) throw std::runtime_error{fmt::format("http.tokens-file {}: {}", settings.tokens_file, problem)};
  return std::make_shared<access_control>(
      std::move(tokens), access_control::session_limits{settings.session_lifetime, settings.session_idle});
}

server_options options_of(const http_settings& settings) {
  server_options options;
  if (auto at = parse_host_and_port(settings.listen)) {
    options.host = at->host;
    options.port = at->port;
  }
  options.tls_certificate = settings.tls_certificate;
  options.tls_key = settings.tls_key;
  options.hosts = settings.hosts;
  options.limits.connections = settings.max_connections;
  options.limits.body_bytes = settings.max_body;
  options.limits.stream_bytes = settings.max_stream_backlog;
  options.limits.head_time = options.limits.body_time = in_milliseconds(settings.request_timeout);
  options.limits.idle_time = in_milliseconds(settings.idle_timeout);
  options.limits.send_time = in_milliseconds(settings.send_timeout);
  return options;
}

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
    : syncs_{std::move(syncs)}, api_{std::make_shared<live_api>(configuration.tenants, clock)} {
  const auto& settings = configuration.http;
  auto access = access_of(settings);
  http_routes routes;
  api_->add_routes(routes);
  add_session_routes(routes, access,
                     {!settings.tls_certificate.empty(), [names = api_->tenant_names()] { return names; }});
  add_wallboard_routes(routes, find_wallboard(settings.wallboard));
  server_ = std::make_unique<http_server>(options_of(settings), std::move(routes), std::move(access));
}

void http_service::connect(caf::actor_system& system, const root_actor& root) {
  api_sources sources;
  sources.syncs = syncs_;
  sources.sinks = [&system, root](auto done) { ask_sinks(system, root, std::move(done)); };
  sources.framework_metrics = [&system] {
    caf::telemetry::collector::prometheus collector;
    auto text = collector.collect_from(system.metrics());
    return std::string{text.data(), text.size()};
  };
  api_->set_sources(std::move(sources));
}

void http_service::stop(std::chrono::milliseconds grace) {
  api_->stop();
  server_->stop(grace);
}

} // namespace floorwalker
