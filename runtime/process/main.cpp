// The program `floorwalker`: reads the command line and does what it asks for.
#include "runtime/auditing/audit_commands.hpp"
#include "runtime/client/status_command.hpp"
#include "runtime/client/trace_command.hpp"
#include "runtime/client/watch_command.hpp"
#include "runtime/http/token_command.hpp"
#include "runtime/process/engine.hpp"
#include "runtime/process/online_check.hpp"
#include "runtime/process/standard_descriptors.hpp"
#include "runtime/process/version.hpp"

#include <exception>
#include <iostream>
#include <string>
#include <variant>
#include <vector>

namespace {

/// An answer that could not be printed is no answer. (An engine goes on without its reader.)
int printed(int code) {
  if (std::cout.flush()) return code;
  std::cerr << "floorwalker: cannot write to standard output\n";
  return code == 0 ? 1 : code;
}

} // namespace

int main(int argc, char** argv) {
  using namespace floorwalker;
  try {
    hold_standard_descriptors();
    std::vector<std::string> arguments(argv + 1, argv + argc);
    auto request = parse_command_line(arguments, version_text());
    if (auto run = std::get_if<run_request>(&request)) return run_engine(*run);
    if (auto check = std::get_if<check_request>(&request)) return printed(run_check(*check));
    if (auto audit = std::get_if<audit_request>(&request)) return printed(run_audit(*audit));
    if (auto token = std::get_if<token_command_request>(&request))
      return printed(run_token(*token, process_surroundings(), std::cout, std::cerr));
    if (auto status = std::get_if<status_request>(&request))
      return printed(run_status(*status, client_name(), std::cout, std::cerr));
    if (auto trace = std::get_if<trace_request>(&request)) return run_trace(*trace, client_name(), std::cerr);
    if (auto watch = std::get_if<watch_request>(&request)) return run_watch(*watch, client_name(), std::cerr);
    const auto& answer = std::get<printed_answer>(request);
    (answer.is_error ? std::cerr : std::cout) << answer.text;
    return printed(answer.exit_code);
  } catch (const std::exception& failure) {
    std::cerr << "floorwalker: " << failure.what() << '\n';
    return 1;
  }
}
