#include "runtime/api/tenant_board.hpp"

#include "messages/wire/json_members.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::size_t skew_seconds = 60;

/// Codes that have a meaning (RFC 6455 §7.4.1, and the platform's own), so that a gateway can't make up labels.
constexpr std::array<std::uint16_t, 18> known_codes{1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009,
                                                    1010, 1011, 1012, 1013, 1014, 1015, 4401, 4403, 4429};

/// The close code of a lost connection, 0 without one; nothing for what is no lost connection.
std::optional<std::uint16_t> lost_connection(std::string_view entry) {
  boost::json::error_code error;
  auto value = boost::json::parse({entry.data(), entry.size()}, error);
  if (error || !value.is_object()) return std::nullopt;
  const auto& object = value.get_object();
  if (wire::text_of_member(object, "cause") != "lost connection") return std::nullopt;
  auto member = wire::find_member(object, "closeCode");
  if (!member) return std::uint16_t{0};
  auto code = member->to_number<std::uint16_t>(error);
  return error || std::ranges::count(known_codes, code) == 0 ? std::uint16_t{0} : code;
}

} // namespace

tenant_board::tenant_board(const tenant_settings& settings) : name_{settings.name}, ahead_(skew_seconds) {
  adopt(settings);
}

void tenant_board::adopt(const tenant_settings& settings) {
  time_zone_ = settings.time_zone;
  states_.clear();
  for (const auto& [state, targets] : settings.transitions) states_.push_back(state);
}

const std::vector<board_change>& tenant_board::apply(const live_update& update) {
  changed_.clear();
  left_.clear();
  if (update.begins) begin(update);
  epoch_ = update.epoch;
  sequence_ = update.sequence;
  skipped_ += update.skipped;
  for (const auto& change : update.changes) {
    auto [at, added] = by_key_.try_emplace(change.row->key(), places_.size());
    if (added) {
      places_.emplace_back();
      keys_.push_back(change.row->status.who);
      gone_at_.push_back(0);
    }
    auto before = std::exchange(places_[at->second], change.gone ? nullptr : change.row);
    if (change.gone) gone_at_[at->second] = change.sequence;
    board_change what{at->second};
    if (before && before->status.team() != change.row->status.team()) {
      what.left = before.get();
      left_.push_back(std::move(before));
    }
    changed_.push_back(what);
  }
  if (update.batch) count(*update.batch);
  for (const auto& alert : marked(update.alerts)) alerts_.put(alert);
  if (update.figures) {
    figures_ = update.figures;
    second_ = (second_ + 1) % ahead_.size();
    ahead_[second_] = 0;
  }
  if (update.condition) {
    condition_ = *update.condition;
    has_started_ = has_started_ || condition_.condition != tenant_condition::starting;
  }
  if (update.renewal) ++(*update.renewal ? renewed_ : not_renewed_);
  return changed_;
}

void tenant_board::begin(const live_update& update) {
  trail_ = update.begins->trail;
  epochs_ = update.begins->epochs;
  born_ = update.sequence;
  alerts_.clear();
  for (auto& place : places_) place = nullptr;
}

std::vector<alert_status> tenant_board::marked(std::vector<alert_status> alerts) const {
  for (auto& alert : alerts) alert.silenced = silences_.covers(alert.kind);
  return alerts;
}

std::vector<alert_status> tenant_board::mark_silences() {
  std::vector<alert_status> changed;
  for (auto& alert : alerts_.all()) {
    auto silenced = silences_.covers(alert.kind);
    if (std::exchange(alert.silenced, silenced) != silenced) changed.push_back(alert);
  }
  return changed;
}

void tenant_board::count(const committed_batch& batch) {
  for (std::size_t i = 0; i < batch.positions.size(); ++i) {
    const auto& record = batch.drafts->records[i];
    if (record.kind == record_kind::transition) {
      latencies_.add(record.latency_ms);
      ahead_[second_] = std::max(ahead_[second_], -record.latency_ms);
    } else if (record.kind == record_kind::monitoring_interrupted) {
      if (auto code = lost_connection(batch.positions[i].line.in(batch.lines))) ++lost_connections_[*code];
    }
  }
}

std::int64_t tenant_board::skew_ms() const { return *std::ranges::max_element(ahead_); }

const live_row* tenant_board::find(std::string_view key) const {
  auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : places_[found->second].get();
}

} // namespace floorwalker
