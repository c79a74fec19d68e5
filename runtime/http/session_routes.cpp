#include "runtime/http/session_routes.hpp"

#include "messages/json_text.hpp"
#include "messages/wire/printable_sample.hpp"
#include "runtime/http/access_refusal.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

namespace floorwalker {
namespace {

constexpr auto path = "/api/v1/session";
constexpr std::string_view unknown = "This token is not known here.";

std::string session_json(const http_caller& caller, bool required, const std::vector<std::string>& tenants) {
  bool signed_in = caller.role != caller_role::nobody;
  std::string out = fmt::format(R"({{"signedIn":{},"required":{},"role":)", signed_in, required);
  append_json_string_or_null(out, signed_in ? std::optional{std::string{to_text(caller.role)}} : std::nullopt);
  out += R"(,"tenants":[)";
  bool first = true;
  for (const auto& tenant : tenants) {
    if (!caller.sees(tenant)) continue;
    if (!std::exchange(first, false)) out += ',';
    append_json_string(out, tenant);
  }
  return out + "]}";
}

/// The token of {"token": "…"}; nothing if the body is not that.
std::optional<std::string> token_in(std::string_view body) {
  boost::system::error_code error;
  boost::json::parse_options options;
  options.max_depth = 4;
  auto value = boost::json::parse({body.data(), body.size()}, error, {}, options);
  if (error || !value.is_object()) return {};
  const auto* token = value.as_object().if_contains("token");
  if (!token || !token->is_string()) return {};
  return std::string{token->as_string().data(), token->as_string().size()};
}

std::string cookie(std::string_view value, bool secure) {
  return fmt::format("floorwalker_session={}; Path=/; HttpOnly; SameSite=Strict{}{}", value, secure ? "; Secure" : "",
                     value.empty() ? "; Max-Age=0" : "");
}

served_answer with_cookie(std::string_view value, bool secure) {
  auto answer = empty_answer();
  answer.headers.emplace_back("Set-Cookie", cookie(value, secure));
  return answer;
}

served_answer sign_in(const served_request& request, access_control& access, bool secure) {
  if (!access.tokens_required()) return empty_answer();
  if (!request.brings_json()) return not_json_answer();
  auto token = token_in(request.body);
  if (!token) return problem_answer(400, "Bad request", R"(Expected {"token": "…"}.)");
  auto result = access.sign_in(*token, request.peer, std::chrono::steady_clock::now());
  if (result.refusal == identification::outcome::too_many_attempts) return too_many_attempts_answer();
  if (result.refusal != identification::outcome::known) {
    spdlog::warn("http: a sign-in from {} was refused: the token is not known", request.peer);
    return unknown_token_answer(unknown);
  }
  spdlog::info("http: {} signed in from {}", result.name, request.peer);
  // Signing in again over a session ends that one: a browser has no use for two.
  access.sign_out(request.credential);
  return with_cookie(result.session, secure);
}

} // namespace

void add_session_routes(http_routes& routes, std::shared_ptr<access_control> access, session_route_options options) {
  auto shared = std::make_shared<session_route_options>(std::move(options));
  auto tell = [access, shared](const served_request& request, const http_exchange_ptr& exchange) {
    exchange->respond(json_answer(session_json(request.caller, access->tokens_required(), shared->tenants())));
  };
  auto take_token = [access, shared](const served_request& request, const http_exchange_ptr& exchange) {
    exchange->respond(sign_in(request, *access, shared->secure));
  };
  auto sign_out = [access = std::move(access), shared](const served_request& request,
                                                       const http_exchange_ptr& exchange) {
    access->sign_out(request.credential);
    if (!request.credential.empty()) spdlog::info("http: {} signed out at {}", request.caller.name, request.peer);
    exchange->respond(with_cookie("", shared->secure));
  };
  routes.add("GET", path, caller_role::nobody, tell, no_query);
  routes.add("POST", path, caller_role::nobody, take_token, no_query);
  routes.add("DELETE", path, caller_role::nobody, sign_out, no_query);
}

} // namespace floorwalker
