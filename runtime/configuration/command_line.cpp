#include "runtime/configuration/command_line.hpp"

#include "runtime/configuration/audit_command_line.hpp"
#include "runtime/configuration/client_command_line.hpp"
#include "runtime/configuration/token_command_line.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace floorwalker {
namespace {

constexpr auto exit_codes = R"(
Exit codes:
  0    fine
  1    unexpected failure; status and watch: the node can't be reached
  2    wrong usage or configuration; every problem is a line on stderr
  3    credentials or scope rejected, no tenant left; status and watch: the token is refused
  4    every listener stopped by the close-code policy
  5    audit journal damaged beyond what a crash explains
  130  a second signal cut the shutdown short
)";

constexpr auto general_help =
    R"(Floorwalker follows the agents of contact centres live and judges every change of state.

Usage: floorwalker COMMAND [OPTIONS]

Commands:
  run      run until SIGINT or SIGTERM
  check    read and check the configuration, say what would be done
  status   ask a running node how the floor is, or one agent
  watch    follow a running node's floor as a table in the terminal
  audit    verify, export, show and replay a tenant's audit trail
  token    make, list and revoke the tokens of the HTTP API
  version  print the version
  help     print this text; "help COMMAND" says more, as does "help audit COMMAND"

Examples:
  floorwalker check --config-file=configs/single-tenant.conf
  floorwalker run --config-file=configs/single-tenant.conf
  floorwalker run --config-file=my.conf --floorwalker.log.level=debug --caf.scheduler.max-threads=2
  floorwalker status --tenant=acme
  floorwalker audit verify /var/lib/floorwalker/audit/acme

Without --config-file, ./floorwalker.conf is read, else /etc/floorwalker/floorwalker.conf, else no file: then
CXONE_TENANT_ID, CXONE_CLIENT_ID and CXONE_CLIENT_SECRET in the environment make one tenant.
)";

constexpr auto run_help = R"(Usage: floorwalker run [--config-file=FILE] [--print-audit] [--KEY=VALUE …]

Runs until SIGINT or SIGTERM, then drains, prints the final metrics as the last line of stdout and exits.
A second signal exits at once. Logs go to stderr.

Options:
  --config-file=FILE   configuration file (default: ./floorwalker.conf, /etc/floorwalker/floorwalker.conf, or none)
  --print-audit        print each audit entry as a line of JSON on stdout
  --floorwalker.…=…    any key of the configuration, over the file: --floorwalker.log.level=debug
  --caf.…=…            any option of CAF: --caf.scheduler.max-threads=2
  --help               print this text

Examples:
  floorwalker run --config-file=configs/single-tenant.conf
  floorwalker run --config-file=my.conf --floorwalker.tenants.acme.agents=all --print-audit
)";

constexpr auto check_help =
    R"(Usage: floorwalker check [--config-file=FILE] [--online] [--dump] [--json] [--KEY=VALUE …]

Reads and checks the configuration. All problems are printed, each a line on stderr; without a problem the address of
the wallboard and what guards it, the tenants, their planned listeners and the sinks are printed on stdout. Warnings go
to stderr.

Options:
  --config-file=FILE   configuration file (default: ./floorwalker.conf, /etc/floorwalker/floorwalker.conf, or none)
  --online             also sign in, list the agents and report what would be subscribed
  --dump               print the configuration in force instead, as a configuration file without secrets
  --json               print the report as JSON
  --floorwalker.…=…    any key of the configuration, over the file
  --caf.…=…            any option of CAF
  --help               print this text

Examples:
  floorwalker check --config-file=my.conf
  floorwalker check --config-file=my.conf --floorwalker.tenants.acme.region=eu-1 --dump >effective.conf
)";

std::string help_text(std::string_view command) {
  if (command == "run") return std::string{run_help} + exit_codes;
  if (command == "check") return std::string{check_help} + exit_codes;
  return std::string{general_help} + exit_codes;
}

/// One line, whatever the library or the user put into the text. `help` is the command that says more.
printed_answer usage_error(std::string what, std::string_view help = "help") {
  std::replace_if(
      what.begin(), what.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return {fmt::format("floorwalker: {} (try: floorwalker {})\n", what, help), 2, true};
}

bool is_key_option(std::string_view argument) {
  return argument.starts_with("--floorwalker.") || argument.starts_with("--caf.");
}

/// Options of one command, given to the parser of the library.
struct command_options {
  std::string config_file;
  bool print_audit = false;
  bool online = false;
  bool dump = false;
  bool json = false;
};

command_line_request parse_command(const std::string& command, std::vector<std::string> arguments) {
  auto wrong = [help = command + " --help"](std::string what) { return usage_error(std::move(what), help); };
  std::vector<configuration_override> overrides;
  std::vector<std::string> rest;
  for (auto& argument : arguments) {
    if (!is_key_option(argument)) {
      rest.push_back(std::move(argument));
      continue;
    }
    auto equals = argument.find('=');
    if (equals == std::string::npos) return wrong(fmt::format("{} needs a value: {}=…", argument, argument));
    overrides.push_back({argument.substr(2, equals - 2), argument.substr(equals + 1)});
  }

  command_options options;
  CLI::App parser;
  parser.set_help_flag("-h,--help");
  auto* config_file = parser.add_option("--config-file", options.config_file);
  if (command == "run") {
    parser.add_flag("--print-audit", options.print_audit);
  } else {
    parser.add_flag("--online", options.online);
    parser.add_flag("--dump", options.dump);
    parser.add_flag("--json", options.json);
  }
  try {
    std::reverse(rest.begin(), rest.end()); // the library takes its arguments from the back
    parser.parse(std::move(rest));
  } catch (const CLI::CallForHelp&) {
    return printed_answer{help_text(command)};
  } catch (const CLI::ParseError& error) {
    return wrong(fmt::format("{}: {}", command, error.what()));
  }

  std::optional<std::string> file;
  if (config_file->count() != 0) {
    if (options.config_file.empty()) return wrong(command + ": --config-file needs the name of a file");
    file = options.config_file;
  }
  if (command == "run") return run_request{std::move(file), std::move(overrides), options.print_audit};
  if (options.dump && options.json) return wrong("check: --dump and --json exclude each other");
  return check_request{std::move(file), std::move(overrides), options.online, options.dump, options.json};
}

command_line_request parse_help(const std::vector<std::string>& topic) {
  if (topic.empty()) return printed_answer{help_text("")};
  if (topic.size() == 1 && (topic[0] == "run" || topic[0] == "check")) return printed_answer{help_text(topic[0])};
  if (topic.size() == 1 && (topic[0] == "status" || topic[0] == "watch")) return printed_answer{client_help(topic[0])};
  if (topic.size() == 1 && (topic[0] == "version" || topic[0] == "help")) return printed_answer{help_text("")};
  if (topic[0] == "audit" && topic.size() <= 2)
    if (auto text = audit_help(topic.size() == 2 ? topic[1] : ""); !text.empty())
      return printed_answer{std::move(text)};
  if (topic.size() == 1 && topic[0] == "token") return printed_answer{token_help()};
  return usage_error(fmt::format("there is no help on \"{}\"", fmt::join(topic, " ")));
}

command_line_request parse_audit(std::vector<std::string> arguments) {
  auto about = arguments.empty() || audit_help(arguments.front()).empty() ? std::string{} : arguments.front() + ' ';
  auto parsed = parse_audit_command(std::move(arguments));
  if (auto* request = std::get_if<audit_request>(&parsed)) return std::move(*request);
  auto& usage = std::get<audit_usage>(parsed);
  if (usage.is_wrong) return usage_error(std::move(usage.text), fmt::format("audit {}--help", about));
  return printed_answer{std::move(usage.text)};
}

command_line_request parse_token(std::vector<std::string> arguments) {
  auto parsed = parse_token_command(std::move(arguments));
  if (auto* request = std::get_if<token_command_request>(&parsed)) return std::move(*request);
  auto& usage = std::get<token_usage>(parsed);
  if (usage.is_wrong) return usage_error(std::move(usage.text), "token --help");
  return printed_answer{std::move(usage.text)};
}

command_line_request parse_client(const std::string& command, std::vector<std::string> arguments) {
  auto parsed = parse_client_command(command, std::move(arguments));
  if (auto* status = std::get_if<status_request>(&parsed)) return std::move(*status);
  if (auto* trace = std::get_if<trace_request>(&parsed)) return std::move(*trace);
  if (auto* watch = std::get_if<watch_request>(&parsed)) return std::move(*watch);
  auto& usage = std::get<client_usage>(parsed);
  if (usage.is_wrong) return usage_error(std::move(usage.text), command + " --help");
  return printed_answer{std::move(usage.text)};
}

} // namespace

command_line_request parse_command_line(const std::vector<std::string>& arguments, const std::string& version) {
  constexpr auto commands = "run, check, status, watch, audit, token, version or help";
  if (arguments.empty()) return usage_error(fmt::format("expected a command: {}", commands));
  auto& command = arguments.front();
  std::vector<std::string> rest{arguments.begin() + 1, arguments.end()};
  if (command == "run" || command == "check") return parse_command(command, std::move(rest));
  if (command == "status" || command == "watch") return parse_client(command, std::move(rest));
  if (command == "audit") return parse_audit(std::move(rest));
  if (command == "token") return parse_token(std::move(rest));
  if (command == "help" || command == "--help" || command == "-h") return parse_help(rest);
  if (command == "version" || command == "--version") {
    if (!rest.empty()) return usage_error(fmt::format("version takes no arguments, found \"{}\"", rest[0]));
    return printed_answer{fmt::format("floorwalker {}\n", version)};
  }
  if (command.starts_with('-'))
    return usage_error(fmt::format("expected a command before the options: {}, found \"{}\"", commands, command));
  return usage_error(fmt::format("unknown command \"{}\": expected {}", command, commands));
}

} // namespace floorwalker
