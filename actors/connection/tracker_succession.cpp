#include "actors/connection/tracker_succession.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace floorwalker {

void tracker_succession::planned(std::uint64_t connection, agent_group_ptr agents) {
  connections_[connection] = {std::move(agents), false, false};
}

void tracker_succession::subscribed(std::uint64_t connection) {
  auto known = connections_.find(connection);
  if (known == connections_.end()) return;
  auto& acknowledged = known->second;
  acknowledged.subscribed = true;
  monitored_ = acknowledged.agents;
  // The acknowledgement crossed the failure: the tracker may have begun to monitor before it failed.
  if (acknowledged.orphaned) bequeath(acknowledged.agents);
}

void tracker_succession::ended(std::uint64_t connection, const std::optional<oldest_observation>& unfinished_since) {
  auto known = connections_.find(connection);
  if (known == connections_.end()) return;
  auto gone = std::move(known->second);
  connections_.erase(known);
  if (!gone.orphaned) {
    if (gone.subscribed) unfinished_since_ = unfinished_since;
  } else if (bequest_) {
    unfinished(unfinished_since);
  }
}

void tracker_succession::unfinished(const std::optional<oldest_observation>& since) {
  if (!since) return;
  bequest_->last_received = std::min(bequest_->last_received, since->received_at);
  bequest_->last_event = std::min(bequest_->last_event.value_or(since->observed_at), since->observed_at);
}

void tracker_succession::failed(utc_time at) {
  failed_at_ = at;
  auto monitored_now = false;
  for (auto& [number, connection] : connections_) {
    connection.orphaned = true;
    if (!connection.subscribed) continue;
    monitored_now = true;
    bequeath(connection.agents);
  }
  if (!monitored_now && monitored_) {
    // Nobody is monitored at present, but whether the tracker still wrote that down, nobody knows.
    bequeath(monitored_);
    unfinished(unfinished_since_);
  }
}

bool tracker_succession::complete() const {
  return std::ranges::none_of(connections_, [](const auto& connection) { return connection.second.orphaned; });
}

void tracker_succession::bequeath(const agent_group_ptr& agents) {
  agent_group all;
  if (bequest_)
    all = *bequest_->agents;
  else
    bequest_ = monitoring_inherited{nullptr, failed_at_, failed_at_, {}};
  for (const auto& agent : *agents)
    if (std::ranges::none_of(all, [&](const auto& known) { return known->key() == agent->key(); }))
      all.push_back(agent);
  bequest_->agents = std::make_shared<const agent_group>(std::move(all));
}

} // namespace floorwalker
