// What a configuration depends on besides its file: environment, files, time zones, CAF's own options. Given as
// functions, so that tests are tables and the reading itself stays free of the machine.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace caf {
class config_option_set;
} // namespace caf

namespace floorwalker {

/// What is known of a file that a key names.
struct file_condition {
  std::string error;            ///< why it can't be read, in the system's words; empty: it can
  bool empty = false;           ///< has no bytes
  bool others_may_read = false; ///< readable by every user of the machine
};

struct surroundings {
  /// The value of an environment variable; nothing if it is not set.
  std::function<std::optional<std::string>(const std::string& name)> environment;
  /// Whether a file can be opened for reading. Relative paths count from the working directory.
  std::function<file_condition(const std::string& path)> inspect_file;
  /// Whether an IANA time zone of this name is installed ("UTC" is always known and not asked for).
  std::function<bool(const std::string& name)> knows_time_zone;
  /// Options that `caf` keys are checked against, modules' options included; null: those of CAF's core. The check
  /// stores values in the variables behind the options, so these belong to a config object made for the check.
  const caf::config_option_set* framework_options = nullptr;
};

/// The running process: getenv, the file system, /usr/share/zoneinfo.
surroundings process_surroundings();

/// How many files the process may have open: now, and after raising the soft limit as far as allowed.
struct open_file_limits {
  std::uint64_t soft = 0;
  std::uint64_t hard = 0;
};
open_file_limits process_open_file_limits();

} // namespace floorwalker
