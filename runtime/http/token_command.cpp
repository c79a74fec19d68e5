#include "runtime/http/token_command.hpp"

#include "messages/json_text.hpp"
#include "messages/wire/timestamp.hpp"
#include "runtime/configuration/configuration.hpp"
#include "runtime/http/random_secret.hpp"
#include "runtime/http/tokens_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <ostream>
#include <string_view>
#include <utility>

namespace floorwalker {
namespace {

constexpr int done = 0;
constexpr int failed = 1;
constexpr int wrong_usage = 2;

/// The file that the request or the configuration names; empty: none, and why is on `messages`.
std::string tokens_file_of(const token_command_request& request, surroundings around, std::ostream& messages) {
  if (!request.tokens_file.empty()) return request.tokens_file;
  // Only one key is wanted: the file that it names may be still to be made, and secrets of tenants are not at hand here.
  around.inspect_file = [](const std::string&) { return file_condition{}; };
  around.environment = [](const std::string&) { return std::optional<std::string>{"x"}; };
  auto read = load_configuration(request.config_file, {}, around);
  auto& file = read.configuration.http.tokens_file;
  if (!file.empty()) return file;
  for (const auto& problem : read.problems) messages << problem.to_line() << '\n';
  messages << "floorwalker: token: the configuration names no floorwalker.http.tokens-file: expected --tokens-file\n";
  return {};
}

std::string to_text(const std::vector<std::string>& tenants, bool all) {
  return all ? "all tenants" : fmt::format("{}", fmt::join(tenants, ", "));
}

bool has_name(const tokens_file_content& content, std::string_view name) {
  return std::any_of(content.tokens.begin(), content.tokens.end(),
                     [&](const api_token& token) { return token.name == name; });
}

int create(const token_command_request& request, const std::string& file, std::ostream& out, std::ostream& messages) {
  auto secret = random_token();
  api_token token;
  token.name = request.name;
  token.role = parse_role(request.role).value_or(caller_role::viewer);
  token.all_tenants = request.tenants.empty();
  token.tenants = request.tenants;
  token.hash = hash_secret(secret);
  token.created = wire::to_text(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  std::string_view refusal;
  auto problem = edit_tokens_file(file, [&](const tokens_file_content& content) -> std::optional<std::string> {
    if (has_name(content, request.name)) refusal = "has this name already: revoke it first, or choose another";
    if (content.tokens.size() >= tokens_max) refusal = "cannot be added: the file is full";
    if (!refusal.empty()) return {};
    return with_token(content.text, token);
  });
  if (!problem.empty()) {
    messages << "floorwalker: token: " << problem << '\n';
    return failed;
  }
  if (!refusal.empty()) {
    messages << fmt::format("floorwalker: token: a token {} {}\n", request.name, refusal);
    return wrong_usage;
  }
  out << secret << std::endl; // flushed: it is shown this once
  messages << fmt::format("{} may use the HTTP API as {} of {}. The token is shown this once; {} holds its hash.\n"
                          "A running engine takes it after SIGHUP.\n",
                          token.name, request.role, to_text(token.tenants, token.all_tenants), file);
  return done;
}

int revoke(const token_command_request& request, const std::string& file, std::ostream& messages) {
  bool known = false;
  auto problem = edit_tokens_file(file, [&](const tokens_file_content& content) -> std::optional<std::string> {
    known = has_name(content, request.name);
    if (!known) return {};
    return without_token(content.text, request.name);
  });
  if (!problem.empty()) {
    messages << "floorwalker: token: " << problem << '\n';
    return failed;
  }
  if (!known) {
    messages << fmt::format("floorwalker: token: there is no token {} in {}\n", request.name, file);
    return wrong_usage;
  }
  messages << fmt::format("{} is revoked. A running engine refuses it after SIGHUP.\n", request.name);
  return done;
}

std::string list_json(const std::vector<api_token>& tokens) {
  std::string out = R"({"tokens":[)";
  bool first = true;
  for (const auto& token : tokens) {
    if (!std::exchange(first, false)) out += ',';
    out += R"({"name":)";
    append_json_string(out, token.name);
    out += R"(,"role":)";
    append_json_string(out, to_text(token.role));
    out += R"(,"tenants":)";
    if (token.all_tenants) out += "null";
    for (std::size_t i = 0; i < token.tenants.size(); ++i) {
      out += i == 0 ? '[' : ',';
      append_json_string(out, token.tenants[i]);
    }
    if (!token.all_tenants) out += ']';
    out += R"(,"created":)";
    append_json_string_or_null(out, token.created == "-" ? std::nullopt : std::optional{token.created});
    out += '}';
  }
  return out + "]}\n";
}

int list(const token_command_request& request, const std::string& file, std::ostream& out, std::ostream& messages) {
  auto content = read_tokens_file(file);
  if (content.missing) content.problem = fmt::format("there is no file {}", file);
  if (!content.problem.empty()) {
    messages << "floorwalker: token: " << content.problem << '\n';
    return failed;
  }
  if (request.json) {
    out << list_json(content.tokens) << std::flush;
    return done;
  }
  std::size_t width = 4;
  for (const auto& token : content.tokens) width = std::max(width, token.name.size());
  out << fmt::format("{:<{}}  {:<13}  {:<24}  {}\n", "NAME", width, "ROLE", "CREATED", "TENANTS");
  for (const auto& token : content.tokens)
    out << fmt::format("{:<{}}  {:<13}  {:<24}  {}\n", token.name, width, to_text(token.role), token.created,
                       to_text(token.tenants, token.all_tenants));
  out << std::flush;
  return done;
}

} // namespace

int run_token(const token_command_request& request, const surroundings& around, std::ostream& out,
              std::ostream& messages) {
  auto file = tokens_file_of(request, around, messages);
  if (file.empty()) return wrong_usage;
  switch (request.command) {
  case token_command::create:
    return create(request, file, out, messages);
  case token_command::revoke:
    return revoke(request, file, messages);
  case token_command::list:
    break;
  }
  return list(request, file, out, messages);
}

} // namespace floorwalker
