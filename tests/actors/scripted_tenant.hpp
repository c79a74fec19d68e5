// A tenant's surroundings in the hands of a test: its platform's three services, its trail, and what a sink was given.
#pragma once

#include "actors/roster/agent_directory.hpp"
#include "actors/sinks/outlet.hpp"
#include "actors/tenant/tenant.hpp"
#include "tests/actors/memory_trail.hpp"
#include "tests/actors/scripted_stream.hpp"
#include "tests/actors/virtual_floor.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace floorwalker::testing {

/// Answers every request of its own accord; a test may change the answers.
class scripted_platform : public token_endpoint, public agent_directory {
public:
  void request_token(std::uint64_t number, auth_actor receiver) override {
    ++tokens_asked;
    if (token) caf::anon_send(receiver, token_answered{number, *token});
  }
  void request_page(std::uint64_t number, std::uint32_t, access_token_ptr, roster_actor receiver) override {
    ++pages_asked;
    caf::anon_send(receiver, directory_answered{number, {200, listing, {}, {}}});
  }

  std::optional<http_answer> token = http_answer{200, R"({"access_token":"t","expires_in":86400})", {}, {}};
  std::string listing = R"({"entities":[],"pageNumber":1,"pageSize":100,"pageCount":1})";
  int tokens_asked = 0;
  int pages_asked = 0;
};

/// An outlet that keeps every line; one that is stuck answers no write.
class line_keeper : public outlet {
public:
  void write(std::uint64_t number, delivery_group_ptr group, sink_actor receiver) override {
    if (stuck) return;
    numbers.push_back(number);
    for (const auto& delivered : *group) {
      std::istringstream text{*delivered.text};
      for (std::string line; std::getline(text, line);) lines.push_back(line);
    }
    caf::anon_send(receiver, outlet_written{number, {}});
  }

  std::size_t with(const std::string& piece) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(lines, [&](const auto& line) { return line.find(piece) != std::string::npos; }));
  }

  std::vector<std::string> lines;
  std::vector<std::uint64_t> numbers; ///< of groups
  bool stuck = false;
};

/// Counts what it is told of alerts.
class alert_counter : public alert_audience {
public:
  void begin(const std::string&) override {}
  void take(const std::string&, const alert_status&) override { ++told; }

  std::size_t told = 0;
};

/// One tenant of one agent, `agent_id`, and its surroundings.
struct scripted_tenant {
  static constexpr const char* agent_id = "550e8400-e29b-41d4-a716-446655440000";

  explicit scripted_tenant(const std::string& name) {
    settings.name = name;
    storage = std::make_shared<memory_trail>(name);
    settings.agents = {agent_id};
    settings.reconnect.jitter = 0;
    platform->listing = std::string{R"({"entities":[{"id":")"} + agent_id +
                        R"(","name":"Ann","state":"available"}],"pageNumber":1,"pageSize":100,"pageCount":1})";
  }

  tenant_ports ports(const virtual_floor& floor) const {
    tenant_ports all;
    all.tokens = platform;
    all.directory = platform;
    all.stream = stream;
    all.storage = storage;
    all.wall = floor.wall_port();
    all.alert_audience = alerts;
    return all;
  }

  scripted_connection& connection() const { return *stream->connections.back(); }

  /// The gateway acknowledges whatever was connected since.
  void acknowledge(utc_time at) {
    for (; acknowledged < stream->connections.size(); ++acknowledged) stream->connections[acknowledged]->subscribe(at);
  }

  tenant_settings settings;
  std::shared_ptr<scripted_platform> platform = std::make_shared<scripted_platform>();
  std::shared_ptr<scripted_stream> stream = std::make_shared<scripted_stream>();
  std::shared_ptr<memory_trail> storage;
  std::shared_ptr<alert_counter> alerts = std::make_shared<alert_counter>();
  std::size_t acknowledged = 0;
};

} // namespace floorwalker::testing
