#include "simulator/control.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace floorwalker::simulator {

namespace json = boost::json;

namespace {

std::string text_in(const json::value& value, std::string_view path) {
  if (!value.is_string()) throw std::invalid_argument(fmt::format("{}: expected a text", path));
  return std::string{value.get_string()};
}

double number_in(const json::value& value, std::string_view path, double min, double max) {
  auto number = value.is_number() ? value.to_number<double>() : -1;
  if (!value.is_number() || !(number >= min && number <= max))
    throw std::invalid_argument(fmt::format("{}: expected a number from {} to {}", path, min, max));
  return number;
}

bool flag_in(const json::value& value, std::string_view path) {
  if (!value.is_bool()) throw std::invalid_argument(fmt::format("{}: expected true or false", path));
  return value.get_bool();
}

class wish_reader {
public:
  wish_reader(platform& home, instant now) : home_{home}, now_{now} {}

  std::string carry_out(std::string_view name, const json::value& value) {
    if (name == "rate") {
      auto rate = number_in(value, "rate", 0, 1e9);
      home_.board.set_rate(rate, now_);
      return fmt::format("rate is {}", rate);
    }
    if (name == "pause") {
      home_.board.set_paused(flag_in(value, "pause"), now_);
      return home_.board.paused() ? "paused" : "running";
    }
    if (name == "events") {
      auto more = static_cast<std::uint64_t>(number_in(value, "events", 1, 1e12));
      home_.board.add_events(more, now_);
      return fmt::format("{} more events", more);
    }
    if (name == "change") return change(value);
    if (name == "hire") return hire(value);
    if (name == "fire") {
      auto agent = agent_in(value, "fire");
      home_.board.fire(agent);
      return fmt::format("{} has left", home_.floor.agent(agent).id);
    }
    if (name == "fault") return fault_wish(value);
    if (name == "token-fault") return http_wish(home_.tokens.faults(), value, name);
    if (name == "users-fault") return http_wish(home_.users.faults(), value, name);
    if (name == "upgrade-fault") return http_wish(home_.upgrade_faults, value, name);
    if (name == "expire-tokens") {
      if (flag_in(value, name)) home_.tokens.expire_all();
      return "tokens have ended";
    }
    throw std::invalid_argument(
        fmt::format("{}: unknown, expected rate, pause, events, change, hire, fire, fault, token-fault, users-fault, "
                    "upgrade-fault or expire-tokens",
                    name));
  }

private:
  std::uint32_t agent_in(const json::value& value, std::string_view path) {
    auto id = text_in(value, path);
    auto agent = home_.floor.find(id);
    if (!agent) throw std::invalid_argument(fmt::format("{}: nobody has the id {}", path, id));
    return *agent;
  }

  std::string change(const json::value& value) {
    if (!value.is_object() || !value.get_object().contains("agent") || !value.get_object().contains("to"))
      throw std::invalid_argument(R"(change: expected {"agent": ID, "to": STATE})");
    auto agent = agent_in(value.get_object().at("agent"), "change.agent");
    auto name = text_in(value.get_object().at("to"), "change.to");
    auto state = home_.floor.find_state(name);
    if (!state) throw std::invalid_argument(fmt::format("change.to: '{}' is no state of the matrix", name));
    home_.board.change(agent, *state, now_);
    return fmt::format("{} is {}", home_.floor.agent(agent).id, name);
  }

  std::string hire(const json::value& value) {
    auto tenant = std::uint32_t{0};
    const auto* count = &value;
    if (value.is_object()) {
      const auto* id = value.get_object().if_contains("tenant");
      count = value.get_object().if_contains("count");
      if (id == nullptr || count == nullptr)
        throw std::invalid_argument(R"(hire: expected a number or {"tenant": ID, "count": N})");
      auto wanted = text_in(*id, "hire.tenant");
      while (tenant < home_.chosen.tenants.size() && home_.chosen.tenants[tenant].id != wanted) ++tenant;
      if (tenant == home_.chosen.tenants.size())
        throw std::invalid_argument(fmt::format("hire.tenant: there is no tenant '{}'", wanted));
    }
    auto wanted = static_cast<std::uint32_t>(number_in(*count, "hire", 1, 100'000));
    auto ids = std::string{};
    for (auto number = std::uint32_t{0}; number < wanted; ++number) {
      auto agent = home_.board.hire(tenant);
      if (number < 10) ids += fmt::format(" {}", home_.floor.agent(agent).id);
    }
    return fmt::format("{} hired:{}{}", wanted, ids, wanted > 10 ? " …" : "");
  }

  std::string fault_wish(const json::value& value) {
    // With a trigger it joins the plan; without one it happens here and now.
    auto spec = std::string{};
    auto connection = std::optional<std::uint32_t>{};
    if (value.is_object() && value.get_object().contains("kind")) {
      spec = text_in(value.get_object().at("kind"), "fault.kind");
      if (const auto* wanted = value.get_object().if_contains("connection"))
        connection = static_cast<std::uint32_t>(number_in(*wanted, "fault.connection", 1, 4e9));
    } else {
      spec = text_in(value, "fault");
    }
    auto what = parse_fault(spec);
    if (what.when != trigger_kind::now || is_at_subscription(what.kind)) {
      home_.board.plan_fault(std::move(what), now_);
      return fmt::format("planned: {}", spec);
    }
    if (!home_.board.inject(what, connection, now_))
      throw std::invalid_argument(fmt::format("fault '{}': no such acknowledged connection", spec));
    return fmt::format("done: {}", spec);
  }

  static std::string http_wish(http_faults& faults, const json::value& value, std::string_view name) {
    auto spec = text_in(value, name);
    faults.add(parse_http_fault(spec));
    return fmt::format("{}: {}", name, spec);
  }

  platform& home_;
  instant now_;
};

} // namespace

json::object carry_out_wishes(platform& home, const json::object& wishes, instant now) {
  auto reader = wish_reader{home, now};
  auto done = json::array{};
  auto result = json::object{};
  try {
    for (const auto& wish : wishes)
      done.push_back(json::value(reader.carry_out(std::string_view{wish.key()}, wish.value())));
  } catch (const std::exception& problem) {
    result["error"] = problem.what();
  }
  result["done"] = std::move(done);
  return result;
}

} // namespace floorwalker::simulator
