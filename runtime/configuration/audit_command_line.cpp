#include "runtime/configuration/audit_command_line.hpp"

#include "runtime/configuration/text_forms.hpp"
#include "runtime/configuration/time_text.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace floorwalker {
namespace {

constexpr auto general_help = R"(Usage: floorwalker audit COMMAND DIR [OPTIONS]

Reads a tenant's audit trail back. DIR is the folder of one tenant: <node.data-dir>/<audit.directory>/<tenant>.
Nothing is ever written to it, and the engine may be running on it.

Commands:
  verify   prove that nobody edited the trail, or name the first record that does not verify
  export   print its records as JSON lines or CSV
  history  print what one agent did, as a timeline
  replay   say which transitions another state matrix would judge otherwise

"floorwalker help audit COMMAND" says more.
)";

constexpr auto verify_help = R"(Usage: floorwalker audit verify DIR [--public-key=FILE …] [--expect=SEQUENCE:HASH …]
                                [--checkpoints=FILE …] [--json]

Reads the whole trail and checks every checksum, the hash chain over all records and segments, every checkpoint's
signature, the anchor of removed segments and the running totals. What does not verify is named with segment, offset
and records, and with what was probably done to it.

Within the folder alone nobody can see that its end was cut off or that it was rolled back to an older copy, and
whoever holds the signing key can rewrite everything. So checkpoints are published as they are made, in the log:
--checkpoints and --expect hold the trail against what was published.

Options:
  --public-key=FILE        the key (PEM) that checkpoints must be signed with, from a place that the trail's host can't
                           change; several may be given, and a file may hold several. Default: checkpoint.pub in DIR,
                           which only proves that the trail agrees with itself
  --expect=SEQUENCE:HASH   record SEQUENCE must have this chain value (64 hexadecimal digits); may be repeated
  --checkpoints=FILE       a file with published checkpoints, such as a log: every line that holds one of this trail
                           counts, whatever stands around it; may be repeated
  --json                   print the result as one JSON object
  --help                   print this text

A trail that ends within a batch, as a crash leaves it, verifies with a note. On a terminal a progress bar is shown.

Exit codes: 0 verified · 1 the trail can't be read · 2 wrong usage · 5 damaged

Examples:
  floorwalker audit verify /var/lib/floorwalker/audit/acme
  floorwalker audit verify /var/lib/floorwalker/audit/acme --public-key=acme.pub --checkpoints=/var/log/floorwalker.log
)";

constexpr auto export_help =
    R"(Usage: floorwalker audit export DIR [--from=TIME] [--to=TIME] [--agent=ID] [--valid=true|false]
                                [--time-zone=ZONE] [--format=json|csv] [--output=FILE] [--public-key=FILE …]
                                [--no-verify]

Prints audit entries in the order of the trail. What is read is verified on the way; the export ends with exit code 5
in front of the first record that does not verify.

Options:
  --from=TIME          records received at TIME or later
  --to=TIME            records received before TIME; a date alone includes that day
                       TIME is 2026-11-23, 2026-11-23T10:00 or RFC 3339, as the API's history takes it. Segments more
                       than a day outside are not read
  --time-zone=ZONE     the zone of a TIME without an offset, such as Europe/Berlin (default: UTC; the API takes the
                       tenant's)
  --agent=ID           records that concern this agent: its transitions and reconciliations, and when its monitoring
                       began and was interrupted
  --valid=true|false   transitions that were authorized, or that were not; no other records
  --format=json|csv    json (default): a line each, exactly as it stands in the trail. csv: a header line, then the
                       columns sequence, timestamp, auditAction, tenantId, agentId, previousState, currentState,
                       latencyMs, valid, eventTimestamp, reasonCode, flags (separated by spaces), and details (other
                       members, as JSON). A text that a spreadsheet would run as a formula gets a ' in front
  --output=FILE        write there (mode 0640) instead of to stdout
  --public-key=FILE    as for verify
  --no-verify          check only each record's checksum, and pass over what has none
  --help               print this text

Exit codes: 0 done · 1 the trail can't be read, or the output can't be written · 2 wrong usage · 5 damaged

Example:
  floorwalker audit export /var/lib/floorwalker/audit/acme --from=2026-03-03 --to=2026-03-03 --format=csv
)";

constexpr auto history_help =
    R"(Usage: floorwalker audit history DIR AGENT [--from=TIME] [--to=TIME] [--time-zone=ZONE] [--utc] [--json]
                                 [--public-key=FILE …] [--no-verify]

Prints what the trail tells of one agent, in order: each transition with the time spent in the state before it, what was
not authorized, gaps, events out of order, interruptions of monitoring and reconciliations, and the sum of times per
state. What is read is verified on the way.

Options:
  --from=TIME, --to=TIME   as for export
  --time-zone=ZONE         as for export; of these two alone, not of the times that are shown
  --utc                    show times in UTC instead of the local zone
  --json                   print one JSON object instead
  --public-key=FILE        as for verify
  --no-verify              check only each record's checksum
  --help                   print this text

Exit codes: 0 done · 1 the trail can't be read · 2 wrong usage · 5 damaged

Example:
  floorwalker audit history /var/lib/floorwalker/audit/acme 550e8400-e29b-41d4-a716-446655440000 --from=2026-03-03
)";

constexpr auto replay_help =
    R"(Usage: floorwalker audit replay DIR --state-matrix=FILE [--from=TIME] [--to=TIME] [--time-zone=ZONE] [--list]
                                [--json]

Judges every transition of the trail by another state matrix, and says what would change: totals and accuracy before
and after, and a table of the transitions whose verdict changes. Each record's checksum is checked, the chain is not;
"audit verify" does that.

FILE is written like a tenant's rules in the configuration: a block state-matrix { … }, or transitions = [[…], …].

Options:
  --state-matrix=FILE      the rules to judge by
  --from=TIME, --to=TIME   as for export
  --time-zone=ZONE         as for export
  --list                   also print every record whose verdict changes, as it stands in the trail, a line each; the
                           summary then goes to stderr
  --json                   print the summary as one JSON object
  --help                   print this text

Exit codes: 0 done · 1 the trail can't be read · 2 wrong usage, or the file is no state matrix

Example:
  echo 'transitions = [["wrap-up", "busy"], ["busy", "wrap-up"]]' >what-if.conf
  floorwalker audit replay /var/lib/floorwalker/audit/acme --state-matrix=what-if.conf
)";

/// What was given, before its texts are read.
struct given_options {
  std::string folder;
  std::string agent;
  std::string matrix_file;
  std::vector<std::string> public_key_files;
  std::vector<std::string> expected;
  std::vector<std::string> checkpoint_files;
  std::string from;
  std::string to;
  std::string time_zone = "UTC";
  std::string valid;
  std::string format;
  std::string output_file;
  bool no_verify = false;
  bool utc = false;
  bool json = false;
  bool list = false;
};

struct wrong_usage {
  std::string what;
};

time_bounds bounds_of(const given_options& given) {
  time_bounds bounds;
  civil_clock clock{given.time_zone};
  if (!clock.is_known())
    throw wrong_usage{fmt::format("--time-zone needs an IANA time zone such as Europe/Berlin, found {}",
                                  printable_value(given.time_zone))};
  auto read = [&](const char* option, const std::string& text, bare_date date) {
    auto at = parse_time_text(text, date, clock);
    if (!at)
      throw wrong_usage{fmt::format("{} needs a time such as 2026-11-23 or 2026-11-23T10:00:00+01:00, found {}", option,
                                    printable_value(text))};
    return *at;
  };
  if (!given.from.empty()) bounds.from = read("--from", given.from, bare_date::begins);
  if (!given.to.empty()) bounds.to = read("--to", given.to, bare_date::ends);
  if (bounds.from && bounds.to && *bounds.from >= *bounds.to) throw wrong_usage{"--from is not before --to"};
  return bounds;
}

bool is_expectation(std::string_view text) {
  auto colon = text.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon > 19) return false;
  auto hash = text.substr(colon + 1);
  return text.find_first_not_of("0123456789") == colon && text[0] != '0' && hash.size() == 64 &&
         hash.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

audit_request verify_request_of(given_options given) {
  for (auto& text : given.expected)
    if (!is_expectation(text))
      throw wrong_usage{
          fmt::format("--expect needs SEQUENCE:HASH with 64 hexadecimal digits, found {}", printable_value(text))};
  return audit_verify_request{std::move(given.folder), std::move(given.public_key_files), std::move(given.expected),
                              std::move(given.checkpoint_files), given.json};
}

audit_request export_request_of(given_options given) {
  audit_export_request request;
  request.bounds = bounds_of(given);
  request.folder = std::move(given.folder);
  request.public_key_files = std::move(given.public_key_files);
  request.verify = !given.no_verify;
  if (given.format == "csv")
    request.format = export_format::csv;
  else if (!given.format.empty() && given.format != "json")
    throw wrong_usage{fmt::format("--format needs json or csv, found {}", printable_value(given.format))};
  if (!given.agent.empty()) request.agent = std::move(given.agent);
  if (given.valid == "true" || given.valid == "false")
    request.valid = given.valid == "true";
  else if (!given.valid.empty())
    throw wrong_usage{fmt::format("--valid needs true or false, found {}", printable_value(given.valid))};
  if (!given.output_file.empty()) request.output_file = std::move(given.output_file);
  return request;
}

audit_request history_request_of(given_options given) {
  audit_history_request request;
  request.bounds = bounds_of(given);
  request.folder = std::move(given.folder);
  request.agent = std::move(given.agent);
  request.public_key_files = std::move(given.public_key_files);
  request.verify = !given.no_verify;
  request.utc = given.utc;
  request.json = given.json;
  return request;
}

audit_request replay_request_of(given_options given) {
  if (given.matrix_file.empty())
    throw wrong_usage{"--state-matrix is missing: expected a file with the rules to judge by"};
  audit_replay_request request;
  request.bounds = bounds_of(given);
  request.folder = std::move(given.folder);
  request.matrix_file = std::move(given.matrix_file);
  request.list = given.list;
  request.json = given.json;
  return request;
}

void add_bounds(CLI::App& parser, given_options& given) {
  parser.add_option("--from", given.from);
  parser.add_option("--to", given.to);
  parser.add_option("--time-zone", given.time_zone);
}

void add_verification(CLI::App& parser, given_options& given) {
  parser.add_option("--public-key", given.public_key_files)->allow_extra_args(false);
  parser.add_flag("--no-verify", given.no_verify);
}

audit_request parse_options(const std::string& command, std::vector<std::string> arguments) {
  given_options given;
  CLI::App parser;
  parser.set_help_flag("-h,--help");
  parser.add_option("DIR", given.folder)->required();
  auto repeated = [&](const char* name, std::vector<std::string>& into) {
    parser.add_option(name, into)->allow_extra_args(false);
  };
  if (command == "verify") {
    repeated("--public-key", given.public_key_files);
    repeated("--expect", given.expected);
    repeated("--checkpoints", given.checkpoint_files);
    parser.add_flag("--json", given.json);
  } else if (command == "export") {
    add_bounds(parser, given);
    add_verification(parser, given);
    parser.add_option("--agent", given.agent);
    parser.add_option("--valid", given.valid);
    parser.add_option("--format", given.format);
    parser.add_option("--output", given.output_file);
  } else if (command == "history") {
    parser.add_option("AGENT", given.agent)->required();
    add_bounds(parser, given);
    add_verification(parser, given);
    parser.add_flag("--utc", given.utc);
    parser.add_flag("--json", given.json);
  } else {
    add_bounds(parser, given);
    parser.add_option("--state-matrix", given.matrix_file);
    parser.add_flag("--list", given.list);
    parser.add_flag("--json", given.json);
  }
  std::reverse(arguments.begin(), arguments.end()); // the library takes its arguments from the back
  parser.parse(std::move(arguments));
  if (given.folder.empty()) throw wrong_usage{"expected the folder of a tenant's trail"};
  if (command == "verify") return verify_request_of(std::move(given));
  if (command == "export") return export_request_of(std::move(given));
  if (command == "history") return history_request_of(std::move(given));
  return replay_request_of(std::move(given));
}

} // namespace

std::string audit_help(std::string_view command) {
  if (command.empty()) return general_help;
  if (command == "verify") return verify_help;
  if (command == "export") return export_help;
  if (command == "history") return history_help;
  if (command == "replay") return replay_help;
  return {};
}

std::variant<audit_request, audit_usage> parse_audit_command(std::vector<std::string> arguments) {
  constexpr auto commands = "verify, export, history or replay";
  if (arguments.empty()) return audit_usage{fmt::format("audit: expected a command: {}", commands), true};
  auto command = std::move(arguments.front());
  arguments.erase(arguments.begin());
  if (command == "help" || command == "--help" || command == "-h") return audit_usage{audit_help("")};
  if (audit_help(command).empty())
    return audit_usage{fmt::format("audit: unknown command {}: expected {}", printable_value(command), commands), true};
  try {
    return parse_options(command, std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    return audit_usage{audit_help(command)};
  } catch (const CLI::ParseError& error) {
    return audit_usage{fmt::format("audit {}: {}", command, error.what()), true};
  } catch (const wrong_usage& wrong) {
    return audit_usage{fmt::format("audit {}: {}", command, wrong.what), true};
  }
}

} // namespace floorwalker
