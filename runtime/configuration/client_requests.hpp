// What `floorwalker status` and `floorwalker watch` were asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace floorwalker {

/// The node to ask. The token itself is never an argument: everybody on the machine sees those.
struct node_location {
  std::string url = "http://127.0.0.1:8080";
  std::string token_file; ///< empty: the environment variable FLOORWALKER_TOKEN, or no token
  std::string ca_file;    ///< PEM; empty: the system's trust anchors
};

/// `floorwalker status`.
struct status_request {
  node_location node;
  std::string tenant;               ///< empty: every one that the token may see
  std::optional<std::string> agent; ///< absent: an overview of the tenants
  bool json = false;
};

/// `floorwalker status --trace`.
struct trace_request {
  node_location node;
  std::string tenant;      ///< empty: the only one that the token may see
  std::string agent;       ///< whose transitions are traced
  std::uint64_t count = 0; ///< ends after so many; 0: never
  bool json = false;
};

/// `floorwalker watch`.
struct watch_request {
  node_location node;
  std::string tenant; ///< empty: the only one that the token may see
};

} // namespace floorwalker
