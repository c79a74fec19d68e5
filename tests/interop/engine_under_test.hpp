// The whole engine as the program wires it, within a test: real sockets, TLS, threads and clocks.
#pragma once

#include "actors/root/root.hpp"
#include "messages/settings.hpp"
#include "runtime/network/network_threads.hpp"
#include "runtime/network/system_wall_clock.hpp"
#include "runtime/process/floor_system.hpp"
#include "simulator/gateway.hpp"
#include "tests/actors/recent_trail.hpp"
#include "tests/interop/captured_trail.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker::interop {

inline constexpr const char* secret_variable = "FLOORWALKER_INTEROP_SECRET";
inline constexpr const char* wrong_secret_variable = "FLOORWALKER_INTEROP_WRONG_SECRET";

/// Machines that run tests are slow, and sanitizers slower.
inline constexpr std::chrono::seconds patience{30};

/// Removes the folder that all gateways of this process keep their certificates in.
void remove_tls_directory();

/// A gateway over TLS: `events` at full speed, as soon as `agents` are subscribed; each is kept in the ledger.
simulator::options floor_of(std::uint32_t agents, std::uint64_t events);
/// With stream faults, as on the simulator's command line.
simulator::options with_faults(simulator::options chosen, const std::vector<std::string>& faults);

/// A tenant that follows every agent of the gateway, ten a listener, and comes back within milliseconds.
tenant_settings tenant_at(const simulator::gateway& gateway, const std::string& name = "acme");

class engine_under_test {
public:
  explicit engine_under_test(std::vector<tenant_settings> tenants);
  explicit engine_under_test(const tenant_settings& tenant) : engine_under_test{std::vector{tenant}} {}
  ~engine_under_test();
  engine_under_test(const engine_under_test&) = delete;
  engine_under_test& operator=(const engine_under_test&) = delete;

  captured_trail& trail() { return *trail_; }
  /// What the only tenant's journal writes to, or the named one's.
  recent_trail& disk(const std::string& tenant = "acme") { return *disks_.at(tenant); }

  /// Figures of the only tenant, or of the named one; nothing changes by asking.
  system_metrics metrics(const std::string& tenant = "acme");
  /// Waits until `holds` is true of a tenant's figures; false if it never was.
  bool wait_for(const std::function<bool(const system_metrics&)>& holds, const std::string& tenant = "acme");
  /// Waits until as much was judged as the gateway has sent, and the gateway has no more to send.
  bool wait_until_judged(const simulator::gateway& gateway, std::uint64_t events);

  /// Waits until the engine ends by itself.
  process_end wait_for_end();
  /// Tells it to stop, and waits.
  process_end stop();

private:
  void let_go();

  std::shared_ptr<const system_wall_clock> clock_ = std::make_shared<const system_wall_clock>();
  std::shared_ptr<captured_trail> trail_ = std::make_shared<captured_trail>();
  std::map<std::string, std::shared_ptr<recent_trail>> disks_;
  network_threads threads_;
  floor_configuration framework_;
  std::optional<caf::actor_system> system_;
  root_actor root_;
};

} // namespace floorwalker::interop
