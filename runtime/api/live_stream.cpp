#include "runtime/api/live_stream.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace floorwalker {
namespace {

shared_text shared(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

} // namespace

void live_stream::add(const stream_client_ptr& client) {
  groups_[{client->mode(), client->filter()}].push_back(client);
  ++clients_;
  client->begin();
}

void live_stream::remove(const stream_client_ptr& client) {
  auto found = groups_.find({client->mode(), client->filter()});
  if (found == groups_.end()) return;
  clients_ -= std::erase(found->second, client);
  if (found->second.empty()) groups_.erase(found);
}

template <class Do>
void live_stream::each(Do what) {
  for (auto& [key, members] : groups_)
    for (auto& client : members) what(*client);
}

void live_stream::tell(const live_update& update, const std::vector<board_change>& changes, std::uint64_t before) {
  if (groups_.empty()) return;
  if (update.begins) return each([](stream_client& client) { client.begin_again(); });
  if (update.condition)
    each([](stream_client& client) {
      if (client.waits()) client.begin();
    });
  change_texts texts{update};
  for (auto& [key, members] : groups_) {
    if (key.mode == stream_mode::state) {
      if (!changes.empty()) tell_changes(key.filter, members, texts, update, changes, before);
    } else {
      if (update.batch && update.skipped == 0) tell_records(key.filter, members, update, before);
      for (auto& client : members) client->settle(); // whoever is not there yet, or was passed over, reads
    }
  }
  if (!update.alerts.empty()) tell_alerts(board_.marked(update.alerts));
  if (update.figures) tell_figures();
}

void live_stream::tell_changes(const stream_filter& filter, group& members, change_texts& texts,
                               const live_update& update, const std::vector<board_change>& changes,
                               std::uint64_t before) {
  std::string text;
  std::optional<trace_stamps> stamps; // the clock is read for those only who trace
  std::vector<std::size_t> concerned;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto& row = *update.changes[i].row;
    auto wanted = filter.wants(texts.is_transition(i) ? stream_transition : stream_agent);
    if (filter.concerns(row.key(), row.status.team())) {
      concerned.push_back(changes[i].place);
      if (wanted) text += texts.of(i);
    } else if (changes[i].left && filter.concerns(row.key(), changes[i].left->status.team())) {
      // It went to another team, so for this one it is gone.
      concerned.push_back(changes[i].place);
      if (filter.wants(stream_agent))
        append_event(text, {update.epoch, update.changes[i].sequence}, "agent", gone_json(row.status.agent_id()));
    }
    if (texts.is_transition(i) && filter.traces(row.key())) {
      if (!stamps) stamps = {update.journaled_at, around_.now()};
      append_event(text, {update.epoch, update.changes[i].sequence}, "trace",
                   trace_json(*update.batch, update.changes[i].record, *stamps));
    }
  }
  if (concerned.empty() && text.empty()) return;
  auto told = shared(std::move(text));
  for (auto& client : members)
    if (!client->in_step(before) || !client->tell(told))
      for (auto place : concerned) client->miss(place, before);
}

void live_stream::tell_records(const stream_filter& filter, group& members, const live_update& update,
                               std::uint64_t before) {
  shared_text text;
  for (auto& client : members) {
    if (!client->in_step(before)) continue;
    if (!text) {
      auto now = filter.traced_key ? around_.now() : utc_time{};
      text = shared(record_events(*update.batch, board_.sequence(), filter, board_, {update.journaled_at, now}));
    }
    (void)client->tell(text); // refused: it reads what it missed when there is room
  }
}

void live_stream::tell_alerts(const std::vector<alert_status>& alerts) {
  if (groups_.empty() || alerts.empty()) return;
  std::string text;
  for (const auto& alert : alerts) append_event(text, {board_.epoch(), board_.sequence()}, "alert", alert_json(alert));
  auto told = shared(std::move(text));
  each([&](stream_client& client) {
    if (!client.filter().wants(stream_alert)) return;
    if (!client.in_step(board_.sequence()) || !client.tell(told)) client.miss_alerts();
  });
}

void live_stream::tell_figures() {
  std::string text;
  append_event(text, {board_.epoch(), board_.sequence()}, "metrics", metrics_json(board_, around_.now()));
  auto told = shared(std::move(text));
  each([&](stream_client& client) {
    if (client.filter().wants(stream_metrics) && client.in_step(board_.sequence())) (void)client.tell(told);
  });
}

void live_stream::beat() {
  static const auto comment = shared(": alive\n\n");
  each([](stream_client& client) { client.beat(comment); });
}

void live_stream::beat_waiting() {
  static const auto comment = shared(": waiting for the audit trail\n\n");
  each([](stream_client& client) {
    if (client.waits()) client.beat(comment);
  });
}

void live_stream::close() {
  // Let go of as well: clients keep alive what this stands in.
  clients_ = 0;
  for (auto& [key, members] : std::exchange(groups_, {}))
    for (auto& client : members) client->close();
}

} // namespace floorwalker
