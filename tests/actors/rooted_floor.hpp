// The whole tree from the root down, on scripted platforms, with one sink for every record.
#pragma once

#include "actors/root/root.hpp"
#include "tests/actors/log_lines.hpp"
#include "tests/actors/named_floor.hpp"
#include "tests/actors/scripted_tenant.hpp"

#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace floorwalker::testing {

class rooted_floor : public kept_log, public named_floor {
public:
  /// Starts the tree with these tenants, after `prepare`; none of their connections is acknowledged yet.
  explicit rooted_floor(
      const std::vector<std::string>& names, const std::function<void(rooted_floor&)>& prepare = [](auto&) {}) {
    for (const auto& name : names) tenants.emplace_back(name);
    prepare(*this);
    std::vector<tenant_settings> settings;
    for (const auto& one : tenants) settings.push_back(one.settings);
    root_ports ports;
    sink_settings sink;
    sink.name = "keeper";
    ports.sinks.push_back({sink, keeper});
    ports.tenant = [this](const tenant_settings& wanted) {
      for (const auto& tenant : tenants)
        if (tenant.settings.name == wanted.name) return tenant.ports(*this);
      return tenant_ports{};
    };
    root = spawn_root(system, settings, std::move(ports), 1);
    run();
  }

  ~rooted_floor() override { // timers that are left over run at the end, and these would never end
    self->send_exit(root, caf::exit_reason::kill);
    run();
  }

  scripted_tenant& tenant(std::size_t index = 0) { return *std::next(tenants.begin(), static_cast<long>(index)); }

  /// Every gateway acknowledges whatever was connected since.
  void acknowledge() {
    for (auto& one : tenants) one.acknowledge(wall.now());
    run();
  }

  /// The agent of this tenant moves.
  void bring(const std::string& previous, const std::string& current, std::size_t index = 0) {
    tenant(index).connection().bring(scripted_tenant::agent_id, previous, current, wall.now());
    run();
  }

  system_metrics metrics(const std::string& name = "acme") {
    return ask<std::map<std::string, system_metrics>>(root, caf::get_atom_v).value()[name];
  }

  agent_status status(const std::string& name = "acme") {
    return ask<agent_status>(root, tenant_status_query{name, scripted_tenant::agent_id}).value();
  }

  /// How the process ended, once; none: it goes on.
  std::optional<process_end> end() {
    if (!joined_) {
      joined_ = true;
      joining_.emplace(self->request(root, caf::infinite, caf::join_atom_v));
      run();
    }
    if (self->peek_at_next_mailbox_element() == nullptr) return std::nullopt;
    std::optional<process_end> ended;
    joining_->receive([&](const process_end_ptr& how) { ended = *how; },
                      [](const caf::error& error) { BOOST_ERROR("the root failed: " << to_string(error)); });
    return ended;
  }

  std::list<scripted_tenant> tenants;
  std::shared_ptr<line_keeper> keeper = std::make_shared<line_keeper>();
  root_actor root;

private:
  using joining = decltype(std::declval<caf::scoped_actor&>()->request(std::declval<root_actor&>(), caf::infinite,
                                                                       caf::join_atom_v));
  bool joined_ = false;
  std::optional<joining> joining_;
};

} // namespace floorwalker::testing
