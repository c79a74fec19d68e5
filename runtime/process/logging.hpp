// The process's log: one line an entry, to stderr.
#pragma once

#include "messages/settings.hpp"

#include <string>

namespace floorwalker {

/// Sets up spdlog's default logger by the settings: text (coloured on a terminal only) or one JSON object a line.
/// Times are UTC. To be called once, before the first thread that logs.
void start_logging(const log_settings& settings);

/// Another level from now on. Callable from any thread.
void set_log_level(const std::string& level);

} // namespace floorwalker
