// What `floorwalker audit …` was asked for, as values. Pure.
#pragma once

#include "messages/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace floorwalker {

/// Records received from `from` on and before `to`; without a bound, from the oldest and to the newest.
struct time_bounds {
  std::optional<utc_time> from;
  std::optional<utc_time> to;
};

/// `floorwalker audit verify`.
struct audit_verify_request {
  std::string folder;                        ///< of one tenant's trail
  std::vector<std::string> public_key_files; ///< none: the key in the folder
  std::vector<std::string> expected;         ///< "SEQUENCE:HASH", checked for their form
  std::vector<std::string> checkpoint_files;
  bool json = false;
};

enum class export_format : std::uint8_t { json_lines, csv };

/// `floorwalker audit export`.
struct audit_export_request {
  std::string folder;
  std::vector<std::string> public_key_files;
  bool verify = true;
  export_format format = export_format::json_lines;
  time_bounds bounds;
  std::optional<std::string> agent;
  std::optional<bool> valid; ///< transitions with this verdict only
  std::optional<std::string> output_file;
};

/// `floorwalker audit history`.
struct audit_history_request {
  std::string folder;
  std::string agent;
  std::vector<std::string> public_key_files;
  bool verify = true;
  time_bounds bounds;
  bool utc = false; ///< else times are shown in the local zone
  bool json = false;
};

/// `floorwalker audit replay`.
struct audit_replay_request {
  std::string folder;
  std::string matrix_file;
  time_bounds bounds;
  bool list = false; ///< also prints every record whose verdict changes
  bool json = false;
};

using audit_request =
    std::variant<audit_verify_request, audit_export_request, audit_history_request, audit_replay_request>;

} // namespace floorwalker
