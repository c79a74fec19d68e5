#include "runtime/auditing/audit_commands.hpp"

#include "runtime/auditing/export_command.hpp"
#include "runtime/auditing/history_command.hpp"
#include "runtime/auditing/replay_command.hpp"
#include "runtime/auditing/verify_command.hpp"

#include <unistd.h>

#include <iostream>

namespace floorwalker {
namespace {

struct runner {
  const command_console& console;

  int operator()(const audit_verify_request& request) const { return run_verify(request, console); }
  int operator()(const audit_export_request& request) const { return run_export(request, console); }
  int operator()(const audit_history_request& request) const { return run_history(request, console); }
  int operator()(const audit_replay_request& request) const {
    return run_replay(request, process_surroundings(), console);
  }
};

} // namespace

int run_audit(const audit_request& request, const command_console& console) {
  return std::visit(runner{console}, request);
}

int run_audit(const audit_request& request) {
  return run_audit(request, {std::cout, std::cerr, ::isatty(STDOUT_FILENO) == 1, ::isatty(STDERR_FILENO) == 1});
}

} // namespace floorwalker
