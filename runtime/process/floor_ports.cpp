#include "runtime/process/floor_ports.hpp"

#include "runtime/network/http_agent_directory.hpp"
#include "runtime/network/http_token_endpoint.hpp"
#include "runtime/network/platform_event_stream.hpp"
#include "runtime/outlets/make_outlet.hpp"

#include <exception>
#include <utility>

namespace floorwalker {
floor_ports::floor_ports(std::string data_dir, std::shared_ptr<const wall_clock> clock, data_directory& data,
                         network_threads& threads)
    : data_dir_{std::move(data_dir)}, clock_{std::move(clock)}, data_{data}, threads_{threads} {}

opened_sink floor_ports::open_sink(const sink_settings& settings) {
  opened_cursors kept;
  if (settings.type != sink_type::console) kept = data_.open_cursors(settings.name);
  if (!kept.problem.empty()) return {{}, std::move(kept.problem)};
  try {
    auto outlet = make_outlet(settings, {clock_, data_dir_});
    // Ended here and not by the actor, since an outlet waits for its thread then; so the actor's hold on it is told.
    auto let_go = std::make_shared<std::promise<void>>();
    outlets_[settings.name] = {outlet, let_go->get_future()};
    outlet_ptr lent{outlet.get(), [outlet, let_go](auto*) mutable {
                      outlet.reset();
                      let_go->set_value();
                    }};
    return {{settings, std::move(lent), std::move(kept.store)}, {}};
  } catch (const std::exception& failure) {
    return {{}, failure.what()};
  }
}

bool floor_ports::release_sink(const std::string& name, std::chrono::milliseconds patience) {
  auto found = outlets_.find(name);
  if (found == outlets_.end()) return true;
  auto alone = found->second.let_go.wait_for(patience) == std::future_status::ready;
  outlets_.erase(found);
  return alone;
}

tenant_ports floor_ports::open_tenant(const tenant_settings& settings) {
  auto trail = data_.open_tenant(settings.name);
  auto platform = connect(settings);
  return {std::move(platform.tokens),
          std::move(platform.directory),
          std::move(platform.stream),
          std::move(trail.storage),
          std::move(trail.recovered),
          clock_,
          {},
          {},
          {}};
}

bool floor_ports::close_tenant(const std::string& name, std::chrono::milliseconds patience) {
  return data_.close_tenant(name, patience);
}

platform_ports floor_ports::connect(const tenant_settings& settings) const {
  auto access = make_platform_access(settings);
  return {std::make_shared<http_token_endpoint>(threads_, *clock_, access, settings),
          std::make_shared<http_agent_directory>(threads_, *clock_, access),
          std::make_shared<platform_event_stream>(threads_, *clock_, access, settings)};
}

} // namespace floorwalker
