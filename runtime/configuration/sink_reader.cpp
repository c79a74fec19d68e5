#include "runtime/configuration/sink_reader.hpp"

#include "runtime/configuration/text_forms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::pair<std::string_view, sink_type> types[] = {{"console", sink_type::console},
                                                            {"file", sink_type::file},
                                                            {"webhook", sink_type::webhook},
                                                            {"kafka", sink_type::kafka},
                                                            {"postgres", sink_type::postgres}};

bool belongs_to(const key_declaration& key, std::string_view type) {
  if (key.only_for.empty()) return true;
  for (auto rest = key.only_for; !rest.empty();) {
    auto word = rest.substr(0, rest.find(' '));
    if (word == type) return true;
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  }
  return false;
}

class sink_reader {
public:
  sink_reader(const placed_block& block, const surroundings& around, findings& found)
      : block_{block}, around_{around}, found_{found} {}

  sink_settings read(const std::string& name, const std::vector<std::string>& tenants) {
    sink_.name = name;
    check_block(block_, declarations(sink_keys()), {}, around_, found_);
    take_values(block_, sink_keys(), found_, sink_);
    take_choices();
    if (type_known_) {
      check_keys_of_type();
      check_mandatory_keys();
      check_secrets();
      check_target();
      if (sink_.type == sink_type::kafka) check_kafka();
      if (sink_.type == sink_type::postgres) check_postgres();
    }
    check_tenants(tenants);
    if (sink_.include_unverified && sink_.records != sink_records::dashboard)
      found_.warning(path("include-unverified"), "has no effect on audit entries: they contain every transition");
    return std::move(sink_);
  }

private:
  std::string path(std::string_view below) const { return block_.path_of(below); }

  std::string_view word(std::string_view key) const {
    auto* value = block_.find(key);
    return value && found_.sound(path(key)) ? std::string_view{caf::get<std::string>(*value)} : std::string_view{};
  }

  void take_choices() {
    if (!block_.has("type")) found_.problem(path("type"), "missing: expected one of " + type_list());
    for (auto& [name, type] : types)
      if (word("type") == name) {
        sink_.type = type;
        type_known_ = true;
      }
    if (word("records") == "dashboard") sink_.records = sink_records::dashboard;
    if (word("verification") == "authorized") sink_.verification = sink_verification::authorized;
    if (word("verification") == "unauthorized") sink_.verification = sink_verification::unauthorized;
    if (word("start") == "now") sink_.start = sink_start::now;
    if (word("view") == "lines") sink_.view = console_view::lines;
    if (word("view") == "live") sink_.view = console_view::live;
  }

  static std::string type_list() {
    std::string text;
    for (auto& [name, type] : types) text += (text.empty() ? "" : ", ") + quoted(name);
    return text;
  }

  void check_keys_of_type() {
    for (auto& entry : sink_keys())
      if (block_.has(entry.key.path) && !belongs_to(entry.key, type_word(sink_.type)))
        found_.problem(path(entry.key.path), fmt::format("this key is for sinks of type {}, this one's is {}",
                                                         entry.key.only_for, type_word(sink_.type)));
  }

  void check_mandatory_keys() {
    static constexpr std::pair<sink_type, std::string_view> mandatory[] = {{sink_type::file, "path"},
                                                                           {sink_type::webhook, "url"},
                                                                           {sink_type::kafka, "brokers"},
                                                                           {sink_type::kafka, "topic"},
                                                                           {sink_type::postgres, "connection"}};
    for (auto& [type, key] : mandatory)
      if (type == sink_.type && !block_.has(key))
        found_.problem(path(key), fmt::format("missing: a sink of type {} needs it", type_word(type)));
  }

  void check_secrets() {
    for (auto secret : {"secret", "password"}) {
      auto from_file = fmt::format("{}-file", secret);
      auto from_variable = fmt::format("{}-env", secret);
      if (block_.has(from_file) && block_.has(from_variable))
        found_.problem(path(from_file), fmt::format("expected either this key or {}, found both", from_variable));
    }
    if (sink_.type == sink_type::kafka && block_.has("username") && !block_.has("password-env") &&
        !block_.has("password-file"))
      found_.problem(path("username"), "a user name needs password-env or password-file");
  }

  void check_target() {
    if (sink_.type != sink_type::webhook || sink_.allow_private_targets) return;
    if (word("url").starts_with("http://"))
      found_.problem(path("url"), "a loopback address needs allow-private-targets = true");
  }

  void check_kafka() {
    auto here = std::all_of(sink_.brokers.begin(), sink_.brokers.end(), [](auto& broker) {
      auto place = parse_host_and_port(broker);
      return place && is_loopback_host(place->host);
    });
    if (!block_.has("tls")) sink_.tls = !here || block_.has("username") || block_.has("ca-file");
    if (sink_.tls || here) return;
    if (block_.has("username")) found_.problem(path("tls"), "a password is sent over TLS only");
  }

  void check_postgres() {
    if (sink_.records == sink_records::dashboard)
      found_.problem(path("records"), "a table holds audit entries: expected \"audit\", found \"dashboard\"");
  }

  void check_tenants(const std::vector<std::string>& tenants) {
    for (std::size_t i = 0; i < sink_.tenants.size(); ++i) {
      auto& tenant = sink_.tenants[i];
      if (std::find(tenants.begin(), tenants.end(), tenant) != tenants.end()) continue;
      auto meant = nearest_word(tenant, tenants);
      found_.problem(fmt::format("{}[{}]", path("tenants"), i),
                     fmt::format("there is no tenant {}{}", printable_value(tenant),
                                 meant ? fmt::format(", did you mean {}?", *meant) : std::string{}));
    }
  }

  const placed_block& block_;
  const surroundings& around_;
  findings& found_;
  sink_settings sink_;
  bool type_known_ = false;
};

} // namespace

sink_settings read_sink(const std::string& name, const placed_block& block, const std::vector<std::string>& tenants,
                        const surroundings& around, findings& found) {
  if (!is_name(name))
    found.problem(block.path, "expected a sink's name of 1 to 64 letters, digits, dots, underscores and hyphens");
  return sink_reader{block, around, found}.read(name, tenants);
}

caf::settings effective_sink(const placed_block& block, const sink_settings& settings) {
  caf::settings tree;
  for (auto& [key, value] : effective_block(block, sink_keys(), settings)) {
    std::string_view name{key.data(), key.size()};
    auto keys = sink_keys();
    auto at = std::find_if(keys.begin(), keys.end(), [&](auto& entry) { return entry.key.path == name; });
    if (at != keys.end() && belongs_to(at->key, type_word(settings.type))) tree.insert_or_assign(key, value);
  }
  return tree;
}

std::string_view type_word(sink_type type) {
  for (auto& [name, candidate] : types)
    if (candidate == type) return name;
  return "unknown";
}

} // namespace floorwalker
