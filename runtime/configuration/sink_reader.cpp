#include "runtime/configuration/sink_reader.hpp"

#include "runtime/configuration/text_forms.hpp"
#include "runtime/configuration/typed_block.hpp"

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
      check_keys_of_type(block_, declarations(sink_keys()), type_word(sink_.type), "sinks", found_);
      check_mandatory_keys();
      check_secrets();
      check_target();
      if (sink_.type == sink_type::kafka) check_kafka();
      if (sink_.type == sink_type::postgres) check_postgres();
    }
    check_tenant_names(block_, sink_.tenants, tenants, found_);
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
    for (auto secret : {"secret", "password"}) check_one_source(block_, secret, found_);
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
  return effective_typed_block(block, sink_keys(), settings, type_word(settings.type));
}

std::string_view type_word(sink_type type) {
  for (auto& [name, candidate] : types)
    if (candidate == type) return name;
  return "unknown";
}

} // namespace floorwalker
