// Tells the service manager again and again that the process is alive, as long as its actors answer.
#pragma once

#include "messages/actors.hpp"
#include "runtime/process/service_manager.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>

namespace floorwalker {

/// A hung scheduler, a hung root or a hung network thread ends the pings, and then the service manager the process.
class service_watchdog {
public:
  /// Begins at once if the service manager wants it. `context`, `system` and `manager` must outlive stop().
  service_watchdog(boost::asio::io_context& context, caf::actor_system& system, root_actor root,
                   std::shared_ptr<const service_manager> manager);
  /// Nothing is asked any more; to be called before the actor system ends.
  void stop();

private:
  struct state;
  std::shared_ptr<state> state_;
};

} // namespace floorwalker
