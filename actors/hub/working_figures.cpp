#include "actors/hub/working_figures.hpp"

#include "messages/wire/json_members.hpp"
#include "messages/wire/timestamp.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

namespace floorwalker {
namespace {

tenth_time cut(utc_time at) { return std::chrono::floor<tenths>(at); }

std::optional<boost::json::object> object_in(std::string_view text) {
  boost::json::error_code error;
  auto value = boost::json::parse({text.data(), text.size()}, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

/// Since when nothing may be known, by our clock: members of MONITORING_INTERRUPTED (docs/interfaces.md).
utc_time unwatched_since(const boost::json::object& entry, utc_time recorded) {
  for (const auto* member : {"lastReceived", "lastRecord", "lastEventTimestamp"})
    if (auto at = wire::parse_timestamp(wire::text_of_member(entry, member))) return std::min(at->at, recorded);
  return recorded;
}

} // namespace

figures_counts& figures_counts::operator+=(const figures_counts& other) {
  std::ranges::transform(today, other.today, today.begin(), std::plus<>{});
  std::ranges::transform(window, other.window, window.begin(), std::plus<>{});
  unverified_today += other.unverified_today;
  transitions_today += other.transitions_today;
  transitions_window += other.transitions_window;
  agents += other.agents;
  return *this;
}

working_figures::working_figures(const tenant_settings& settings, civil_calendar calendar)
    : calendar_{std::move(calendar)}, names_{"unobserved", "other", "untold"} {
  frame_.step = std::chrono::duration_cast<tenths>(settings.figures.window) / agent_course::steps;
  for (const auto& state : settings.figures.productive) code_of(state);
  waiting_from_ = static_cast<state_code>(names_.size());
  for (const auto& state : settings.figures.waiting) code_of(state);
  frame_.classed_end = static_cast<state_code>(names_.size());
  for (const auto& [state, targets] : settings.transitions) code_of(state);
}

void working_figures::begin(utc_time now, utc_time counted_from) {
  courses_.clear();
  day_ = calendar_(now);
  frame_.day_begin = cut(day_.begin);
  counted_from_ = counted_from;
}

utc_time working_figures::window_begin(utc_time now) const {
  return frame_.begin_of(frame_.step_of(cut(now)) - static_cast<std::int64_t>(agent_course::steps));
}

utc_time working_figures::earliest(utc_time now) const { return std::min(calendar_(now).begin, window_begin(now)); }

void working_figures::turn(utc_time now) {
  if (now < day_.end) return;
  day_ = calendar_(now);
  frame_.day_begin = cut(day_.begin);
  for (auto at = courses_.begin(); at != courses_.end();) {
    if (at->second.turn_day(frame_))
      ++at;
    else
      at = courses_.erase(at);
  }
}

state_code working_figures::code_of(std::string_view state) {
  if (state.empty()) return unobserved_code;
  if (auto known = codes_.find(state); known != codes_.end()) return known->second;
  if (names_.size() >= states_max) return other_code;
  auto code = static_cast<state_code>(names_.size());
  names_.emplace_back(state);
  codes_.emplace(state, code);
  return code;
}

state_code working_figures::known_code(std::string_view state) const {
  auto known = codes_.find(state);
  return known == codes_.end() ? other_code : known->second;
}

agent_course& working_figures::course_of(std::string_view id, utc_time at) {
  // As agent_key() does, without an allocation.
  key_.assign(id);
  for (auto& letter : key_)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  if (auto known = courses_.find(std::string_view{key_}); known != courses_.end()) return known->second;
  auto from = std::min(frame_.day_begin, cut(window_begin(at)));
  return courses_.emplace(key_, agent_course{frame_, from, cut(counted_from_)}).first->second;
}

void working_figures::take(const committed_batch& batch) {
  std::string_view text = batch.drafts->text;
  for (std::size_t i = 0; i < batch.positions.size(); ++i) {
    const auto& record = batch.drafts->records[i];
    turn(record.received_at);
    switch (record.kind) {
    case record_kind::transition:
      take_transition(record, text);
      break;
    case record_kind::state_reconciled:
      take_reconciliation(record, text, batch.positions[i].line.in(batch.lines));
      break;
    case record_kind::monitoring_started:
    case record_kind::monitoring_interrupted:
      take_monitoring(record, batch.positions[i].line.in(batch.lines));
      break;
    case record_kind::configuration_changed:
    case record_kind::checkpoint_signed:
      break;
    }
  }
}

void working_figures::take_transition(const record_draft& record, std::string_view text) {
  auto at = record.received_at;
  // A platform whose clock is ahead tells of the future: then it is the receipt that counts.
  if (auto told = wire::parse_timestamp(record.event_time.in(text))) at = std::min(at, told->at);
  auto& course = course_of(record.agent.in(text), at);
  course.count_transition(frame_, cut(at));
  if (!record.moved) return;
  course.move(frame_, code_of(record.previous.in(text)), code_of(record.current.in(text)),
              (record.flags & flag_gap) != 0, record.valid, cut(at));
}

void working_figures::take_reconciliation(const record_draft& record, std::string_view text, std::string_view line) {
  if (!record.moved) return;
  auto& course = course_of(record.agent.in(text), record.received_at);
  auto previous = unobserved_code;
  if (course.is_untold()) // only a record that was read back has it beside its text
    if (auto entry = object_in(line)) previous = code_of(wire::text_of_member(*entry, "previousState"));
  course.reconcile(frame_, previous, code_of(record.current.in(text)), cut(record.received_at));
}

void working_figures::take_monitoring(const record_draft& record, std::string_view line) {
  auto entry = object_in(line);
  auto ids = entry ? wire::find_member(*entry, "agentIds") : nullptr;
  if (!ids || !ids->is_array()) return;
  std::optional<std::uint16_t> listener;
  if (auto member = wire::find_member(*entry, "slot")) {
    boost::json::error_code error;
    auto number = member->to_number<std::uint16_t>(error);
    if (!error) listener = number;
  }
  auto starts = record.kind == record_kind::monitoring_started;
  auto at = starts ? record.received_at : unwatched_since(*entry, record.received_at);
  for (const auto& id : ids->get_array()) {
    if (!id.is_string()) continue;
    auto& course = course_of(wire::view(id.get_string()), at);
    if (starts)
      course.start(frame_, listener.value_or(0), cut(at));
    else
      course.interrupt(frame_, listener, cut(at));
  }
}

course_counts working_figures::read(const agent_status& row, std::string_view key, utc_time now) const {
  auto at = cut(std::min(now, day_.end));
  auto known = courses_.find(key);
  if (known != courses_.end()) return known->second.read(frame_, !row.stale, at);
  auto begin = std::min(frame_.day_begin, cut(window_begin(at)));
  return agent_course{frame_, begin, at}.read(frame_, false, at);
}

agent_figures working_figures::of(const agent_status& row, std::string_view key, utc_time now) const {
  agent_figures figures{nobody(), {}};
  add(figures.counts, row, key, now);
  auto counts = read(row, key, now);
  auto state = counts.longest == untold_code && row.observed_state ? known_code(*row.observed_state) : counts.longest;
  if (state != unobserved_code && state != untold_code) figures.longest = longest_stretch{state, counts.longest_time};
  return figures;
}

figures_counts working_figures::nobody() const {
  figures_counts none;
  none.today.resize(names_.size());
  none.window.resize(names_.size());
  return none;
}

void working_figures::add(figures_counts& to, const agent_status& row, std::string_view key, utc_time now) const {
  auto counts = read(row, key, now);
  for (const auto& entry : counts.entries) {
    auto code = entry.code;
    // No record tells of a state that lasts since before counting began; the row does, for it comes from a snapshot.
    if (code == untold_code) code = row.observed_state ? known_code(*row.observed_state) : unobserved_code;
    to.today[code] += entry.today;
    to.window[code] += entry.window;
  }
  to.unverified_today += counts.unverified_today;
  to.transitions_today += counts.transitions_today;
  to.transitions_window += counts.transitions_window;
  ++to.agents;
}

std::optional<double> working_figures::occupancy(const std::vector<tenths>& times) const {
  tenths productive{0};
  tenths waiting{0};
  for (std::size_t code = first_state_code; code < std::min<std::size_t>(frame_.classed_end, times.size()); ++code)
    (code < waiting_from_ ? productive : waiting) += times[code];
  auto both = productive + waiting;
  if (both == tenths{0}) return std::nullopt;
  return static_cast<double>(productive.count()) / static_cast<double>(both.count());
}

} // namespace floorwalker
