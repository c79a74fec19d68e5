#include "runtime/process/service_watchdog.hpp"

#include <boost/asio/post.hpp>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>
#include <vector>

namespace floorwalker {

/// Lives on the context's thread.
struct service_watchdog::state : std::enable_shared_from_this<state> {
  state(boost::asio::io_context& context, caf::actor_system& asked_system, root_actor asked,
        std::shared_ptr<const service_manager> told)
      : timer{context}, system{asked_system}, root{std::move(asked)}, manager{std::move(told)} {}

  /// Half of the time, as sd_watchdog_enabled(3) advises.
  std::chrono::nanoseconds interval() const { return *manager->watchdog() / 2; }

  /// By an actor of its own, so that nobody waits. Of all questions to the root this is the one that is always answered.
  void ask() {
    if (!root) return;
    system.spawn([asked = root, told = manager, patience = interval()](caf::event_based_actor* self) {
      self->request(asked, patience, sinks_query{})
          .then([told](const std::vector<sink_progress>&) { told->tell("WATCHDOG=1"); },
                [](const caf::error& error) {
                  spdlog::warn("the actors did not answer in time, so the watchdog is not told: {}", to_string(error));
                });
    });
    timer.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(interval()));
    timer.async_wait([me = shared_from_this()](const boost::system::error_code& error) {
      if (!error) me->ask();
    });
  }

  boost::asio::steady_timer timer;
  caf::actor_system& system;
  root_actor root;
  std::shared_ptr<const service_manager> manager;
};

service_watchdog::service_watchdog(boost::asio::io_context& context, caf::actor_system& system, root_actor root,
                                   std::shared_ptr<const service_manager> manager) {
  if (!manager->watchdog()) return;
  state_ = std::make_shared<state>(context, system, std::move(root), std::move(manager));
  boost::asio::post(context, [me = state_] { me->ask(); });
}

void service_watchdog::stop() {
  if (!state_) return;
  auto ended = std::exchange(state_, nullptr);
  boost::asio::post(ended->timer.get_executor(), [me = ended] {
    me->timer.cancel();
    me->root = nullptr;
  });
}

} // namespace floorwalker
