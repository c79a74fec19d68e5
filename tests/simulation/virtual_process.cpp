#include "tests/simulation/virtual_process.hpp"

#include "actors/root/root.hpp"

#include <chrono>
#include <map>
#include <string>
#include <type_traits>
#include <utility>

namespace floorwalker::simulation {
namespace {

/// A receiver that takes a connection and never says a word.
class dead_outlet : public outlet {
public:
  void write(std::uint64_t, delivery_group_ptr, sink_actor) override {}
};

template <class Port>
std::shared_ptr<Port> unowned(Port& port) {
  return std::shared_ptr<Port>{&port, [](auto*) {}};
}

} // namespace

virtual_process::virtual_process(process_options options, testing::virtual_floor& floor, virtual_platform& platform,
                                 virtual_disk& disk)
    : options_{std::move(options)}, floor_{floor}, platform_{platform}, disk_{disk} {
  root_ports ports;
  for (auto& line : options_.sinks) {
    sink_port port{line.settings, nullptr};
    port.outlet = line.receiver ? line.receiver->connect() : std::make_shared<dead_outlet>();
    if (line.keeps_cursors) port.cursors = disk_.cursors(line.settings.name);
    ports.sinks.push_back(std::move(port));
  }
  ports.tenant = [this](const tenant_settings&) {
    auto recovered = disk_.recover();
    return tenant_ports{.tokens = unowned(platform_),
                        .directory = unowned(platform_),
                        .stream = unowned(platform_),
                        .storage = disk_.mount(),
                        .recovered = std::move(recovered),
                        .wall = unowned(std::as_const(floor_.wall)),
                        .limits = options_.limits};
  };
  root_ = spawn_root(floor_.system, {options_.tenant}, std::move(ports), options_.seed);
}

std::vector<agent_status> virtual_process::statuses() {
  auto answer = floor_.ask<std::vector<agent_status>>(root_, tenant_agents_query{options_.tenant.name});
  return answer ? std::move(*answer) : std::vector<agent_status>{};
}

system_metrics virtual_process::metrics() {
  auto answer = floor_.ask<std::map<std::string, system_metrics>>(root_, caf::get_atom_v);
  return answer ? answer->at(options_.tenant.name) : system_metrics{};
}

std::optional<process_end> virtual_process::stop() {
  auto pending = floor_.self->request(root_, caf::infinite, caf::join_atom_v);
  caf::anon_send(root_, stop_command{});
  platform_.pass(std::chrono::seconds{6}, 0);
  std::optional<process_end> result;
  if (floor_.self->peek_at_next_mailbox_element() == nullptr) return result;
  pending.receive([&](const process_end_ptr& end) { result = *end; }, [](const caf::error&) {});
  disk_.unmount();
  for (auto& line : options_.sinks)
    if (line.receiver) line.receiver->process_ended();
  return result;
}

void virtual_process::kill() {
  // Nobody hears the last words of its actors.
  disk_.cut_off();
  for (auto& line : options_.sinks)
    if (line.receiver) line.receiver->process_ended();
  platform_.abandon_all();
  caf::anon_send_exit(root_, caf::exit_reason::kill);
  floor_.run();
}

} // namespace floorwalker::simulation
