// A small floor as a node tells it, for tests of the live table.
#pragma once

#include "messages/wire/timestamp.hpp"
#include "runtime/client/watch_model.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace floorwalker::testing {

inline utc_time at(std::string_view text) { return wire::parse_timestamp(text)->at; }

/// The node's time in the snapshot.
inline const auto noon = at("2026-11-23T12:00:00.000Z");

inline std::string agent_json(std::string_view id, std::string_view name, std::string_view state,
                              std::string_view since, std::string_view more = R"("verified":true,"stale":false)") {
  auto time = since.empty() ? std::string{"null"} : fmt::format(R"("2026-11-23T{}.000Z")", since);
  return fmt::format(R"({{"agentId":"{}","name":"{}","team":"Claims","state":"{}","lastUpdated":{},"reason":null,)"
                     R"("observedState":"{}","since":{},"tenantId":"acme",{}}})",
                     id, name, state, time, state, time, more);
}

inline constexpr auto metrics_json =
    R"({"activeAgents":3,"totalProcessed":2400,"accuracyRate":99.5,"unverifiedTransitions":12,"gaps":1,)"
    R"("listeners":{"active":4,"reconnecting":1,"paused":0,"stopped":0}})";

inline constexpr auto alert_json =
    R"({"id":"a1","kind":"accuracy","state":"firing","sentence":"Accuracy is 90 %.","silenced":false})";

inline server_event snapshot() {
  return {"1-5", "snapshot",
          fmt::format(R"({{"tenant":"acme","epoch":"1","sequence":5,"serverTime":"2026-11-23T12:00:00.000Z",)"
                      R"("condition":"running","agents":[{},{},{}],"metrics":{},"alerts":[{}]}})",
                      agent_json("id-1", "Zoe", "busy", "11:59:00"), agent_json("id-2", "Ömer", "break", "11:00:00"),
                      agent_json("id-3", "anna", "available", "11:58:00"), metrics_json, alert_json)};
}

/// The snapshot, received when this machine's clock was ten seconds behind the node's.
inline watch_model watched_floor() {
  watch_model model;
  model.take(snapshot(), noon - std::chrono::seconds{10});
  return model;
}

} // namespace floorwalker::testing
