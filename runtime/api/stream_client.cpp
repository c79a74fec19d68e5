#include "runtime/api/stream_client.hpp"

#include "actors/audit/known_states.hpp"
#include "runtime/api/event_id.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace floorwalker {
namespace {

/// Of a trail, at a time, and of rows that are told again.
constexpr std::size_t read_bytes = std::size_t{256} << 10;
constexpr std::size_t text_bytes = std::size_t{64} << 10;

bool concerns(const stream_filter& filter, const committed_batch& batch, std::size_t record,
              const tenant_board& board) {
  if (!filter.team && !filter.agent_key) return true;
  auto of_agent = [&](std::string_view id) {
    auto key = agent_key(id);
    const auto* row = filter.team ? board.find(key) : nullptr;
    return filter.concerns(key, row ? row->status.team() : std::string_view{});
  };
  const auto& draft = batch.drafts->records[record];
  switch (draft.kind) {
  case record_kind::transition:
  case record_kind::state_reconciled:
    return of_agent(draft.agent.in(batch.drafts->text));
  case record_kind::monitoring_started:
  case record_kind::monitoring_interrupted:
    return std::ranges::any_of(named_agents(batch.positions[record].line.in(batch.lines)), of_agent);
  case record_kind::configuration_changed:
  case record_kind::checkpoint_signed:
    break;
  }
  return true;
}

bool traced(const stream_filter& filter, const committed_batch& batch, std::size_t record) {
  const auto& draft = batch.drafts->records[record];
  return filter.traced_key && draft.kind == record_kind::transition &&
         filter.traces(agent_key(draft.agent.in(batch.drafts->text)));
}

} // namespace

std::string record_events(const committed_batch& batch, std::uint64_t through, const stream_filter& filter,
                          const tenant_board& board, const trace_stamps& stamps) {
  std::string out;
  auto wanted = filter.wants(stream_transition);
  if (!wanted && !filter.traced_key) return out;
  for (std::size_t i = 0; i < batch.positions.size() && batch.positions[i].sequence <= through; ++i) {
    trail_cursor id{batch.epoch, batch.positions[i].sequence};
    if (wanted && concerns(filter, batch, i, board))
      append_event(out, id, "transition", batch.positions[i].line.in(batch.lines));
    if (traced(filter, batch, i)) append_event(out, id, "trace", trace_json(batch, i, stamps));
  }
  return out;
}

stream_client::stream_client(const tenant_board& board, stream_wish wish, stream_surroundings around)
    : board_{board}, wish_{std::move(wish)}, around_{std::move(around)} {}

void stream_client::begin() {
  // Without a trail there are no rows yet; of a tenant that has failed there will be none.
  if (!board_.begun() && !board_.has_failed()) return;
  auto from = std::exchange(wish_.last_seen, std::nullopt);
  auto known = from && board_.begun() && continues(*from, board_.epochs(), board_.sequence());
  auto replays = known && (mode() == stream_mode::log || board_.sequence() - from->sequence <= replayed_records_max);
  if (!replays) return send_snapshot();
  next_ = from->sequence + 1;
  position_ = from->sequence;
  course_ = course::reads;
  read_on();
}

void stream_client::begin_again() {
  if (course_ == course::waits) return begin();
  if (mode() == stream_mode::log) return settle();
  send_snapshot();
}

void stream_client::send_snapshot() {
  next_ = board_.sequence() + 1;
  course_ = course::follows;
  places_.clear();
  missed_.clear();
  merged_ = caught_up_ = 0;
  alerts_missed_ = false;
  if (!wish_.filter.wants(stream_snapshot)) return;
  std::string text;
  append(text, "snapshot", snapshot_json(board_, wish_.filter, around_.now()));
  if (send(std::move(text))) return;
  // It has not even taken what came before. All rows are told when it has.
  for (std::size_t place = 0; place < board_.places(); ++place) miss(place, 0);
}

bool stream_client::tell(const shared_text& text) {
  if (!out_->write(text)) return false;
  if (mode() == stream_mode::log) next_ = board_.sequence() + 1;
  return true;
}

void stream_client::miss(std::size_t place, std::uint64_t before) {
  if (mode() == stream_mode::log || course_ == course::waits || course_ == course::reads) return;
  if (course_ == course::follows) {
    course_ = course::behind;
    position_ = before;
  }
  if (missed_.size() <= place) missed_.resize(board_.places());
  if (missed_[place]) {
    ++merged_;
    return;
  }
  missed_[place] = true;
  places_.push_back(place);
}

void stream_client::settle() {
  if (mode() != stream_mode::log || course_ != course::follows || next_ > board_.sequence()) return;
  course_ = course::reads;
  read_on();
}

void stream_client::room() {
  switch (course_) {
  case course::reads:
    return read_on();
  case course::behind:
    return catch_up();
  case course::waits:
  case course::follows:
    return settle();
  }
}

bool stream_client::has_room() {
  static const auto nothing = std::make_shared<const std::string>();
  return out_->write(nothing); // refused, it asks to be called when there is room
}

/// Only while there is room, so that what was read is taken, and one read at a time.
void stream_client::read_on() {
  if (reading_ || !has_room()) return;
  if (next_ > board_.sequence()) {
    course_ = course::follows;
    if (mode() == stream_mode::state) finish_replay();
    return;
  }
  reading_ = true;
  board_.trail()->read(next_, read_bytes, read_detail::records,
                       [me = weak_from_this(), post = around_.post](trail_stretch stretch) {
                         post([me, stretch = std::move(stretch)] {
                           if (auto client = me.lock()) client->take(stretch);
                         });
                       });
}

void stream_client::take(const trail_stretch& stretch) {
  reading_ = false;
  if (course_ != course::reads) return;
  if (stretch.from != next_) return read_on(); // it was asked for before a snapshot made it needless
  if (!stretch.batch) {
    // A wallboard is helped by a snapshot. An integrator comes back with its last id when the trail can be read again.
    if (mode() == stream_mode::state) return send_snapshot();
    spdlog::warn("tenant {}: a live client is disconnected, since the trail can't be read from sequence {} on: {}",
                 board_.name(), next_, stretch.problem.empty() ? "it gives no records" : stretch.problem);
    return close();
  }
  // What it missed is no longer kept: it begins with what is known now.
  if (stretch.batch->positions.front().sequence > next_) return send_snapshot();
  replay(*stretch.batch);
  read_on();
}

void stream_client::replay(const committed_batch& batch) {
  const auto& positions = batch.positions;
  auto text = std::string{};
  trace_stamps stamps{.journaled = {}, .delivered = around_.now()}; // when it was committed the trail does not tell
  if (mode() == stream_mode::log) {
    // The trail may be ahead of the board; what is not told here comes with the next update.
    auto through = std::min(positions.back().sequence, board_.sequence());
    text = record_events(batch, through, wish_.filter, board_, stamps);
    next_ = through + 1;
  } else {
    std::string_view drafted = batch.drafts->text;
    for (std::size_t i = 0; i < positions.size() && positions[i].sequence <= board_.sequence(); ++i) {
      next_ = positions[i].sequence + 1;
      const auto& record = batch.drafts->records[i];
      if (record.kind != record_kind::transition) continue;
      trail_cursor id{batch.epoch, positions[i].sequence};
      auto key = agent_key(record.agent.in(drafted));
      const auto* row = wish_.filter.wants(stream_transition) ? board_.find(key) : nullptr;
      if (row && wish_.filter.concerns(row->key(), row->status.team()))
        append_event(text, id, "transition", transition_json(batch, i, row->status));
      if (wish_.filter.traces(key)) append_event(text, id, "trace", trace_json(batch, i, stamps));
    }
  }
  (void)send(std::move(text)); // there is room; it may only be gone
}

/// The transitions are told; now what changed without one.
void stream_client::finish_replay() {
  // What changed without a record before the hub began, nobody knows.
  if (position_ <= board_.born()) return send_snapshot();
  std::string text;
  if (wish_.filter.wants(stream_agent))
    for (std::size_t place = 0; place < board_.places(); ++place) {
      const auto* row = board_.at(place);
      if ((row ? row->changed_at : board_.gone_at(place)) >= position_) append_row(text, place);
    }
  append_alerts(text);
  alerts_missed_ = false;
  (void)send(std::move(text));
}

/// State mode: the newest rows of those that changed, in pieces as the client takes them.
void stream_client::catch_up() {
  if (mode() == stream_mode::log) {
    course_ = course::follows;
    return settle();
  }
  while (has_room()) {
    std::string text;
    if (caught_up_ == 0) append(text, "conflated", conflated_json(std::exchange(merged_, 0)));
    for (; caught_up_ < places_.size() && text.size() < text_bytes; ++caught_up_) {
      auto place = places_[caught_up_];
      missed_[place] = false;
      append_row(text, place);
    }
    auto done = caught_up_ == places_.size();
    if (done) {
      if (merged_ > 0) append(text, "conflated", conflated_json(std::exchange(merged_, 0)));
      course_ = course::follows;
      places_.clear();
      caught_up_ = 0;
      if (std::exchange(alerts_missed_, false)) append_alerts(text);
      if (wish_.filter.wants(stream_metrics) && board_.figures())
        append(text, "metrics", metrics_json(board_, around_.now()));
    }
    (void)send(std::move(text));
    if (done) return;
  }
  // What has been told again goes, but for one: 0 would mean that nothing has.
  if (caught_up_ > 1) {
    places_.erase(places_.begin(), places_.begin() + static_cast<std::ptrdiff_t>(caught_up_ - 1));
    caught_up_ = 1;
  }
}

std::uint64_t stream_client::position() const {
  if (mode() == stream_mode::log) return next_ - 1;
  return course_ == course::behind ? position_ : board_.sequence();
}

void stream_client::append(std::string& out, std::string_view name, std::string_view data) const {
  append_event(out, {board_.epoch(), position()}, name, data);
}

void stream_client::append_row(std::string& out, std::size_t place) const {
  const auto* row = board_.at(place);
  if (!row) return append(out, "agent", gone_json(board_.key_of(place)));
  if (wish_.filter.concerns(row->key(), row->status.team())) append(out, "agent", agent_json(row->status));
}

void stream_client::append_alerts(std::string& out) const {
  if (!wish_.filter.wants(stream_alert)) return;
  for (const auto& alert : board_.alerts()) append(out, "alert", alert_json(alert));
}

bool stream_client::send(std::string text) {
  return text.empty() || out_->write(std::make_shared<const std::string>(std::move(text)));
}

} // namespace floorwalker
