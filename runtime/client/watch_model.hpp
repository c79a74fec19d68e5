// What a live table knows of one tenant, from the events of its stream. Pure: no I/O, no clock.
#pragma once

#include "messages/time.hpp"
#include "runtime/client/event_stream_parser.hpp"
#include "runtime/client/watched_agent.hpp"

#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// Figures of the tenant as the stream told them last.
struct watch_figures {
  std::uint64_t processed = 0;
  std::uint64_t unauthorized = 0;
  std::uint64_t gaps = 0;
  std::optional<double> accuracy_percent; ///< nothing before the first event
  std::optional<double> per_second;       ///< nothing before the first second
  std::uint64_t listeners_active = 0;
  std::uint64_t listeners = 0;
};

/// Reads the record "system metrics".
watch_figures read_figures(const boost::json::object& metrics);

class watch_model {
public:
  /// Takes an event that came at `now` of this machine's clock. Events without a meaning here are left out.
  void take(const server_event& event, utc_time now);

  const std::map<std::string, watched_agent>& agents() const { return agents_; } ///< by id
  const watch_figures& figures() const { return figures_; }
  const std::string& tenant() const { return tenant_; }
  const std::string& condition() const { return condition_; }
  /// Sentences of the alerts that fire and are not silenced, by their id.
  std::vector<std::string> firing_alerts() const;
  bool has_snapshot() const { return has_snapshot_; }
  /// The node's time at `now` of this machine's clock: the times of rows are the node's.
  utc_time node_time(utc_time now) const { return now + ahead_; }

private:
  static constexpr std::size_t agents_max = 200'000; ///< further ones are not shown
  static constexpr std::size_t alerts_max = 10'000;

  void take_snapshot(const boost::json::object& data, utc_time now);
  void take_agent(const boost::json::object& data);
  void take_alert(const boost::json::object& alert);
  void take_condition(const boost::json::object& data, utc_time now);

  std::map<std::string, watched_agent> agents_;
  std::map<std::string, std::string> firing_; ///< sentences by the alert's id
  watch_figures figures_;
  std::string tenant_;
  std::string condition_;
  utc_time::duration ahead_{}; ///< of the node's clock to ours
  bool has_snapshot_ = false;
};

} // namespace floorwalker
