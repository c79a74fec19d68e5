// One accepted connection: plain requests until it ends or becomes an event stream.
#pragma once

#include <memory>

#include <boost/asio/awaitable.hpp>

#include "simulator/platform.hpp"
#include "simulator/wire_stream.hpp"

namespace floorwalker::simulator {

/// Serves the connection to its end; reports nothing, since the ledger tells. `home` must outlive the io_context's run.
asio::awaitable<void> serve(std::shared_ptr<wire_stream> stream, platform& home);

} // namespace floorwalker::simulator
