#include "runtime/http/http_setup.hpp"

#include "runtime/configuration/text_forms.hpp"
#include "runtime/http/tokens_file.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace floorwalker {
namespace {

std::chrono::milliseconds in_milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::ceil<std::chrono::milliseconds>(time);
}

tokens_file_content read_tokens(const std::string& file) {
  auto content = read_tokens_file(file);
  if (content.missing) content.problem = fmt::format("there is no tokens file {}", file);
  return content;
}

} // namespace

server_options server_options_of(const http_settings& settings) {
  server_options options;
  if (auto listen = parse_listen_address(settings.listen)) {
    options.host = listen->host;
    options.port = listen->port;
  }
  options.tls_certificate = settings.tls_certificate;
  options.tls_key = settings.tls_key;
  options.hosts = settings.hosts;
  auto& limits = options.limits;
  limits.connections = settings.max_connections;
  limits.body_bytes = settings.max_body;
  limits.stream_bytes = settings.max_stream_backlog;
  limits.head_time = in_milliseconds(settings.request_timeout);
  limits.body_time = in_milliseconds(settings.request_timeout);
  limits.idle_time = in_milliseconds(settings.idle_timeout);
  limits.send_time = in_milliseconds(settings.send_timeout);
  return options;
}

opened_access open_access(const http_settings& settings) {
  if (settings.tokens_file.empty()) return {std::make_shared<access_control>(), {}};
  auto content = read_tokens(settings.tokens_file);
  if (!content.problem.empty()) return {nullptr, std::move(content.problem)};
  access_control::session_limits limits{settings.session_lifetime, settings.session_idle};
  return {std::make_shared<access_control>(std::move(content.tokens), limits), {}};
}

std::string reload_tokens(access_control& access, const http_settings& settings) {
  if (settings.tokens_file.empty()) return {};
  auto content = read_tokens(settings.tokens_file);
  if (content.problem.empty()) access.replace_tokens(std::move(content.tokens));
  return content.problem;
}

} // namespace floorwalker
