#include "actors/tracking/slot_tracker.hpp"

#include "messages/close_reasons.hpp"
#include "messages/monitoring_causes.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::uint16_t normal_closure = 1000; // RFC 6455 §7.4.1; an answer repeats the code that we sent

/// Room for one audit entry: reserved ahead, so that a batch's text grows once.
constexpr std::size_t usual_entry_octets = 352;

/// Events whose agents are looked up together: what that fetches stays in the first cache until it is used.
constexpr std::size_t looked_up_at_once = 64;

/// Asks for memory that is going to be read soon.
void fetch_ahead(const void* begin, std::size_t size) {
  constexpr std::size_t cache_line = 64;
  auto at = static_cast<const char*>(begin);
  for (std::size_t offset = 0; offset < size; offset += cache_line) __builtin_prefetch(at + offset);
}

} // namespace

slot_tracker::slot_tracker(std::string tenant_id, std::uint32_t slot, const state_matrix& matrix,
                           known_agents_ptr known)
    : tenant_id_(std::move(tenant_id)), slot_(slot), known_(std::move(known)), names_(matrix) {}

void slot_tracker::judge_by(const state_matrix& matrix, utc_time at, draft_batch& draft) {
  state_names names{matrix};
  for (auto& agent : agents_) renumber(agent->knows, names_, names);
  names_ = std::move(names);
  append_entry(draft, tenant_id_, configuration_entry{slot_, &matrix, {"state-matrix"}, at});
}

void slot_tracker::remember(watched_agent& agent) {
  if (!known_) return;
  auto found = known_->find(agent.who->key());
  if (found == known_->end()) return;
  const auto& before = found->second;
  auto number_of = [this](const std::optional<std::string>& text) { return text ? names_.use(*text) : no_name; };
  auto& knows = agent.knows;
  knows.state = number_of(before.state);
  knows.observed = number_of(before.observed_state);
  knows.reason = number_of(before.reason);
  knows.since = before.since;
  knows.last_updated = before.last_updated;
  knows.verified = before.verified;
  // A time that a listing gave is later than the change it tells of, and would make the next event look old.
  if (before.since) knows.newest = before.last_updated;
}

slot_tracker::course* slot_tracker::find(std::uint64_t connection) {
  auto at = std::ranges::find(courses_, connection, &course::connection);
  return at == courses_.end() ? nullptr : &*at;
}

slot_tracker::watched_agent* slot_tracker::agent_for(const agent_identity_ptr& who) {
  if (auto known = by_key_.find(who->key()); known != by_key_.end()) return known->second;
  agents_.push_back(std::make_unique<watched_agent>());
  auto agent = agents_.back().get();
  agent->who = who;
  by_key_.emplace(who, agent);
  remember(*agent);
  return agent;
}

void slot_tracker::expected(const agent_group& agents) {
  for (const auto& who : agents) agent_for(who);
}

void slot_tracker::succeeds(const agent_group& agents) {
  for (const auto& who : agents) agent_for(who)->forgotten = true;
}

bool slot_tracker::knows_all() const {
  return std::ranges::none_of(agents_,
                              [](const auto& agent) { return agent->forgotten && agent->knows.state == no_name; });
}

void slot_tracker::inherited(const agent_group& agents, utc_time at, utc_time last_received,
                             std::optional<utc_time> last_event, draft_batch& draft) {
  monitoring_entry entry{.started = false, .slot = slot_, .cause = monitoring_causes::tracker_failed, .at = at};
  entry.last_received = last_received;
  entry.last_event = last_event;
  for (const auto& who : agents) {
    auto* agent = agent_for(who);
    agent->forgotten = true;
    agent->watch = monitoring::interrupted;
    entry.agent_ids.push_back(agent->who->id());
  }
  append_entry(draft, tenant_id_, entry);
  ++draft.tally.interruptions;
}

void slot_tracker::planned(std::uint64_t connection, const agent_group& agents) {
  course next;
  next.connection = connection;
  next.agents.reserve(agents.size());
  for (const auto& who : agents) next.agents.push_back(agent_for(who));
  courses_.push_back(std::move(next));
}

void slot_tracker::opened(std::uint64_t connection, utc_time at, draft_batch& draft) {
  auto opening = find(connection);
  if (!opening) return;
  opening->opened = at;
  if (opening == &courses_.front()) {
    begin_monitoring(*opening, at, draft);
    return;
  }
  // Only a connection that is still alive can bridge the time up to now.
  auto& before = *(opening - 1);
  if (before.opened && !before.ended) opening->overlaps = before.connection;
}

void slot_tracker::begin_monitoring(const course& now, utc_time at, draft_batch& draft) {
  monitoring_entry fresh{.started = true, .slot = slot_, .cause = monitoring_causes::start, .at = at};
  monitoring_entry again{.started = true, .slot = slot_, .cause = monitoring_causes::reconnect, .at = at};
  for (const auto& agent : agents_) agent->subscribed = false;
  for (auto agent : now.agents) {
    agent->subscribed = true;
    auto before = std::exchange(agent->watch, monitoring::running);
    if (before == monitoring::running) continue;
    (before == monitoring::never ? fresh : again).agent_ids.push_back(agent->who->id());
    agent->awaits_listing = wishes_ + 1;
    agent->heard.reset(); // the listing that is asked for now is newer than what was heard, however that was delayed
    wants_listing_ = true;
  }
  if (!fresh.agent_ids.empty()) {
    append_entry(draft, tenant_id_, fresh);
    ++draft.tally.interruptions;
  }
  if (!again.agent_ids.empty()) append_entry(draft, tenant_id_, again);
  drop_unwatched(at, draft);
}

void slot_tracker::drop_unwatched(utc_time at, draft_batch& draft) {
  auto watched = [&](const watched_agent* agent) {
    return std::ranges::any_of(courses_, [&](const auto& c) { return std::ranges::count(c.agents, agent) > 0; });
  };
  monitoring_entry gone{.started = false, .slot = slot_, .cause = monitoring_causes::plan, .at = at};
  for (const auto& agent : agents_)
    if (agent->watch == monitoring::running && !watched(agent.get())) gone.agent_ids.push_back(agent->who->id());
  if (!gone.agent_ids.empty()) append_entry(draft, tenant_id_, gone);
  std::erase_if(agents_, [&](const watched_agent_ptr& agent) {
    if (watched(agent.get())) return false;
    forget(agent->knows, names_);
    by_key_.erase(agent->who->key());
    return true;
  });
}

bool slot_tracker::take(observation_batch_ptr batch, draft_batch& draft) {
  auto on = find(batch->connection);
  if (on && on != &courses_.front()) {
    on->held.push_back(std::move(batch));
    return false;
  }
  if (on) judge_batch(*batch, *on, false, draft);
  return true;
}

std::vector<observation_batch_ptr> slot_tracker::ended(std::uint64_t connection, const stream_end& how,
                                                       utc_time last_received, utc_time at, draft_batch& draft) {
  std::vector<observation_batch_ptr> judged;
  auto gone = find(connection);
  if (!gone) return judged;
  if (!gone->opened) {
    courses_.erase(courses_.begin() + (gone - &courses_.front()));
    return judged;
  }
  gone->ended = course::ending{how, last_received, at};
  while (!courses_.empty() && courses_.front().ended) {
    auto last = std::move(courses_.front());
    courses_.erase(courses_.begin());
    auto next = courses_.empty() ? nullptr : &courses_.front();
    // Only the gateway's answer to our close proves that it sent on the old connection until after it had acknowledged
    // the new one. Without a close frame, or with one of its own making, something may lie in between.
    const auto& end = last.ended->end;
    auto read_to_its_end = end.by_us && end.kind == stream_end_kind::closed && end.code == normal_closure;
    auto handed_over = next && next->opened && next->overlaps == last.connection && read_to_its_end;
    if (!handed_over) interrupt(last, *last.ended, draft);
    if (!next || !next->opened) break;
    begin_monitoring(*next, handed_over ? *next->opened : std::max(*next->opened, last.ended->at), draft);
    for (auto& batch : next->held) {
      judge_batch(*batch, *next, handed_over, draft);
      judged.push_back(std::move(batch));
    }
    next->held.clear();
  }
  return judged;
}

void slot_tracker::interrupt(const course& gone, const course::ending& ending, draft_batch& draft) {
  monitoring_entry entry{.started = false, .slot = slot_, .reason = ending.end.reason, .at = ending.at};
  entry.code = ending.end.code;
  entry.last_received = ending.last_received;
  entry.last_event = gone.last_event;
  auto meant = [&](std::string_view reason) { return ending.end.by_us && ending.end.our_reason == reason; };
  entry.cause = meant(close_reasons::client_shutdown) ? monitoring_causes::shutdown
                : meant(close_reasons::plan_changed)  ? monitoring_causes::plan
                : meant(close_reasons::hand_over)     ? monitoring_causes::hand_over
                                                      : monitoring_causes::lost_connection;
  for (auto agent : gone.agents) {
    agent->knows.stale = true;
    agent->watch = monitoring::interrupted;
    agent->awaits_listing = 0; // the next connection asks anew
    entry.agent_ids.push_back(agent->who->id());
  }
  append_entry(draft, tenant_id_, entry);
  if (monitoring_causes::counted(entry.cause)) ++draft.tally.interruptions;
}

std::uint32_t slot_tracker::listing_asked() {
  wants_listing_ = false;
  return ++wishes_;
}

/// It keeps its id: a configured one may be written otherwise than the listed one.
void slot_tracker::rename(watched_agent& agent, const agent_identity_ptr& listed) {
  if (agent.who->name() == listed->name() && agent.who->team() == listed->team()) return;
  by_key_.erase(agent.who->key());
  agent.who = agent_identity::of(agent.who->id(), listed->name(), listed->team());
  by_key_.emplace(agent.who, &agent);
}

void slot_tracker::listed(const agent_listing& listing, std::uint32_t wish, draft_batch& draft) {
  for (const auto& agent : agents_) {
    if (agent->awaits_listing == 0 || agent->awaits_listing > wish) continue;
    agent->awaits_listing = 0;
    auto row = listing.find(agent->who->key());
    if (!row) {
      if (!listing.available) agent->forgotten = false; // there is none to wait for
      continue; // else it has left, and leaves the plan if the next listing says so too
    }
    if (!row->state) agent->forgotten = false; // nobody is going to tell of it before its next event
    rename(*agent, row->who);
    if (!row->state || (agent->heard && *agent->heard >= listing.requested_at)) continue;
    auto before = name_of(agent->knows.observed);
    auto listed = names_.use(*row->state);
    if (reconcile(agent->knows, listed, listing.requested_at, names_)) {
      reconciled_entry entry{agent->who->id(), {}, *row->state, listing.requested_at};
      if (before) entry.previous = *before;
      append_entry(draft, tenant_id_, entry);
    }
    names_.release(listed);
  }
}

void slot_tracker::judge_batch(const observation_batch& batch, course& on, bool held, draft_batch& draft) {
  event_origin origin{on.connection, on.overlaps, held};
  if (!batch.items.empty()) on.last_event = batch.items.back().observed_at;
  draft.tally.malformed += batch.malformed;
  for (std::size_t i = 0; i < ignored_reasons; ++i) draft.tally.ignored[i] += batch.ignored[i];
  draft.records.reserve(draft.records.size() + batch.items.size());
  draft.text.reserve(draft.text.size() + batch.items.size() * usual_entry_octets);
  for (std::size_t first = 0; first < batch.items.size(); first += looked_up_at_once) {
    std::span items{batch.items};
    judge_some(items.subspan(first, std::min(looked_up_at_once, items.size() - first)), batch.text, origin, draft);
  }
}

/// The agents' rows of a large tenant are in no cache. All that a few events need is asked for before the first of them
/// is judged, so that they wait for memory together and not one after another.
void slot_tracker::look_up(std::span<const state_observation> items, std::string_view text) {
  looked_up_.clear();
  for (const auto& item : items) {
    auto known = by_key_.find(item.agent.in(text));
    auto agent = known != by_key_.end() && known->second->subscribed ? known->second : nullptr;
    looked_up_.push_back(agent);
    if (!agent) continue;
    fetch_ahead(agent, sizeof *agent);
  }
  for (auto agent : looked_up_)
    if (agent) fetch_ahead(agent->knows.next_place(), 1);
}

void slot_tracker::judge_some(std::span<const state_observation> items, std::string_view text,
                              const event_origin& origin, draft_batch& draft) {
  look_up(items, text);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!looked_up_[i]) {
      ++draft.tally.ignored[static_cast<std::size_t>(ignored_reason::foreign_agent)];
      continue;
    }
    auto& item = items[i];
    auto& agent = *looked_up_[i];
    numbered_event event;
    // Mostly it left the state it was in, whose number is known.
    auto previous = item.previous.in(text);
    auto left_observed = agent.knows.observed != no_name && names_.text(agent.knows.observed) == previous;
    event.previous = left_observed ? names_.use(agent.knows.observed) : names_.use(previous);
    event.current = names_.use(item.current.in(text));
    if (item.has_reason) event.reason = names_.use(item.reason.in(text));
    event.at = item.observed_at;
    auto judged = judge(agent.knows, event, origin, names_);
    agent.heard = item.received_at;
    switch (judged.what) {
    case judgement::duplicate:
      ++draft.tally.duplicates;
      break;
    case judgement::handover_copy:
      ++draft.tally.handover_copies;
      break;
    case judgement::transition: {
      transition_entry entry{agent.who->id(),     item.previous.in(text), item.current.in(text), {},
                             item.observed_at,    item.fraction_digits,   item.received_at,      judged,
                             agent.knows.verified};
      if (item.has_reason) entry.reason = item.reason.in(text);
      append_entry(draft, tenant_id_, entry);
      break;
    }
    }
    names_.release(event.previous);
    names_.release(event.current);
    names_.release(event.reason);
  }
}

void slot_tracker::close(draft_batch& draft) const {
  draft.slot = slot_;
  draft.tally.active_agents = 0;
  draft.tally.stale_agents = 0;
  for (const auto& agent : agents_) {
    if (agent->knows.state != no_name) ++draft.tally.active_agents;
    if (agent->knows.stale) ++draft.tally.stale_agents;
  }
}

std::optional<std::string> slot_tracker::name_of(name_number number) const {
  if (number == no_name) return std::nullopt;
  return std::string{names_.text(number)};
}

agent_status slot_tracker::status_of(const watched_agent& agent) const {
  const auto& knows = agent.knows;
  return {.who = agent.who,
          .tenant_id = tenant_id_,
          .state = name_of(knows.state),
          .observed_state = name_of(knows.observed),
          .reason = name_of(knows.reason),
          .last_updated = knows.last_updated,
          .since = knows.since,
          .verified = knows.verified,
          .stale = knows.stale,
          .watched = agent.watch == monitoring::running};
}

std::optional<agent_status> slot_tracker::status(std::string_view key) const {
  auto known = by_key_.find(key);
  if (known == by_key_.end()) return std::nullopt;
  return status_of(*known->second);
}

std::vector<agent_status> slot_tracker::statuses() const {
  std::vector<agent_status> all;
  all.reserve(agents_.size());
  for (const auto& agent : agents_) all.push_back(status_of(*agent));
  return all;
}

} // namespace floorwalker
