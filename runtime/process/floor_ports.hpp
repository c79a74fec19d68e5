// Opens what sinks and tenants need from outside, at the start and for a reload, and lets go of it again.
#pragma once

#include "actors/root/root.hpp"
#include "actors/tenant/tenant_change.hpp"
#include "actors/wall_clock.hpp"
#include "messages/settings.hpp"
#include "runtime/audit/data_directory.hpp"
#include "runtime/network/network_threads.hpp"

#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <string>

namespace floorwalker {

/// A sink's port, or one clause on why it can't be had.
struct opened_sink {
  sink_port port;
  std::string problem;
};

/// Callable from one thread at a time. `data` and `threads` have to outlive it, and every tenant that it opened.
class floor_ports {
public:
  floor_ports(std::string data_dir, std::shared_ptr<const wall_clock> clock, data_directory& data,
              network_threads& threads);

  /// With the cursors that it goes on from. What a terminal shows is what happens now, so a console keeps none. Sinks are
  /// to be opened before tenants: how far they have come tells whether a trail is complete.
  opened_sink open_sink(const sink_settings& settings);
  /// Waits until the sink's actor has let go of its outlet, and ends that. False: it still holds it after `patience`.
  bool release_sink(const std::string& name, std::chrono::milliseconds patience);

  /// Blocks while it reads the trail. Without those who are told of the tenant.
  tenant_ports open_tenant(const tenant_settings& settings);
  /// Writes what the trail of a tenant that has ended still holds. False: not within `patience`.
  bool close_tenant(const std::string& name, std::chrono::milliseconds patience);
  platform_ports connect(const tenant_settings& settings) const;

  /// The outlets' threads end, so that nothing is written any more.
  void release_sinks() { outlets_.clear(); }

private:
  struct held_outlet {
    outlet_ptr outlet;
    std::future<void> let_go; ///< by the sink's actor
  };

  std::string data_dir_;
  std::shared_ptr<const wall_clock> clock_;
  data_directory& data_;
  network_threads& threads_;
  std::map<std::string, held_outlet> outlets_; ///< of every sink
};

} // namespace floorwalker
