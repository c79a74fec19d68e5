// Reading and checking what an operator configured: file, command line and environment into one node_configuration.
#pragma once

#include "messages/settings.hpp"
#include "runtime/configuration/surroundings.hpp"

#include <caf/settings.hpp>

#include <optional>
#include <string>
#include <vector>

namespace floorwalker {

/// One thing that is wrong. Secrets and what may be one are never repeated in it.
struct configuration_problem {
  std::string
      where; ///< "file:line:column" or "command line", and the full key path; parts that are unknown are left out
  std::string what; ///< what was expected and what was found

  /// One line for a person: "where: what".
  std::string to_line() const;
};

/// `--floorwalker.log.level=debug`: a key path without the dashes, and the text behind the equals sign.
struct configuration_override {
  std::string path;
  std::string value;
};

/// What is to be read. Without a text (no file) only overrides, environment and defaults count.
struct configuration_source {
  std::string file_name;
  std::optional<std::string> text;
  std::vector<configuration_override> overrides;
};

/// What reading gave. `configuration` may be run only if there are no problems.
struct configuration_result {
  node_configuration configuration;
  std::vector<configuration_problem> problems; ///< all of them, in the order of the file
  std::vector<std::string> warnings;           ///< each with its key path; nothing is lost by going on
  caf::settings framework;                     ///< options for CAF, below the key "caf"
  caf::settings effective;                     ///< every key with the value in force, for the dump
};

/// Reads and checks everything: command line over file over environment and defaults. Reads nothing from the machine
/// except through `around`, and never a secret.
configuration_result read_configuration(const configuration_source& source, const surroundings& around);

/// Finds and reads the file, then the configuration: the named file; else ./floorwalker.conf or
/// /etc/floorwalker/floorwalker.conf if present; else no file. A file that can't be read is a problem.
configuration_result load_configuration(const std::optional<std::string>& file_name,
                                        std::vector<configuration_override> overrides, const surroundings& around);

/// The configuration in force as CAF configuration text that can be read again. Holds no secret: secrets are named by
/// their source only, and values of CAF's own options that look like one are replaced.
std::string dump_configuration(const configuration_result& result);

} // namespace floorwalker
