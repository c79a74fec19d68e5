// Runs `floorwalker audit …` on a trail for tests, with the words that a user would type.
#pragma once

#include "runtime/auditing/audit_commands.hpp"
#include "runtime/configuration/audit_command_line.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace floorwalker::testing {

struct command_run {
  explicit command_run(std::vector<std::string> arguments) {
    auto parsed = parse_audit_command(std::move(arguments));
    if (auto* usage = std::get_if<audit_usage>(&parsed)) BOOST_FAIL(usage->text);
    std::ostringstream to_out, to_err;
    code = run_audit(std::get<audit_request>(parsed), {to_out, to_err});
    out = to_out.str();
    err = to_err.str();
  }

  boost::json::value json() const { return boost::json::parse(out); }
  bool says(std::string_view text) const { return out.find(text) != std::string::npos; }
  bool warns(std::string_view text) const { return err.find(text) != std::string::npos; }

  int code = -1;
  std::string out;
  std::string err;
};

} // namespace floorwalker::testing
