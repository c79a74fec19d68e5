#include "runtime/configuration/tenant_reader.hpp"

#include "runtime/configuration/matrix_reader.hpp"
#include "runtime/configuration/proxy_choice.hpp"
#include "runtime/configuration/text_forms.hpp"
#include "runtime/configuration/value_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floorwalker {
namespace {

using list = caf::config_value::list;

class tenant_reader {
public:
  tenant_reader(const placed_block& block, const surroundings& around, findings& found)
      : block_{block}, around_{around}, found_{found} {}

  tenant_settings read(const std::string& name) {
    tenant_.name = name;
    check_block(block_, declarations(tenant_keys()), {}, around_, found_);
    take_values(block_, tenant_keys(), found_, tenant_);
    read_address();
    read_identity(tenant_.tenant_id, "tenant-id", "CXONE_TENANT_ID");
    read_identity(tenant_.client_id, "client-id", "CXONE_CLIENT_ID");
    read_secret_source();
    read_agents();
    read_matrix();
    read_state_limits();
    check_figures();
    check_delays();
    read_proxy();
    return std::move(tenant_);
  }

private:
  std::string path(std::string_view below) const { return block_.path_of(below); }
  bool sound(std::string_view below) const { return found_.sound(path(below)); }

  void read_address() {
    if (block_.has("base-url")) {
      if (auto* url = block_.find("base-url"); url && sound("base-url")) {
        tenant_.base_url = caf::get<std::string>(*url);
        if (tenant_.base_url.ends_with('/')) tenant_.base_url.pop_back();
      }
      return;
    }
    std::string region = "us-1";
    if (auto* given = block_.find("region")) {
      if (!sound("region")) return;
      region = caf::get<std::string>(*given);
    } else if (block_.has("region")) {
      return;
    } else if (tenant_.name != "default") {
      // No default: credentials sent to a region that was never named might be sent to the wrong country.
      return found_.problem(path("region"), "missing: expected a region such as \"us-1\", or a base-url");
    }
    tenant_.base_url = fmt::format("https://api-{}.cxone.com", region);
  }

  void read_identity(std::string& field, std::string_view key, const std::string& variable) {
    if (block_.has(key)) return;
    field = around_.environment(variable).value_or("");
    if (field.empty())
      found_.problem(path(key), fmt::format("missing: expected this key or the environment variable {}", variable));
  }

  void read_secret_source() {
    bool from_file = block_.has("client-secret-file");
    bool from_variable = block_.has("client-secret-env");
    if (from_file && from_variable)
      return found_.problem(path("client-secret-file"), "expected either this key or client-secret-env, found both");
    if (from_file || from_variable) return;
    tenant_.client_secret_env = "CXONE_CLIENT_SECRET";
    auto value = around_.environment(tenant_.client_secret_env);
    if (!value || value->empty())
      found_.problem(path("client-secret-env"),
                     fmt::format("missing: expected this key, client-secret-file or the environment variable {}",
                                 tenant_.client_secret_env));
  }

  void read_agents() {
    auto* value = block_.find("agents");
    auto* ids = value ? caf::get_if<list>(value) : nullptr;
    tenant_.all_agents = !block_.has("agents") || (value && caf::holds_alternative<std::string>(*value));
    if (!ids || !sound("agents")) return;
    for (auto& id : *ids) tenant_.agents.push_back(caf::get<std::string>(id));
    auto per_listener = tenant_.limits.agents_per_subscription;
    auto room = std::uint64_t{per_listener} * tenant_.limits.max_listeners;
    if (sound("limits") && tenant_.agents.size() > room)
      found_.problem(path("agents"),
                     fmt::format("{} agents do not fit: {} listeners of {} agents hold {}", tenant_.agents.size(),
                                 tenant_.limits.max_listeners, per_listener, room));
  }

  void read_matrix() {
    bool given = block_.has("state-matrix") || block_.has("transitions");
    if (!given || !sound("state-matrix") || !sound("transitions")) return;
    tenant_.transitions = floorwalker::read_matrix(block_, found_);
  }

  void read_state_limits() {
    constexpr auto key = "alerts.time-in-state";
    auto* value = block_.find(key);
    if (!value || !sound(key)) return;
    const auto& limits = caf::get<list>(*value);
    for (std::size_t i = 0; i < limits.size(); ++i) {
      const auto& limit = caf::get<list>(limits[i]);
      state_limit read{caf::get<std::string>(limit.front()), {}, caf::get<caf::timespan>(limit.back())};
      if (limit.size() == 3) read.reason = caf::get<std::string>(limit[1]);
      auto place = fmt::format("{}[{}]", path(key), i);
      auto same = [&](const state_limit& other) { return other.state == read.state && other.reason == read.reason; };
      if (sound("state-matrix") && sound("transitions") && tenant_.transitions.count(read.state) == 0)
        found_.problem(
            place, fmt::format("the state {} stands neither in state-matrix nor in transitions", quoted(read.state)));
      else if (std::ranges::any_of(tenant_.alerts.time_in_state, same))
        found_.problem(place, fmt::format("{} has a limit already", quoted(read.state)));
      else
        tenant_.alerts.time_in_state.push_back(std::move(read));
    }
  }

  /// A state that nobody can be in would make occupancy wrong in silence. The defaults need not be in the matrix, also
  /// where a dump wrote them down.
  void check_figures() {
    const auto& figures = tenant_.figures;
    const figures_settings defaults;
    auto check = [this](std::string_view key, const std::vector<std::string>& states,
                        const std::vector<std::string>& standard) {
      if (states == standard || !sound(key) || !sound("state-matrix") || !sound("transitions")) return;
      for (std::size_t i = 0; i < states.size(); ++i) {
        auto place = fmt::format("{}[{}]", path(key), i);
        if (tenant_.transitions.count(states[i]) == 0)
          found_.problem(
              place, fmt::format("the state {} stands neither in state-matrix nor in transitions", quoted(states[i])));
        else if (std::ranges::find(states, states[i]) != states.begin() + static_cast<std::ptrdiff_t>(i))
          found_.problem(place, fmt::format("the state {} stands in the list twice", quoted(states[i])));
      }
    };
    check("figures.productive", figures.productive, defaults.productive);
    check("figures.waiting", figures.waiting, defaults.waiting);
    if (!sound("figures")) return;
    for (const auto& state : figures.waiting)
      if (std::ranges::count(figures.productive, state) > 0)
        return found_.problem(path("figures"),
                              fmt::format("the state {} is both productive and waiting", quoted(state)));
    if (auto states = figures.productive.size() + figures.waiting.size(); states > figures_settings::states_max)
      found_.problem(path("figures"), fmt::format("expected at most {} states in productive and waiting, found {}",
                                                  figures_settings::states_max, states));
  }

  void check_delays() {
    auto base = tenant_.reconnect.base_delay;
    auto most = tenant_.reconnect.max_delay;
    if (sound("reconnect") && base > most)
      found_.problem(
          path(block_.has("reconnect.base-delay") ? "reconnect.base-delay" : "reconnect.max-delay"),
          fmt::format("base-delay {} is longer than max-delay {}", duration_text(base), duration_text(most)));
  }

  void read_proxy() {
    if (tenant_.proxy.ends_with('/')) tenant_.proxy.pop_back();
    if (block_.has("proxy") || tenant_.base_url.empty()) return;
    auto url = parse_url(tenant_.base_url);
    // A proxy elsewhere cannot reach this machine's loopback.
    if (!url || is_loopback_host(url->host)) return;
    auto either = [this](const char* upper, const char* lower) {
      auto value = around_.environment(upper);
      return value && !value->empty() ? std::pair{upper, *value}
                                      : std::pair{lower, around_.environment(lower).value_or("")};
    };
    auto [variable, proxy] = either("HTTPS_PROXY", "https_proxy");
    auto no_proxy = either("NO_PROXY", "no_proxy").second;
    std::uint16_t port = url->port.value_or(url->scheme == "http" ? 80 : 443);
    if (proxy.empty() || excepted_from_proxy(no_proxy, url->host, port)) return;
    auto parsed = parse_url(proxy);
    bool usable = parsed && parsed->scheme == "http" && parsed->port && !parsed->user_info &&
                  (parsed->path.empty() || parsed->path == "/");
    if (!usable) // its text may hold a password
      return found_.problem(path("proxy"),
                            fmt::format("the environment variable {} is not of the form http://host:port; proxies with "
                                        "a user name are not supported (proxy = \"\" goes without one)",
                                        variable));
    tenant_.proxy = proxy.ends_with('/') ? proxy.substr(0, proxy.size() - 1) : proxy;
  }

  const placed_block& block_;
  const surroundings& around_;
  findings& found_;
  tenant_settings tenant_;
};

} // namespace

tenant_settings read_tenant(const std::string& name, const placed_block& block, const surroundings& around,
                            findings& found) {
  if (!is_name(name))
    found.problem(block.path, "expected a tenant's name of 1 to 64 letters, digits, dots, underscores and hyphens");
  return tenant_reader{block, around, found}.read(name);
}

caf::settings effective_tenant(const placed_block& block, const tenant_settings& settings) {
  caf::settings tree;
  for (auto& [key, value] : effective_block(block, tenant_keys(), settings))
    if (key != "transitions" && key != "region") tree.insert_or_assign(key, value);
  // Both ways of writing the matrix, and region and address, come together in the value that is in force.
  caf::settings matrix;
  for (auto& [state, targets] : settings.transitions) {
    list row;
    for (auto& target : targets) row.emplace_back(target);
    matrix.insert_or_assign(state, caf::config_value{std::move(row)});
  }
  tree.insert_or_assign("state-matrix", caf::config_value{std::move(matrix)});
  tree.insert_or_assign("base-url", caf::config_value{settings.base_url});
  return tree;
}

} // namespace floorwalker
