#include "runtime/client/node_access.hpp"

#include "messages/wire/json_members.hpp"
#include "messages/wire/printable_sample.hpp"
#include "runtime/network/http_client.hpp"
#include "runtime/network/network_failure.hpp"
#include "runtime/network/secret_text.hpp"
#include "runtime/network/system_wall_clock.hpp"
#include "runtime/network/tls_context.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace floorwalker {
namespace {

constexpr int unreachable = 1;
constexpr int wrong_usage = 2;
constexpr int refused = 3;
constexpr auto token_variable = "FLOORWALKER_TOKEN";
/// A page of a thousand agents has half a megabyte.
constexpr std::uint64_t answer_bytes_max = std::uint64_t{16} << 20;

bool is_set(const char* variable) {
  const auto* value = std::getenv(variable);
  return value && *value != '\0';
}

std::string read_token(const std::string& file) {
  if (file.empty() && !is_set(token_variable)) return {};
  auto token = read_secret("--token-file", file, token_variable);
  // A line break in it would write headers of its own.
  if (!std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7f; })) {
    wipe(token);
    throw client_failure(wrong_usage, fmt::format("{}: what it holds is no token",
                                                  file.empty() ? token_variable : "--token-file " + file));
  }
  return token;
}

} // namespace

node_access open_node_access(const node_location& location, const std::string& user_agent) {
  node_access access;
  auto at = std::make_shared<platform_access>();
  at->user_agent = user_agent;
  try {
    at->base = parse_base_url(location.url);
  } catch (const std::invalid_argument& problem) {
    throw client_failure(wrong_usage, fmt::format("--url: {}", problem.what()));
  }
  try {
    if (at->base.tls) at->tls = make_tls_context(location.ca_file);
  } catch (const std::invalid_argument& problem) {
    throw client_failure(wrong_usage, fmt::format("--ca-file: {}", problem.what()));
  }
  access.at = std::move(at);
  try {
    access.authorization = read_token(location.token_file);
  } catch (const network_failure& problem) {
    throw client_failure(wrong_usage, problem.what());
  }
  if (!access.at->base.tls && !location.ca_file.empty())
    throw client_failure(wrong_usage, "--ca-file needs an https URL");
  if (access.authorization.empty()) return access;
  if (!access.at->base.tls && !access.at->base.is_loopback()) {
    wipe(access.authorization);
    throw client_failure(wrong_usage, "a token is sent to another machine over https only");
  }
  access.authorization.insert(0, "Bearer ");
  return access;
}

http_answer ask_node(const node_access& access, const std::string& target) {
  boost::asio::io_context context;
  system_wall_clock clock;
  http_answer answer;
  http_limits limits;
  limits.body = answer_bytes_max;
  http_fetch(context.get_executor(), access.at, {target, access.authorization, {}, {}}, limits, clock,
             [&answer](http_answer given) { answer = std::move(given); });
  context.run();
  if (answer.status == 0 || answer.status == 401 || answer.status == 403) throw refusal(access, answer);
  return answer;
}

std::string problem_of(const http_answer& answer) {
  if (answer.status == 0) return answer.failure;
  boost::json::error_code error;
  auto body = boost::json::parse(boost::json::string_view{answer.body.data(), answer.body.size()}, error);
  auto detail = !error && body.is_object() ? wire::text_of_member(body.get_object(), "detail") : std::string_view{};
  if (!detail.empty()) return wire::printable_sample(detail);
  return fmt::format("it answered with HTTP status {}", answer.status);
}

client_failure refusal(const node_access& access, const http_answer& answer) {
  auto at = access.at->base.http_text();
  if (answer.status == 0) return {unreachable, fmt::format("{} can't be reached: {}", at, answer.failure)};
  if (answer.status != 401 && answer.status != 403) return {unreachable, fmt::format("{}: {}", at, problem_of(answer))};
  if (access.authorization.empty())
    return {refused, fmt::format("{} wants a token: set {} or give --token-file", at, token_variable)};
  return {refused, fmt::format("{} refuses the token", at)};
}

} // namespace floorwalker
