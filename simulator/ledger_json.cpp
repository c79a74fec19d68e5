#include "simulator/ledger_json.hpp"

#include "simulator/form.hpp"

namespace floorwalker::simulator {

namespace json = boost::json;

namespace {

/// Null where the moment has not come.
json::value moment(instant at) { return at == instant{} ? json::value(nullptr) : json::value(to_text(at)); }

json::value code(std::uint16_t value) { return value == 0 ? json::value(nullptr) : json::value(value); }

json::object event_json(const platform& home, const event_entry& entry) {
  const auto& states = home.floor.states();
  auto connections = json::array{};
  if (entry.connection != 0) connections.push_back(entry.connection);
  if (entry.connection2 != 0) connections.push_back(entry.connection2);
  auto result = json::object{{"index", entry.index},
                             {"timestamp", to_text(entry.at)},
                             {"sentAt", to_text(entry.sent_at)},
                             {"previousState", states[entry.from]},
                             {"currentState", states[entry.to]},
                             {"connections", std::move(connections)},
                             {"authorized", entry.authorized}};
  const auto& reason = home.floor.reasons()[entry.reason];
  if (!reason.empty()) result["reasonCode"] = reason.substr(1, reason.size() - 2);
  if (entry.connection == 0) result["unheard"] = true;
  if (entry.out_of_order) result["outOfOrder"] = true;
  if (entry.torn) result["torn"] = true;
  if (entry.duplicates != 0) result["duplicates"] = entry.duplicates;
  return result;
}

json::object agent_json(const platform& home, std::uint32_t number, bool events) {
  static const auto nothing = agent_account{};
  const auto& who = home.floor.agent(number);
  const auto& accounts = home.book.agents();
  const auto& account = number < accounts.size() ? accounts[number] : nothing;
  auto result = json::object{{"tenant", home.chosen.tenants[who.tenant].id},
                             {"name", who.name},
                             {"team", home.floor.team_of(who).name},
                             {"state", home.floor.states()[who.state]},
                             {"employed", who.employed},
                             {"sent", account.sent},
                             {"sentCopies", account.copies},
                             {"duplicatesSent", account.duplicates},
                             {"unauthorized", account.unauthorized},
                             {"outOfOrder", account.out_of_order},
                             {"unheard", account.unheard},
                             {"torn", account.torn},
                             {"lastTimestamp", moment(who.last)}};
  auto unheard = json::array{};
  for (auto at : account.unheard_at) unheard.push_back(json::value(to_text(at)));
  result["unheardAt"] = std::move(unheard);
  if (events) {
    auto list = json::array{};
    for (const auto& entry : account.events) list.push_back(event_json(home, entry));
    result["events"] = std::move(list);
  }
  return result;
}

json::object connection_json(const platform& home, const connection_account& account, bool agents) {
  auto result = json::object{{"id", account.id},
                             {"tenant", home.chosen.tenants[account.tenant].id},
                             {"subscribedAgents", account.agents.size()},
                             {"unknownAgents", account.agents_unknown},
                             {"openedAt", moment(account.opened_at)},
                             {"ackedAt", moment(account.acked_at)},
                             {"lastEventsUntil", moment(account.deaf_at)},
                             {"endedAt", moment(account.ended_at)},
                             {"events", account.events},
                             {"duplicates", account.duplicates},
                             {"malformed", account.malformed},
                             {"otherTypes", account.other_types},
                             {"ignored", account.ignored},
                             {"pingsSent", account.pings_sent},
                             {"pingsReceived", account.pings_received},
                             {"pongsReceived", account.pongs_received},
                             {"messagesReceived", account.messages_received},
                             {"bytesSent", account.bytes_sent},
                             {"bytesUnsent", account.bytes_unsent},
                             {"closeCodeReceived", code(account.close_code_received)},
                             {"closeReasonReceived", account.close_reason_received},
                             {"closeCodeSent", code(account.close_code_sent)},
                             {"closeReasonSent", account.close_reason_sent},
                             {"userAgent", account.user_agent},
                             {"ending", account.ending}};
  if (agents) {
    auto ids = json::array{};
    for (auto number : account.agents) ids.push_back(json::value(home.floor.agent(number).id));
    result["agentIds"] = std::move(ids);
  }
  return result;
}

} // namespace

ledger_query read_ledger_query(std::string_view query) {
  auto form = read_form(query);
  auto wanted = [&](const char* name, bool otherwise) {
    auto found = form.find(name);
    return found == form.end() ? otherwise : found->second != "0" && found->second != "false";
  };
  return {.agents = wanted("agents", true),
          .connections = wanted("connections", true),
          .requests = wanted("requests", true),
          .events = wanted("events", false),
          .agent = form["agent"]};
}

json::object totals_json(const ledger_totals& totals) {
  return {{"generated", totals.generated},
          {"sent", totals.sent},
          {"sentCopies", totals.copies},
          {"duplicatesSent", totals.duplicates},
          {"unauthorized", totals.unauthorized},
          {"outOfOrder", totals.out_of_order},
          {"unheard", totals.unheard},
          {"torn", totals.torn},
          {"malformed", totals.malformed},
          {"otherTypes", totals.other_types},
          {"ignored", totals.ignored},
          {"oversized", totals.oversized},
          {"tokenRequests", totals.token_requests},
          {"tokensIssued", totals.tokens_issued},
          {"tokensRefused", totals.tokens_refused},
          {"listings", totals.listings},
          {"listingPages", totals.listing_pages},
          {"listingsRefused", totals.listings_refused},
          {"connections", totals.connections},
          {"upgradesRefused", totals.upgrades_refused},
          {"acks", totals.acks},
          {"rejects", totals.rejects},
          {"listenerLimitCloses", totals.listener_limit_closes},
          {"faults", totals.faults}};
}

json::object ledger_json(const platform& home, const ledger_query& query, instant now) {
  auto result = json::object{{"seed", home.chosen.seed},
                             {"startedAt", to_text(home.started_at)},
                             {"now", to_text(now)},
                             {"rate", home.board.rate()},
                             {"paused", home.board.paused()},
                             {"finished", home.board.finished()},
                             {"listeners", home.board.listeners()},
                             {"agentsSubscribed", home.board.agents_heard()},
                             {"eventsKept", home.book.keeps_events()},
                             {"eventsTruncated", home.book.events_truncated()},
                             {"totals", totals_json(home.book.totals())}};
  auto faults = json::array{};
  for (const auto& entry : home.book.faults())
    faults.push_back(json::object{{"at", to_text(entry.at)},
                                  {"kind", name_of(entry.kind)},
                                  {"connection", entry.connection},
                                  {"eventsSent", entry.total}});
  result["faults"] = std::move(faults);
  if (query.agents) {
    auto agents = json::object{};
    auto only = home.floor.find(query.agent);
    auto first = query.agent.empty() ? std::uint32_t{0} : only.value_or(home.floor.size());
    auto end = query.agent.empty() || !only ? home.floor.size() : *only + 1;
    for (auto number = first; number < end; ++number)
      agents[home.floor.agent(number).id] = agent_json(home, number, query.events);
    result["agents"] = std::move(agents);
  }
  if (query.connections) {
    auto connections = json::array{};
    for (const auto& account : home.book.connections())
      connections.push_back(connection_json(home, account, query.events));
    result["connections"] = std::move(connections);
  }
  if (query.requests) {
    auto requests = json::array{};
    for (const auto& entry : home.book.requests())
      requests.push_back(json::object{{"at", to_text(entry.at)},
                                      {"what", entry.what},
                                      {"tenant", entry.tenant},
                                      {"status", entry.status},
                                      {"detail", entry.detail}});
    result["requests"] = std::move(requests);
  }
  return result;
}

} // namespace floorwalker::simulator
