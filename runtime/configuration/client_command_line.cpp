#include "runtime/configuration/client_command_line.hpp"

#include "runtime/configuration/text_forms.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace floorwalker {
namespace {

constexpr auto status_help =
    R"(Usage: floorwalker status [AGENT] [--url=URL] [--tenant=TENANT] [--token-file=FILE] [--ca-file=FILE] [--json]
       floorwalker status --trace=AGENT [--count=N] [--url=URL] [--tenant=TENANT] [--token-file=FILE] [--ca-file=FILE]
                          [--json]

Asks a running node over its HTTP API. Without AGENT it prints each tenant's condition, agents by state, figures and
firing alerts; with the id of an agent, what is known of that agent.

With --trace it follows the agent until Ctrl-C: each transition's way through the node is a line with the times, by the
node's clock, at which it was received, judged, journaled and delivered, and how long it took from one to the next.

Options:
  --url=URL            the node (default: http://127.0.0.1:8080)
  --tenant=TENANT      only this tenant (default: all that the token may see)
  --token-file=FILE    the access token, alone in a file (default: the environment variable FLOORWALKER_TOKEN)
  --ca-file=FILE       trust these certificates (PEM) instead of the system's
  --json               print the API's JSON
  --trace=AGENT        follow the transitions of this agent; needs --tenant if the token may see several
  --count=N            with --trace: end after N transitions
  --help               print this text

Exit codes: 0 fine · 1 the node can't be reached, or there is no such tenant or agent · 2 wrong usage ·
3 the token is missing or refused

Examples:
  floorwalker status
  floorwalker status 550e8400-e29b-41d4-a716-446655440000 --tenant=acme --json
  floorwalker status --trace=550e8400-e29b-41d4-a716-446655440000 --tenant=acme --count=10
  FLOORWALKER_TOKEN=$(cat token) floorwalker status --url=https://floor.example:8443 --ca-file=ca.pem
)";

constexpr auto watch_help =
    R"(Usage: floorwalker watch [--url=URL] [--tenant=TENANT] [--token-file=FILE] [--ca-file=FILE]

Shows the agents of one tenant as a table that follows the floor, with the time each is in its state. A lost connection
is shown with the data's age, and comes back by itself. Where the output is no terminal, each transition is a line.

Keys: / filter by name, id, team, state or reason · t n s sort by time, name, state (again: the other way round) ·
arrows, PgUp, PgDn, Home, End scroll · Esc ends the filter · q quits

Options:
  --url=URL            the node (default: http://127.0.0.1:8080)
  --tenant=TENANT      the tenant (default: the only one that the token may see)
  --token-file=FILE    the access token, alone in a file (default: the environment variable FLOORWALKER_TOKEN)
  --ca-file=FILE       trust these certificates (PEM) instead of the system's
  --help               print this text

NO_COLOR in the environment turns colours off, as does a terminal that is "dumb".

Exit codes: 0 fine · 1 the node can't be reached at the start, or there is no such tenant · 2 wrong usage ·
3 the token is missing or refused

Examples:
  floorwalker watch
  floorwalker watch --tenant=acme | grep unauthorized
)";

/// `found` is what stands where an agent's id has to.
std::string agent_expected(std::string_view where, const std::string& found) {
  return fmt::format("{} expects an agent's id (8-4-4-4-12 hexadecimal digits), found {}", where,
                     printable_value(found));
}

} // namespace

std::string client_help(std::string_view command) { return command == "watch" ? watch_help : status_help; }

client_parse parse_client_command(const std::string& command, std::vector<std::string> arguments) {
  auto wrong = [&](std::string_view what) { return client_usage{fmt::format("{}: {}", command, what), true}; };
  node_location node;
  status_request status;
  trace_request trace;
  std::int64_t count = 0; // the library makes a large number of a negative one
  std::string tenant;
  std::string agent;
  CLI::App parser;
  parser.set_help_flag("-h,--help");
  parser.add_option("--url", node.url);
  auto* given_tenant = parser.add_option("--tenant", tenant);
  auto* token_file = parser.add_option("--token-file", node.token_file);
  auto* ca_file = parser.add_option("--ca-file", node.ca_file);
  CLI::Option* given_agent = nullptr;
  CLI::Option* given_trace = nullptr;
  CLI::Option* given_count = nullptr;
  if (command == "status") {
    given_agent = parser.add_option("AGENT", agent);
    parser.add_flag("--json", status.json);
    given_trace = parser.add_option("--trace", trace.agent);
    given_count = parser.add_option("--count", count);
  }
  try {
    std::reverse(arguments.begin(), arguments.end()); // the library takes its arguments from the back
    parser.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    return client_usage{client_help(command), false};
  } catch (const CLI::ParseError& error) {
    return wrong(error.what());
  }
  if (given_tenant->count() != 0 && !is_name(tenant)) return wrong("--tenant expects a tenant's name");
  if (token_file->count() != 0 && node.token_file.empty()) return wrong("--token-file needs the name of a file");
  if (ca_file->count() != 0 && node.ca_file.empty()) return wrong("--ca-file needs the name of a file");
  auto traces = given_trace && given_trace->count() != 0;
  if (traces && !is_agent_id(trace.agent)) return wrong(agent_expected("--trace", trace.agent));
  if (traces && given_agent->count() != 0) return wrong("AGENT and --trace don't go together");
  if (given_count && given_count->count() != 0) {
    if (!traces) return wrong("--count goes with --trace");
    if (count < 1) return wrong("--count expects a number from 1 on");
    trace.count = static_cast<std::uint64_t>(count);
  }
  if (given_agent && given_agent->count() != 0) {
    if (!is_agent_id(agent)) return wrong(agent_expected("AGENT", agent));
    status.agent = agent;
  }
  if (command == "watch") return watch_request{std::move(node), std::move(tenant)};
  if (traces) {
    trace.node = std::move(node);
    trace.tenant = std::move(tenant);
    trace.json = status.json;
    return trace;
  }
  status.node = std::move(node);
  status.tenant = std::move(tenant);
  return status;
}

} // namespace floorwalker
