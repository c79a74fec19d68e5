#include "tests/interop/engine_under_test.hpp"

#include "runtime/network/http_agent_directory.hpp"
#include "runtime/network/http_token_endpoint.hpp"
#include "runtime/network/platform_event_stream.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <filesystem>
#include <utility>

#include <unistd.h>

namespace floorwalker::interop {
namespace {

constexpr std::chrono::milliseconds between_questions{20};

std::filesystem::path tls_directory() {
  return std::filesystem::temp_directory_path() / ("floorwalker-interop-" + std::to_string(::getpid()));
}

} // namespace

void remove_tls_directory() { std::filesystem::remove_all(tls_directory()); }

simulator::options floor_of(std::uint32_t agents, std::uint64_t events) {
  simulator::options chosen;
  chosen.tls_directory = tls_directory().string(); // keys are made once, not once a test
  chosen.floor.agents = agents;
  chosen.pace = {.rate = 0, .events = events, .start_after_agents = agents, .paused = events == 0};
  chosen.ledger.events = true;
  return chosen;
}

simulator::options with_faults(simulator::options chosen, const std::vector<std::string>& faults) {
  for (const auto& fault : faults) chosen.faults.push_back(simulator::parse_fault(fault));
  return chosen;
}

tenant_settings tenant_at(const simulator::gateway& gateway, const std::string& name) {
  using std::chrono::milliseconds;
  tenant_settings settings;
  settings.name = name;
  settings.base_url = gateway.base_url();
  settings.ca_file = gateway.ca_file();
  settings.tenant_id = "acme";
  settings.client_id = "floorwalker";
  settings.client_secret_env = secret_variable;
  settings.all_agents = true;
  settings.limits.agents_per_subscription = 10;
  settings.reconnect = {.base_delay = milliseconds{20}, .max_delay = milliseconds{200}, .jitter = 0};
  return settings;
}

engine_under_test::engine_under_test(std::vector<tenant_settings> tenants) {
  framework_.set("caf.scheduler.max-threads", 2);
  system_.emplace(framework_);
  root_ports ports;
  sink_settings everything;
  everything.name = "trail";
  ports.sinks.push_back({everything, trail_});
  ports.tenant = [this](const tenant_settings& settings) -> tenant_ports {
    auto access = make_platform_access(settings);
    return {std::make_shared<http_token_endpoint>(threads_, *clock_, access, settings),
            std::make_shared<http_agent_directory>(threads_, *clock_, access),
            std::make_shared<platform_event_stream>(threads_, *clock_, access, settings),
            disks_.at(settings.name),
            nullptr,
            clock_};
  };
  for (const auto& tenant : tenants)
    disks_[tenant.name] = std::make_shared<recent_trail>(tenant.name, std::size_t{256} << 20);
  root_ = spawn_root(*system_, tenants, std::move(ports), 1);
}

engine_under_test::~engine_under_test() {
  if (root_) stop();
}

system_metrics engine_under_test::metrics(const std::string& tenant) {
  caf::scoped_actor self{*system_};
  system_metrics figures;
  self->request(root_, patience, caf::get_atom_v)
      .receive(
          [&](const std::map<std::string, system_metrics>& all) {
            if (auto found = all.find(tenant); found != all.end()) figures = found->second;
          },
          [](const caf::error&) {});
  return figures;
}

bool engine_under_test::wait_for(const std::function<bool(const system_metrics&)>& holds, const std::string& tenant) {
  auto end = std::chrono::steady_clock::now() + patience;
  while (!holds(metrics(tenant))) {
    if (std::chrono::steady_clock::now() > end) return false;
    trail_->wait_for_more(between_questions);
  }
  return true;
}

bool engine_under_test::wait_until_judged(const simulator::gateway& gateway, std::uint64_t events) {
  if (!gateway.wait_for([&](const simulator::ledger& book) { return book.totals().generated >= events; }, patience))
    return false;
  return wait_for([&](const system_metrics& figures) {
    const auto totals = gateway.totals();
    return figures.total_processed == totals.sent && figures.duplicates == totals.duplicates &&
           figures.handover_copies == totals.copies;
  });
}

process_end engine_under_test::wait_for_end() {
  process_end end;
  {
    caf::scoped_actor self{*system_};
    self->request(root_, patience, caf::join_atom_v)
        .receive([&](const process_end_ptr& result) { end = *result; },
                 [&](const caf::error& error) {
                   BOOST_ERROR("the engine did not end: " + to_string(error));
                   end.exit_code = -1;
                 });
  }
  let_go();
  return end;
}

process_end engine_under_test::stop() {
  caf::anon_send(root_, stop_command{});
  return wait_for_end();
}

void engine_under_test::let_go() {
  root_ = nullptr;
  system_->await_all_actors_done();
  threads_.stop();
  system_.reset();
}

} // namespace floorwalker::interop
