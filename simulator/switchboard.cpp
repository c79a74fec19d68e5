#include "simulator/switchboard.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "simulator/random.hpp"

namespace floorwalker::simulator {

namespace {

constexpr std::size_t burst_events = 8;        // so many are under way when a reset strikes
constexpr std::size_t turns_put_off_max = 200; // a tick looks past so many agents whose sockets are full
constexpr double put_off_s = 1.0;
constexpr std::uint8_t whole = 0x80; // FIN

} // namespace

switchboard::switchboard(const options& chosen, floor_model& floor, ledger& book, fault_plan& plan)
    : pace_{chosen.pace},
      seed_{chosen.seed},
      agents_at_start_{floor.size()},
      floor_{floor},
      book_{book},
      plan_{plan},
      writer_{floor, chosen.timestamps} {
  heard_by_.resize(floor.size());
  for (auto agent = std::uint32_t{0}; agent < floor.size(); ++agent)
    turns_.add(agent, floor.dwell_s(agent) * as_share(draw(seed_, agent, 0, purpose::first_state)));
  started_ = pace_.start_after_agents == 0;
}

void switchboard::attach(listener& who, instant now) {
  auto& account = *who.account;
  account.phase = connection_phase::acknowledged;
  account.acked_at = now;
  who.attached_ = true;
  who.next_fault_at_ = plan_.next_on_connection(0);
  attached_.push_back(&who);
  for (auto agent : who.agents) {
    if (heard_by_[agent].empty()) ++agents_heard_;
    heard_by_[agent].push_back(&who);
  }
  for (auto& due : plan_.at_acknowledgement(account.id)) pending_.push_back({std::move(due), &who});
  carry_out_pending(now);
  if (!started_ && agents_heard_ >= pace_.start_after_agents) {
    started_ = true;
    wake_all(now);
  } else if (who.attached_) {
    refill(who, now);
  }
}

void switchboard::detach(listener& who, instant now) {
  if (!who.attached_) return;
  who.attached_ = false;
  who.account->deaf_at = now;
  std::erase(attached_, &who);
  std::erase(touched_, &who);
  who.touched_ = false;
  for (auto agent : who.agents) {
    auto& others = heard_by_[agent];
    std::erase(others, &who);
    if (others.empty())
      --agents_heard_;
    else
      wake_wanted_ = true;
  }
}

bool switchboard::finished() const { return pace_.events != 0 && book_.totals().generated >= pace_.events; }

std::uint64_t switchboard::quota(std::uint32_t agent) const {
  // A share for each agent, so that what is generated does not depend on whose socket was fast.
  if (pace_.events == 0) return std::numeric_limits<std::uint64_t>::max();
  if (agent >= agents_at_start_) return 0;
  return pace_.events / agents_at_start_ + (agent < pace_.events % agents_at_start_ ? 1 : 0);
}

bool switchboard::may_change(std::uint32_t agent) const {
  const auto& who = floor_.agent(agent);
  return who.employed && (!full_speed() || who.changes < quota(agent)) && !finished();
}

bool switchboard::has_room(std::uint32_t agent) const {
  for (const auto* who : heard_by_[agent])
    if (!who->can_take()) return false;
  return true;
}

void switchboard::touch(listener& who) {
  if (who.touched_) return;
  who.touched_ = true;
  touched_.push_back(&who);
}

void switchboard::flush_touched() {
  for (auto* who : touched_) {
    who->touched_ = false;
    who->flush();
  }
  touched_.clear();
}

void switchboard::send_oddities(listener& who, const transition& what, const oddities& odd) {
  auto& account = *who.account;
  if (odd.malformed) {
    who.send_text(writer_.malformed(what, draw(seed_, what.agent, what.index, purpose::malformed_kind)));
    ++account.malformed;
    ++book_.totals().malformed;
  }
  if (odd.other_type) {
    who.send_text(writer_.other_type(what, what.index));
    ++account.other_types;
    ++book_.totals().other_types;
  }
  if (odd.foreign) {
    who.send_text(writer_.foreign(what, floor_.stranger(++strangers_)));
    ++account.ignored;
    ++book_.totals().ignored;
  }
}

void switchboard::send(const transition& what, const oddities& odd, instant now) {
  auto& hearers = heard_by_[what.agent];
  if (hearers.empty()) return book_.unheard(what, now);
  auto is_odd = odd.malformed || odd.other_type || odd.foreign;
  if (is_odd)
    for (auto* who : hearers) send_oddities(*who, what, odd);
  auto message = writer_.event(what);
  auto first = true;
  for (auto* who : hearers) {
    who->send_text(message);
    if (first)
      book_.sent(what, who->account->id, now);
    else
      book_.copied(what, who->account->id);
    first = false;
    ++who->account->events;
    if (odd.duplicate) {
      who->send_text(message);
      ++who->account->duplicates;
      book_.duplicated(what);
    }
    touch(*who);
    look_for_faults(*who);
  }
}

void switchboard::look_for_faults(listener& who) {
  auto total = book_.totals().sent;
  if (total < plan_.next_total() && who.account->events < who.next_fault_at_) return;
  for (auto& due : plan_.at_event(total, who.account->events)) pending_.push_back({std::move(due), &who});
  who.next_fault_at_ = plan_.next_on_connection(who.account->events);
}

void switchboard::move(std::uint32_t agent, instant now, const rhythm& pace) {
  auto first = floor_.advance(agent, now, pace);
  auto odd = floor_.oddities_of(agent, first.index);
  // The last event of all cannot be overtaken, and unheard ones have no order.
  if (odd.reordered && !heard_by_[agent].empty() && may_change(agent) &&
      (pace_.events == 0 || book_.totals().generated + 2 <= pace_.events)) {
    auto second = floor_.advance(agent, now, pace);
    send(second, floor_.oddities_of(agent, second.index), now);
  }
  send(first, odd, now);
  carry_out_pending(now);
}

void switchboard::refill(listener& who, instant now) {
  if (full_speed() && running() && who.attached_) {
    auto skipped = std::size_t{0};
    while (who.attached_ && who.can_take() && skipped < who.agents.size()) {
      auto agent = who.agents[who.next_place_];
      who.next_place_ = who.next_place_ + 1 == who.agents.size() ? 0 : who.next_place_ + 1;
      if (!may_change(agent) || !has_room(agent)) {
        ++skipped;
        continue;
      }
      skipped = 0;
      move(agent, now, {});
    }
  }
  if (who.attached_) touch(who);
  flush_touched();
}

void switchboard::wake_all(instant now) {
  auto everybody = attached_;
  for (auto* who : everybody)
    if (std::find(attached_.begin(), attached_.end(), who) != attached_.end()) refill(*who, now);
}

void switchboard::tick(instant now) {
  auto elapsed = last_tick_ == instant{} ? std::chrono::nanoseconds{0} : now - last_tick_;
  last_tick_ = now;
  if (!attached_.empty())
    for (auto& due : plan_.at_time(now)) {
      auto place = draw(seed_, ++random_places_, 0, purpose::fault_place) % attached_.size();
      pending_.push_back({std::move(due), attached_[place]});
    }
  carry_out_pending(now);
  if (running() && !full_speed()) generate_paced(elapsed, now);
  if (std::exchange(wake_wanted_, false)) wake_all(now);
  flush_touched();
}

void switchboard::generate_paced(std::chrono::nanoseconds elapsed, instant now) {
  auto pace = pace_.daily_rhythm ? rhythm_at(now, pace_.day_length) : rhythm{};
  auto seconds = std::clamp(std::chrono::duration<double>(elapsed).count(), 0.0, 1.0);
  // What the sockets could not take in a second is not made up for later.
  budget_ = std::min(budget_ + pace_.rate * pace.pace * seconds, std::max(pace_.rate, 1.0));
  auto put_off = std::vector<std::uint32_t>{};
  while (budget_ >= 1.0 && put_off.size() < turns_put_off_max) {
    auto agent = turns_.next();
    if (!agent || finished()) {
      if (agent) put_off.push_back(*agent);
      budget_ = 0;
      break;
    }
    if (!floor_.agent(*agent).employed) continue;
    if (!has_room(*agent)) {
      put_off.push_back(*agent);
      continue;
    }
    auto before = book_.totals().generated;
    move(*agent, now, pace);
    budget_ -= static_cast<double>(book_.totals().generated - before);
    turns_.add(*agent, floor_.dwell_s(*agent));
  }
  for (auto agent : put_off) turns_.add(agent, put_off_s);
}

void switchboard::change(std::uint32_t agent, state_index to, instant now) {
  send(floor_.change(agent, to, now), {}, now);
  carry_out_pending(now);
  flush_touched();
}

bool switchboard::inject(const fault& what, std::optional<std::uint32_t> connection, instant now) {
  auto found = std::find_if(attached_.begin(), attached_.end(),
                            [&](const listener* who) { return !connection || who->account->id == *connection; });
  if (found == attached_.end()) return false;
  pending_.push_back({what, *found});
  carry_out_pending(now);
  flush_touched();
  return true;
}

void switchboard::plan_fault(fault what, instant now) {
  plan_.add(std::move(what), now);
  for (auto* who : attached_) who->next_fault_at_ = plan_.next_on_connection(who->account->events);
}

void switchboard::set_rate(double rate, instant now) {
  pace_.rate = rate;
  budget_ = 0;
  wake_all(now);
}

void switchboard::set_paused(bool paused, instant now) {
  pace_.paused = paused;
  budget_ = 0;
  wake_all(now);
}

void switchboard::add_events(std::uint64_t more, instant now) {
  pace_.events = (pace_.events == 0 ? book_.totals().generated : pace_.events) + more;
  wake_all(now);
}

std::uint32_t switchboard::hire(std::uint32_t tenant) {
  auto agent = floor_.hire(tenant);
  heard_by_.resize(floor_.size());
  turns_.add(agent, floor_.dwell_s(agent));
  return agent;
}

void switchboard::carry_out_pending(instant now) {
  // A burst may make further faults due, so the list can grow meanwhile.
  for (auto place = std::size_t{0}; place < pending_.size(); ++place) {
    auto due = pending_[place];
    if (due.who->attached_) carry_out(due.what, *due.who, now);
  }
  pending_.clear();
}

void switchboard::carry_out(const fault& what, listener& who, instant now) {
  book_.fault(what.kind, who.account->id, now);
  switch (what.kind) {
  case fault_kind::reset:
    burst(who, now);
    [[fallthrough]];
  case fault_kind::drop:
  case fault_kind::close:
  case fault_kind::stall:
    detach(who, now);
    who.suffer(what);
    if (full_speed()) move_unheard(who.agents, now);
    return;
  default:
    speak_out_of_turn(what, who);
    touch(who);
  }
}

void switchboard::speak_out_of_turn(const fault& what, listener& who) {
  auto& account = *who.account;
  auto& totals = book_.totals();
  auto example = transition{.agent = who.agents.empty() ? 0 : who.agents.front()};
  switch (what.kind) {
  case fault_kind::oversized:
    who.send_text(oversized_message(what.amount));
    ++totals.oversized;
    return;
  case fault_kind::binary:
    who.send_frame(opcode::binary, writer_.event(example), whole);
    ++account.malformed;
    ++totals.malformed;
    return;
  case fault_kind::malformed:
    who.send_text(writer_.malformed(example, totals.malformed));
    ++account.malformed;
    ++totals.malformed;
    return;
  case fault_kind::invalid_utf8:
    who.send_frame(opcode::text, "{\"type\":\"notice \xc3\x28 \xff\"}", whole);
    return;
  case fault_kind::bad_frame:
    who.send_frame(static_cast<opcode>(0x0b), "", whole);
    return;
  case fault_kind::ping:
    who.send_frame(opcode::ping, what.text, whole);
    ++account.pings_sent;
    return;
  case fault_kind::second_ack:
    who.send_text(acknowledgement(account.id, who.agents.size()));
    break;
  case fault_kind::late_reject:
    who.send_text(rejection(what.text));
    break;
  case fault_kind::fragments:
    who.send_frame(opcode::text, "{\"type\":", 0);
    who.send_frame(opcode::ping, "between fragments", whole);
    who.send_frame(opcode::continuation, "\"no", 0);
    who.send_frame(opcode::continuation, "tice\"}", whole);
    ++account.pings_sent;
    break;
  default:
    return;
  }
  ++account.ignored;
  ++totals.ignored;
}

void switchboard::burst(listener& who, instant now) {
  // Without oddities, so that the last frame in the buffer is an event: the one that will be torn.
  auto last = std::optional<transition>{};
  auto tried = std::size_t{0};
  for (auto made = std::size_t{0}; made < burst_events && tried < who.agents.size(); ++tried) {
    auto agent = who.agents[tried];
    if (!may_change(agent)) continue;
    last = floor_.advance(agent, now);
    send(*last, {}, now);
    ++made;
  }
  if (last) book_.torn(last->agent, last->index);
}

void switchboard::move_unheard(const std::vector<std::uint32_t>& agents, instant now) {
  for (auto agent : agents)
    for (auto times = pace_.changes_while_away; times > 0; --times)
      if (heard_by_[agent].empty() && may_change(agent)) send(floor_.advance(agent, now), {}, now);
}

} // namespace floorwalker::simulator
