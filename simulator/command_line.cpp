#include "simulator/command_line.hpp"

#include <cstdio>
#include <sstream>
#include <stdexcept>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "simulator/help_text.hpp"

namespace floorwalker::simulator {

namespace {

/// What CLI11 gathers as text and is then read by our own parsers.
struct raw_texts {
  bool plain = false;
  std::string tls_directory = "var/simulator-tls";
  std::vector<std::string> tenants;
  std::vector<std::string> transitions;
  std::string timestamps = "utc";
  std::string utc_offset = "+02:00";
  int digits = -1;
  std::string token_scope = "agent:read";
  bool token_no_scope = false;
  std::string day_length = "24h";
  std::string late_by = "5s";
  std::string platform_delay = "0ms";
  std::string ping_interval = "15s";
  std::string subscribe_timeout = "30s";
  std::string run_for;
  std::string drop_every;
  std::vector<std::string> faults;
  std::vector<std::string> token_faults;
  std::vector<std::string> users_faults;
  std::vector<std::string> upgrade_faults;
};

std::vector<std::string> split(const std::string& text, char separator) {
  auto parts = std::vector<std::string>{};
  auto stream = std::istringstream{text};
  for (auto part = std::string{}; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

void declare_network(CLI::App& app, command_line& line, raw_texts& raw) {
  auto& wished = line.wished;
  wished.port = 8443;
  app.add_option("--port", wished.port, "Port; 0 takes any free one")->group("Network")->capture_default_str();
  app.add_option("--address", wished.address, "Loopback address, IPv4 or IPv6")
      ->group("Network")
      ->capture_default_str();
  app.add_flag("--plain", raw.plain, "http and ws, without TLS")->group("Network");
  app.add_option("--tls-directory", raw.tls_directory, "Keeps ca.pem and the server's certificate; made if missing")
      ->group("Network")
      ->capture_default_str();
  app.add_flag("--json", line.json, "Print the start line as JSON")->group("Network");
  app.add_option("--ready-file", line.ready_file, "Write the start line here too, once connections are accepted")
      ->group("Network");
  app.add_option("--run-for,--exit-after", raw.run_for, "Stop by itself, e.g. 30s")->group("Network");
}

void declare_floor(CLI::App& app, options& wished, raw_texts& raw) {
  app.add_option("--seed", wished.seed, "Equal seeds give equal floors and equal events")
      ->group("Floor")
      ->capture_default_str();
  app.add_option("--tenant", raw.tenants, "ID:CLIENT:SECRET, repeatable; default acme:floorwalker:open-sesame")
      ->group("Floor")
      ->allow_extra_args(false);
  app.add_option("--agents", wished.floor.agents, "Agents of each tenant")->group("Floor")->capture_default_str();
  app.add_option("--teams", wished.floor.teams, "Teams of each tenant")->group("Floor")->capture_default_str();
  app.add_option("--agent-id", wished.floor.agent_ids, "Id of one of the first tenant's first agents, repeatable")
      ->group("Floor")
      ->allow_extra_args(false);
  app.add_option("--transitions", raw.transitions,
                 "STATE:TARGET,TARGET… repeatable; together they replace the usual matrix")
      ->group("Floor")
      ->allow_extra_args(false);
}

void declare_pace(CLI::App& app, options& wished, raw_texts& raw) {
  auto& pace = wished.pace;
  app.add_option("--rate", pace.rate, "Events a second over all agents; 0: as fast as the sockets take them")
      ->group("Pace")
      ->capture_default_str();
  app.add_option("--events", pace.events, "Generate so many, then only stay connected; 0: no end")
      ->group("Pace")
      ->capture_default_str();
  app.add_option("--start-after-agents", pace.start_after_agents, "Generate nothing before so many are subscribed")
      ->group("Pace");
  app.add_flag("--paused", pace.paused, "Generate nothing until told to by /control")->group("Pace");
  app.add_flag("--daily-rhythm", pace.daily_rhythm, "--rate is the busiest hour's: quiet nights, breaks at noon (UTC)")
      ->group("Pace");
  app.add_option("--day-length", raw.day_length, "How long a day of --daily-rhythm lasts")
      ->group("Pace")
      ->capture_default_str();
  app.add_option("--changes-while-away", pace.changes_while_away,
                 "Full speed: unheard changes of each agent whose last connection a fault has cut")
      ->group("Pace");
}

void declare_oddities(CLI::App& app, options& wished, raw_texts& raw) {
  auto& odd = wished.oddities;
  app.add_option("--unauthorized", odd.unauthorized, "Share of transitions that the matrix forbids")
      ->group("Odd events (shares from 0 to 1)");
  app.add_option("--malformed", odd.malformed, "Share of events with a malformed message before them")
      ->group("Odd events (shares from 0 to 1)");
  app.add_option("--duplicates", odd.duplicates, "Share of events that are sent twice")
      ->group("Odd events (shares from 0 to 1)");
  app.add_option("--late", odd.late, "Share of events with an old timestamp (see --late-by)")
      ->group("Odd events (shares from 0 to 1)");
  app.add_option("--late-by", raw.late_by, "How old; never older than the agent's event before")
      ->group("Odd events (shares from 0 to 1)")
      ->capture_default_str();
  app.add_option("--reordered", odd.reordered, "Share of events that the agent's next one overtakes")
      ->group("Odd events (shares from 0 to 1)");
  app.add_option("--other-types", odd.other_types, "Share of events with a message of another type before them")
      ->group("Odd events (shares from 0 to 1)");
  app.add_option("--foreign", odd.foreign, "Share of events with one about an unknown agent before them")
      ->group("Odd events (shares from 0 to 1)");
  app.add_option("--platform-delay", raw.platform_delay, "Mean age of an event when it is sent")
      ->group("Odd events (shares from 0 to 1)")
      ->capture_default_str();
  app.add_option("--timestamps", raw.timestamps, "utc, offset or epoch-ms")
      ->group("Timestamps")
      ->check(CLI::IsMember({"utc", "offset", "epoch-ms"}))
      ->capture_default_str();
  app.add_option("--timestamp-digits", raw.digits, "Fractional digits, 0 to 9; default 3, at full speed 6")
      ->group("Timestamps");
  app.add_option("--utc-offset", raw.utc_offset, "For --timestamps offset")->group("Timestamps")->capture_default_str();
}

void declare_protocol(CLI::App& app, options& wished, raw_texts& raw) {
  auto& token = wished.token;
  app.add_option("--token-life", token.life_s, "Seconds that a token is good for, and its expires_in")
      ->group("Tokens")
      ->capture_default_str();
  app.add_flag("--expires-in-text", token.expires_in_as_text, "expires_in as a text")->group("Tokens");
  app.add_flag("--no-expires-in", token.expires_in_absent, "No expires_in")->group("Tokens");
  app.add_option("--scope", raw.token_scope, "The scope that is granted")->group("Tokens")->capture_default_str();
  app.add_flag("--no-scope", raw.token_no_scope, "No scope in the answer")->group("Tokens");
  app.add_flag("--close-on-expiry", token.close_streams_on_expiry, "Close streams with 4401 when their token ends")
      ->group("Tokens");
  auto& stream = wished.stream;
  app.add_option("--max-listeners", stream.listeners_max, "Streams of a tenant; further ones are closed with 1008")
      ->group("Streams")
      ->capture_default_str();
  app.add_option("--max-agents", stream.agents_max, "Agents of a subscription")
      ->group("Streams")
      ->capture_default_str();
  app.add_option("--ping-interval", raw.ping_interval, "0s: no pings")->group("Streams")->capture_default_str();
  app.add_option("--subscribe-timeout", raw.subscribe_timeout, "Close streams that do not subscribe")
      ->group("Streams")
      ->capture_default_str();
  app.add_flag("--compression", stream.compression, "Accept permessage-deflate")->group("Streams");
  app.add_flag("--reject-unknown-agents", stream.reject_unknown_agents, "Else they are accepted and stay silent")
      ->group("Streams");
}

void declare_faults(CLI::App& app, options& wished, raw_texts& raw) {
  app.add_option("--fault", raw.faults, "A stream fault, see below")->group("Faults")->allow_extra_args(false);
  app.add_option("--drop-every", raw.drop_every, "Short for --fault drop@every:DURATION")->group("Faults");
  app.add_option("--token-fault", raw.token_faults, "A fault of the token endpoint, see below")
      ->group("Faults")
      ->allow_extra_args(false);
  app.add_option("--users-fault", raw.users_faults, "A fault of the users listing")
      ->group("Faults")
      ->allow_extra_args(false);
  app.add_option("--upgrade-fault", raw.upgrade_faults, "A fault of the stream's upgrade")
      ->group("Faults")
      ->allow_extra_args(false);
  app.add_flag("--ledger-events", wished.ledger.events, "Keep every event, not just the counts")->group("Ledger");
  app.add_option("--ledger-events-max", wished.ledger.events_max, "At most so many")
      ->group("Ledger")
      ->capture_default_str();
}

std::chrono::minutes read_offset(const std::string& text) {
  auto hours = 0;
  auto minutes = 0;
  auto sign = char{};
  auto good = text.size() == 6 && std::sscanf(text.c_str(), "%c%2d:%2d", &sign, &hours, &minutes) == 3 &&
              (sign == '+' || sign == '-') && hours <= 23 && minutes <= 59;
  if (!good) throw std::invalid_argument(fmt::format("--utc-offset '{}': expected e.g. +02:00 or -05:30", text));
  auto total = std::chrono::minutes{hours * 60 + minutes};
  return sign == '-' ? -total : total;
}

std::chrono::milliseconds read_duration(const char* option, const std::string& text) {
  try {
    return parse_duration(text);
  } catch (const std::invalid_argument& problem) {
    throw std::invalid_argument(fmt::format("{}: {}", option, problem.what()));
  }
}

/// Turns the texts into values. Throws std::invalid_argument with one line.
void interpret(command_line& line, const raw_texts& raw) {
  auto& wished = line.wished;
  wished.tls = !raw.plain;
  wished.tls_directory = raw.plain ? "" : raw.tls_directory;
  if (!raw.tenants.empty()) wished.tenants.clear();
  for (const auto& text : raw.tenants) {
    auto parts = split(text, ':');
    if (parts.size() != 3) throw std::invalid_argument(fmt::format("--tenant '{}': expected ID:CLIENT:SECRET", text));
    wished.tenants.push_back({parts[0], parts[1], parts[2]});
  }
  if (!raw.transitions.empty()) wished.floor.matrix.clear();
  for (const auto& text : raw.transitions) {
    auto colon = text.find(':');
    if (colon == std::string::npos)
      throw std::invalid_argument(fmt::format("--transitions '{}': expected STATE:TARGET,TARGET…", text));
    wished.floor.matrix.emplace_back(text.substr(0, colon), split(text.substr(colon + 1), ','));
  }
  auto& style = wished.timestamps;
  style.form = raw.timestamps == "utc"      ? timestamp_form::utc
               : raw.timestamps == "offset" ? timestamp_form::offset
                                            : timestamp_form::epoch_ms;
  style.utc_offset = read_offset(raw.utc_offset);
  wished.timestamp_digits_given = raw.digits != -1;
  if (wished.timestamp_digits_given) style.digits = raw.digits;
  wished.token.scope = raw.token_no_scope ? std::nullopt : std::optional{raw.token_scope};
  wished.pace.day_length =
      std::chrono::duration_cast<std::chrono::seconds>(read_duration("--day-length", raw.day_length));
  wished.oddities.late_by = read_duration("--late-by", raw.late_by);
  wished.oddities.platform_delay = read_duration("--platform-delay", raw.platform_delay);
  wished.stream.ping_interval = read_duration("--ping-interval", raw.ping_interval);
  wished.stream.subscribe_timeout = read_duration("--subscribe-timeout", raw.subscribe_timeout);
  if (!raw.run_for.empty()) line.run_for = read_duration("--run-for", raw.run_for);
  for (const auto& text : raw.faults) wished.faults.push_back(parse_fault(text));
  if (!raw.drop_every.empty()) wished.faults.push_back(parse_fault("drop@every:" + raw.drop_every));
  for (const auto& text : raw.token_faults) wished.token_faults.push_back(parse_http_fault(text));
  for (const auto& text : raw.users_faults) wished.users_faults.push_back(parse_http_fault(text));
  for (const auto& text : raw.upgrade_faults) wished.upgrade_faults.push_back(parse_http_fault(text));
}

} // namespace

command_line_result read_command_line(int argc, const char* const* argv) {
  auto app = CLI::App{std::string{help_introduction}, "floorwalker-simulator"};
  app.footer(std::string{help_footer});
  app.get_formatter()->column_width(30);
  app.set_help_flag("-h,--help", "Print this");
  auto line = command_line{};
  auto raw = raw_texts{};
  declare_network(app, line, raw);
  declare_floor(app, line.wished, raw);
  declare_pace(app, line.wished, raw);
  declare_oddities(app, line.wished, raw);
  declare_protocol(app, line.wished, raw);
  declare_faults(app, line.wished, raw);
  auto result = command_line_result{};
  try {
    app.parse(argc, argv);
    interpret(line, raw);
    auto problems = problems_of(line.wished);
    if (problems.empty())
      result.wanted = std::move(line);
    else
      result = {std::nullopt, 2, "", fmt::format("{}", fmt::join(problems, "\n"))};
  } catch (const CLI::CallForHelp&) {
    result.out = app.help();
  } catch (const CLI::ParseError& problem) {
    result = {std::nullopt, 2, "", fmt::format("{} (see --help)", problem.what())};
  } catch (const std::invalid_argument& problem) {
    result = {std::nullopt, 2, "", problem.what()};
  }
  return result;
}

} // namespace floorwalker::simulator
