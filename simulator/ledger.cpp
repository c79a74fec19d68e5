#include "simulator/ledger.hpp"

namespace floorwalker::simulator {

namespace {

constexpr std::size_t entries_max = 10'000;
constexpr std::size_t unheard_instants_max = 100;
constexpr std::size_t newest_searched = 64;

} // namespace

agent_account& ledger::agent(std::uint32_t number) {
  if (number >= agents_.size()) agents_.resize(number + 1);
  return agents_[number];
}

connection_account& ledger::open_connection(std::uint32_t tenant, instant now) {
  // Only ended ones may go, because a living session holds a reference to its account.
  while (connections_.size() >= entries_max && connections_.front().phase == connection_phase::ended)
    connections_.pop_front();
  auto& account = connections_.emplace_back();
  account.id = static_cast<std::uint32_t>(++totals_.connections);
  account.tenant = tenant;
  account.opened_at = now;
  return account;
}

event_entry* ledger::keep(const transition& what, instant now) {
  if (!chosen_.events) return nullptr;
  if (events_kept_ >= chosen_.events_max) {
    events_truncated_ = true;
    return nullptr;
  }
  ++events_kept_;
  auto& entry = agent(what.agent).events.emplace_back();
  entry.index = what.index;
  entry.at = what.at;
  entry.sent_at = now;
  entry.from = what.from;
  entry.to = what.to;
  entry.reason = what.reason;
  entry.authorized = what.authorized;
  return &entry;
}

event_entry* ledger::entry_of(std::uint32_t number, std::uint64_t index) {
  auto& events = agent(number).events;
  // Only one of the newest is ever asked for: reordering swaps two, and a reset tears the last of a small burst.
  auto first = events.size() > newest_searched ? events.size() - newest_searched : 0;
  for (auto place = events.size(); place > first; --place)
    if (events[place - 1].index == index) return &events[place - 1];
  return nullptr;
}

void ledger::sent(const transition& what, std::uint32_t connection, instant now) {
  auto& account = agent(what.agent);
  auto late = what.at < account.newest_sent;
  if (!late) account.newest_sent = what.at;
  ++account.sent;
  account.unauthorized += what.authorized ? 0 : 1;
  account.out_of_order += late ? 1 : 0;
  ++totals_.generated;
  ++totals_.sent;
  totals_.unauthorized += what.authorized ? 0 : 1;
  totals_.out_of_order += late ? 1 : 0;
  if (auto* entry = keep(what, now)) {
    entry->connection = connection;
    entry->out_of_order = late;
  }
}

void ledger::copied(const transition& what, std::uint32_t connection) {
  ++agent(what.agent).copies;
  ++totals_.copies;
  if (!chosen_.events) return;
  if (auto* entry = entry_of(what.agent, what.index)) entry->connection2 = connection;
}

void ledger::duplicated(const transition& what) {
  ++agent(what.agent).duplicates;
  ++totals_.duplicates;
  if (!chosen_.events) return;
  if (auto* entry = entry_of(what.agent, what.index)) ++entry->duplicates;
}

void ledger::unheard(const transition& what, instant now) {
  auto& account = agent(what.agent);
  ++account.unheard;
  account.unheard_at.push_back(now);
  if (account.unheard_at.size() > unheard_instants_max) account.unheard_at.pop_front();
  ++totals_.generated;
  ++totals_.unheard;
  keep(what, now);
}

void ledger::torn(std::uint32_t number, std::uint64_t index) {
  ++agent(number).torn;
  ++totals_.torn;
  if (!chosen_.events) return;
  if (auto* entry = entry_of(number, index)) entry->torn = true;
}

void ledger::fault(fault_kind kind, std::uint32_t connection, instant now) {
  ++totals_.faults;
  faults_.push_back({now, kind, connection, totals_.sent});
  if (faults_.size() > entries_max) faults_.pop_front();
}

void ledger::request(request_entry entry) {
  requests_.push_back(std::move(entry));
  if (requests_.size() > entries_max) requests_.pop_front();
}

} // namespace floorwalker::simulator
