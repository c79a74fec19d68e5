#include "runtime/configuration/configuration.hpp"

#include "runtime/configuration/argument_values.hpp"
#include "runtime/configuration/framework_options.hpp"
#include "runtime/configuration/receiver_reader.hpp"
#include "runtime/configuration/sink_reader.hpp"
#include "runtime/configuration/tenant_reader.hpp"
#include "runtime/configuration/text_forms.hpp"
#include "runtime/configuration/value_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

namespace floorwalker {
namespace {

constexpr const char* root = "floorwalker";

class configuration_reader {
public:
  configuration_reader(caf::settings tree, findings& found, const surroundings& around)
      : tree_{std::move(tree)}, found_{found}, around_{around} {}

  configuration_result read() {
    check_top();
    node_ = block_at(tree_, root, root);
    check_block(node_, declarations(node_keys()), {"tenants", "sinks", "alerting"}, around_, found_);
    take_values(node_, node_keys(), found_, result_.configuration);
    take_node_choices();
    check_http();
    check_cluster();
    read_tenants();
    read_sinks();
    read_receivers();
    warn_of_inactive_blocks();
    if (auto* framework = caf::get_if<caf::settings>(&tree_, "caf"))
      result_.framework.insert_or_assign("caf", caf::config_value{*framework});
    check_framework_options(result_.framework, around_.framework_options, found_);
    fill_effective();
    return std::move(result_);
  }

private:
  /// The block of a key that must be one; an absent or wrong one reads like an empty one.
  placed_block block_at(const caf::settings& around, caf::string_view key, std::string path) {
    placed_block block{nullptr, std::move(path)};
    auto entry = around.find(key);
    if (entry == around.end()) return block;
    block.tree = caf::get_if<caf::settings>(&entry->second);
    if (!block.tree && entry->second)
      found_.problem(block.path, fmt::format("expected a block {{ … }}, found {}", found_text(entry->second)));
    return block;
  }

  void check_top() {
    for (auto& [key_view, value] : tree_) {
      std::string key{key_view.begin(), key_view.end()};
      if (key != root && key != "caf") report_unknown_key(join_path("", key), key, {root, "caf"}, found_);
      if (key == "caf" && value && !caf::holds_alternative<caf::settings>(value))
        found_.problem(key, "expected a block { … }");
    }
  }

  std::string_view word(std::string_view key) const {
    auto* value = node_.find(key);
    return value && found_.sound(node_.path_of(key)) ? std::string_view{caf::get<std::string>(*value)} : "";
  }

  void take_node_choices() {
    if (word("log.format") == "json") result_.configuration.log.format = log_format::json;
    result_.configuration.audit.group_commit = word("audit.durability") != "none";
  }

  void together(std::initializer_list<const char*> keys) {
    std::string missing;
    bool any = false;
    for (auto* key : keys) {
      any = any || node_.has(key);
      if (!node_.has(key)) missing += (missing.empty() ? "" : " and ") + node_.path_of(key);
    }
    for (auto* key : keys)
      if (any && !missing.empty() && node_.has(key))
        return found_.problem(node_.path_of(key), fmt::format("this key needs {} as well", missing));
  }

  void check_http() {
    together({"http.tls-certificate", "http.tls-key"});
    auto listen = parse_listen_address(word("http.listen"));
    if (!listen || is_loopback_host(listen->host) || result_.configuration.http.insecure) return;
    bool tls = node_.has("http.tls-certificate") && node_.has("http.tls-key");
    bool tokens = node_.has("http.tokens-file");
    if (tls && tokens) return;
    found_.problem(node_.path_of("http.listen"),
                   fmt::format("{} is not a loopback address: expected {}{}{} too, or insecure = true", listen->host,
                               tls ? "" : "tls-certificate and tls-key", !tls && !tokens ? " and " : "",
                               tokens ? "" : "tokens-file"));
  }

  void check_cluster() {
    if (!node_.has("cluster")) return;
    for (auto* key : {"cluster.endpoints", "cluster.listen"})
      if (!node_.has(key)) found_.problem(node_.path_of(key), "missing: a cluster needs it");
    together({"cluster.tls-certificate", "cluster.tls-key", "cluster.tls-ca"});
    auto listen = parse_host_and_port(word("cluster.listen"));
    if (listen && !is_loopback_host(listen->host) && !node_.has("cluster.tls-certificate"))
      found_.problem(
          node_.path_of("cluster.listen"),
          fmt::format("{} is not a loopback address: expected tls-certificate, tls-key and tls-ca too", listen->host));
  }

  void read_tenants() {
    auto tenants = node_.tree ? block_at(*node_.tree, "tenants", node_.path_of("tenants")) : placed_block{};
    if (!tenants.tree || tenants.tree->empty()) return read_default_tenant(tenants);
    for (auto& [key, value] : *tenants.tree) {
      std::string name{key.begin(), key.end()};
      auto block = block_at(*tenants.tree, key, join_path(tenants.path, name));
      if (!block.tree) continue;
      result_.configuration.tenants.push_back(read_tenant(name, block, around_, found_));
      tenant_blocks_.push_back(block);
    }
    warn_of_doubled_tenants();
  }

  void read_default_tenant(const placed_block& tenants) {
    if (!tenants.path.empty() && !found_.sound(tenants.path)) return;
    std::string missing;
    for (auto* variable : {"CXONE_TENANT_ID", "CXONE_CLIENT_ID", "CXONE_CLIENT_SECRET"})
      if (around_.environment(variable).value_or("").empty())
        missing += (missing.empty() ? "" : ", ") + std::string{variable};
    if (!missing.empty())
      return found_.problem_elsewhere(
          "floorwalker.tenants", fmt::format("missing: expected a tenant here, or the environment variables "
                                             "CXONE_TENANT_ID, CXONE_CLIENT_ID and CXONE_CLIENT_SECRET (not set: {})",
                                             missing));
    static const caf::settings nothing;
    placed_block block{&nothing, "floorwalker.tenants.default"};
    result_.configuration.tenants.push_back(read_tenant("default", block, around_, found_));
    tenant_blocks_.push_back(block);
  }

  void warn_of_doubled_tenants() {
    auto& tenants = result_.configuration.tenants;
    for (std::size_t i = 0; i < tenants.size(); ++i)
      for (std::size_t k = 0; k < i; ++k)
        if (!tenants[i].base_url.empty() && tenants[i].base_url == tenants[k].base_url &&
            tenants[i].tenant_id == tenants[k].tenant_id) {
          found_.warning(tenant_blocks_[i].path,
                         fmt::format("is the same tenant of the platform as {}: both share its limit of listeners",
                                     tenants[k].name));
          break;
        }
  }

  void read_sinks() {
    auto sinks = node_.tree ? block_at(*node_.tree, "sinks", node_.path_of("sinks")) : placed_block{};
    if (!sinks.tree) return;
    auto tenants = tenant_names();
    for (auto& [key, value] : *sinks.tree) {
      std::string name{key.begin(), key.end()};
      auto block = block_at(*sinks.tree, key, join_path(sinks.path, name));
      if (!block.tree) continue;
      result_.configuration.sinks.push_back(read_sink(name, block, tenants, around_, found_));
      sink_blocks_.push_back(block);
    }
    refuse_doubled_files();
  }

  void read_receivers() {
    auto receivers = node_.tree ? block_at(*node_.tree, "alerting", node_.path_of("alerting")) : placed_block{};
    if (!receivers.tree) return;
    auto tenants = tenant_names();
    for (auto& [key, value] : *receivers.tree) {
      std::string name{key.begin(), key.end()};
      auto block = block_at(*receivers.tree, key, join_path(receivers.path, name));
      if (!block.tree) continue;
      result_.configuration.alerting.push_back(read_receiver(name, block, tenants, around_, found_));
      receiver_blocks_.push_back(block);
    }
  }

  std::vector<std::string> tenant_names() const {
    std::vector<std::string> names;
    for (auto& tenant : result_.configuration.tenants) names.push_back(tenant.name);
    return names;
  }

  void refuse_doubled_files() {
    std::map<std::filesystem::path, std::string> written;
    for (auto& sink : result_.configuration.sinks) {
      if (sink.type != sink_type::file || sink.path.empty()) continue;
      auto [first, is_new] = written.emplace(std::filesystem::path{sink.path}.lexically_normal(), sink.name);
      if (!is_new)
        found_.problem(fmt::format("floorwalker.sinks.{}.path", sink.name),
                       fmt::format("the file of sink {} already: expected a file of its own", first->second));
    }
  }

  void warn_of_inactive_blocks() {
    if (node_.has("cluster")) found_.warning(node_.path_of("cluster"), "is checked, but not active in this version");
  }

  void fill_effective() {
    caf::settings node;
    // Defaults of blocks that are not configured stay out: writing them down would configure them.
    static const std::set<std::string, std::less<>> optional_blocks = {"http", "cluster"};
    for (auto& [key, value] : effective_block(node_, node_keys(), result_.configuration)) {
      std::string_view name{key.data(), key.size()};
      if (name == "tenants" || name == "sinks" || name == "alerting") continue;
      if (optional_blocks.count(name) == 0 || node_.has(name)) node.insert_or_assign(key, value);
    }
    caf::settings tenants;
    for (std::size_t i = 0; i < tenant_blocks_.size(); ++i)
      tenants.insert_or_assign(
          result_.configuration.tenants[i].name,
          caf::config_value{effective_tenant(tenant_blocks_[i], result_.configuration.tenants[i])});
    caf::settings sinks;
    for (std::size_t i = 0; i < sink_blocks_.size(); ++i)
      sinks.insert_or_assign(result_.configuration.sinks[i].name,
                             caf::config_value{effective_sink(sink_blocks_[i], result_.configuration.sinks[i])});
    caf::settings receivers;
    for (std::size_t i = 0; i < receiver_blocks_.size(); ++i)
      receivers.insert_or_assign(
          result_.configuration.alerting[i].name,
          caf::config_value{effective_receiver(receiver_blocks_[i], result_.configuration.alerting[i])});
    node.insert_or_assign("tenants", caf::config_value{std::move(tenants)});
    if (!sinks.empty()) node.insert_or_assign("sinks", caf::config_value{std::move(sinks)});
    if (!receivers.empty()) node.insert_or_assign("alerting", caf::config_value{std::move(receivers)});
    result_.effective.insert_or_assign(root, caf::config_value{std::move(node)});
  }

  caf::settings tree_;
  findings& found_;
  const surroundings& around_;
  placed_block node_;
  std::vector<placed_block> tenant_blocks_;
  std::vector<placed_block> sink_blocks_;
  std::vector<placed_block> receiver_blocks_;
  configuration_result result_;
};

} // namespace

std::string configuration_problem::to_line() const {
  std::string line;
  // Keys are quoted from a file that anybody may have written: no control character reaches the terminal.
  for (char c : fmt::format("{}: {}", where, what)) {
    bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    line += control ? fmt::format("\\x{:02x}", static_cast<unsigned char>(c)) : std::string{c};
  }
  return line;
}

configuration_result read_configuration(const configuration_source& source, const surroundings& around) {
  auto text = source.text ? parse_config_text(*source.text) : config_text{};
  findings found{source.file_name, text.positions};
  for (auto& problem : text.problems) found.syntax_problem(problem.position, problem.what);
  configuration_result result;
  if (text.complete) {
    for (auto& given : source.overrides) put_argument(text.values, given, found);
    result = configuration_reader{std::move(text.values), found, around}.read();
  }
  found.hand_over(result);
  return result;
}

} // namespace floorwalker
