#include "runtime/configuration/token_command_line.hpp"

#include "runtime/configuration/text_forms.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace floorwalker {
namespace {

constexpr auto help =
    R"(Usage: floorwalker token new NAME --role=ROLE [--tenants=A,B] [--tokens-file=FILE | --config-file=FILE]
       floorwalker token list [--json] [--tokens-file=FILE | --config-file=FILE]
       floorwalker token revoke NAME [--tokens-file=FILE | --config-file=FILE]

Manages who may use the HTTP API. "new" makes a token and prints it on stdout, this once: the file holds only its hash.
"list" shows names, roles and tenants. A running engine reads the file again on SIGHUP; sessions of a revoked token and
streams that it opened end then.

Options:
  --role=ROLE          viewer: sees agents, metrics, alerts and the stream
                       auditor: also reads agents' history from the trail, and each reading is logged
                       administrator: also changes what the node does, as far as the API can
  --tenants=A,B        the tenants that the token may see (default: all)
  --tokens-file=FILE   the file (default: the one that floorwalker.http.tokens-file names in the configuration);
                       made with mode 0600 when it is missing
  --config-file=FILE   configuration file (default: ./floorwalker.conf, /etc/floorwalker/floorwalker.conf)
  --json               print the list as JSON
  --help               print this text

Exit codes: 0 done · 1 the file can't be read or written · 2 wrong usage, or a name that is taken or unknown

Examples:
  floorwalker token new wall-berlin --role=viewer --tenants=acme --tokens-file=/etc/floorwalker/tokens
  floorwalker token list --config-file=/etc/floorwalker/floorwalker.conf
  floorwalker token revoke wall-berlin && systemctl reload floorwalker
)";

token_usage wrong(std::string what) { return {"token: " + std::move(what), true}; }

std::optional<token_usage> check(const token_command_request& request) {
  if (request.command == token_command::list) return {};
  if (!is_name(request.name)) return wrong("a token's name must be 1 to 64 of A-Z a-z 0-9 . _ -");
  for (const auto& tenant : request.tenants)
    if (!is_name(tenant)) return wrong("--tenants expects names of tenants separated by commas");
  return {};
}

} // namespace

std::string token_help() { return help; }

std::variant<token_command_request, token_usage> parse_token_command(std::vector<std::string> arguments) {
  if (arguments.empty()) return wrong("expected new, list or revoke");
  auto command = arguments.front();
  arguments.erase(arguments.begin());
  if (command == "--help" || command == "-h") return token_usage{help, false};
  if (command != "new" && command != "list" && command != "revoke")
    return wrong(fmt::format("unknown command \"{}\": expected new, list or revoke", command));

  token_command_request request;
  std::string config_file;
  CLI::App parser;
  parser.set_help_flag("-h,--help");
  parser.add_option("--tokens-file", request.tokens_file);
  auto* config = parser.add_option("--config-file", config_file);
  if (command == "list") {
    parser.add_flag("--json", request.json);
  } else {
    request.command = command == "new" ? token_command::create : token_command::revoke;
    parser.add_option("NAME", request.name)->required();
  }
  if (command == "new") {
    parser.add_option("--role", request.role)->required()->check(CLI::IsMember({"viewer", "auditor", "administrator"}));
    parser.add_option("--tenants", request.tenants)->delimiter(',');
  }
  try {
    std::reverse(arguments.begin(), arguments.end()); // the library takes its arguments from the back
    parser.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    return token_usage{help, false};
  } catch (const CLI::ParseError& error) {
    return wrong(fmt::format("{}: {}", command, error.what()));
  }
  if (config->count() != 0) request.config_file = config_file;
  if (request.config_file && !request.tokens_file.empty())
    return wrong("--tokens-file and --config-file exclude each other");
  if (auto problem = check(request)) return std::move(*problem);
  return request;
}

} // namespace floorwalker
