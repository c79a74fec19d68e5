// GET /api/v2/events/stream: who may have a stream.
#pragma once

#include <string>
#include <string_view>

#include "simulator/http_fault.hpp"
#include "simulator/platform.hpp"

namespace floorwalker::simulator {

/// The headers of an upgrade request that matter here; empty where absent.
struct upgrade_request {
  bool is_upgrade = false;
  std::string_view key;
  std::string_view version;
  std::string_view extensions;
  std::string_view authorization;
  std::string_view user_agent;
};

/// The answer to an upgrade. 101: `reply` holds the headers of the switch, and the rest is what the stream needs.
struct upgrade_answer {
  http_reply reply;
  std::uint32_t tenant = 0;
  instant token_expires_at{};
  bool compression = false;
};

/// Judges an upgrade and enters a refused one in the ledger.
upgrade_answer answer_upgrade(platform& home, const upgrade_request& request, instant now);

} // namespace floorwalker::simulator
