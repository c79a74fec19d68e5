#include "tests/interop/ledger_comparison.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <utility>

namespace floorwalker::interop {
namespace {

namespace json = boost::json;

constexpr std::size_t to_the_millisecond = 23; // of "2026-11-24T10:00:00.123…"

std::uint64_t number(const json::value& account, const char* member) {
  return account.at(member).to_number<std::uint64_t>();
}

std::string text(const json::value& value) { return std::string{value.as_string()}; }

std::string moment(const json::value& value) {
  return value.is_string() ? text(value).substr(0, to_the_millisecond) : std::string{};
}

using span = std::pair<std::string, std::string>;

/// Of each agent: from the last frame received to where monitoring went on.
std::map<std::string, std::vector<span>> interruptions(const captured_trail& trail) {
  std::map<std::string, std::vector<span>> found;
  for (const auto& record : trail.records("MONITORING_INTERRUPTED"))
    for (const auto& agent : record.at("agentIds").as_array())
      found[text(agent)].emplace_back(moment(record.at("lastReceived")), "");
  std::map<std::string, std::size_t> ended;
  for (const auto& record : trail.records("MONITORING_STARTED")) {
    if (text(record.at("cause")) == "start") continue;
    for (const auto& agent : record.at("agentIds").as_array())
      found[text(agent)].at(ended[text(agent)]++).second = moment(record.at("timestamp"));
  }
  return found;
}

} // namespace

void check_against_ledger(const system_metrics& figures, const captured_trail& trail,
                          const simulator::gateway& gateway) {
  const auto totals = gateway.totals();
  BOOST_TEST(figures.total_processed == totals.sent);
  BOOST_TEST(figures.unverified_transitions == totals.unauthorized);
  BOOST_TEST(figures.duplicates == totals.duplicates);
  BOOST_TEST(figures.handover_copies == totals.copies);
  BOOST_TEST(figures.out_of_order == totals.out_of_order);
  BOOST_TEST(figures.malformed == totals.malformed);
  BOOST_TEST(ignored_in_all(figures) == totals.other_types + totals.ignored);
  BOOST_TEST(trail.wrong_sequences().empty());
  auto judged = trail.agents();
  auto document = gateway.ledger_document("connections=0&requests=0");
  for (const auto& [id, account] : document.at("agents").as_object()) {
    const auto& agent = judged[std::string{id}];
    BOOST_TEST_CONTEXT("agent " << std::string{id}) {
      BOOST_TEST(agent.judged == number(account, "sent"));
      BOOST_TEST(agent.rejected == number(account, "unauthorized"));
      BOOST_TEST(agent.out_of_order == number(account, "outOfOrder"));
    }
  }
}

std::uint64_t check_losses(const captured_trail& trail, const simulator::gateway& gateway) {
  auto judged = trail.agents();
  auto pauses = interruptions(trail);
  auto document = gateway.ledger_document("requests=0&events=1");
  std::map<std::uint64_t, std::string> acknowledged;
  for (const auto& connection : document.at("connections").as_array())
    acknowledged[number(connection, "id")] = moment(connection.at("ackedAt"));
  std::uint64_t lost = 0;
  for (const auto& [id, account] : document.at("agents").as_object()) {
    const auto& agent = judged[std::string{id}];
    std::set<std::string> heard{agent.events.begin(), agent.events.end()};
    std::map<std::uint64_t, span> cut;
    std::uint64_t missing = 0;
    for (const auto& event : account.at("events").as_array()) {
      if (event.at("connections").as_array().empty()) continue;
      auto connection = event.at("connections").at(0).to_number<std::uint64_t>();
      auto name = fmt::format("{} {} {}", text(event.at("timestamp")), text(event.at("previousState")),
                              text(event.at("currentState")));
      BOOST_TEST_CONTEXT("agent " << std::string{id} << ", event " << name << ", connection " << connection) {
        if (heard.contains(name)) {
          BOOST_TEST(!cut.contains(connection), "judged although one before it was lost");
          continue;
        }
        ++missing;
        // The interruption that ended this connection begins with the last frame received, so what was sent behind
        // that frame lies in it, even what happened a moment before.
        const auto& all = pauses[std::string{id}];
        auto pause =
            std::ranges::find_if(all, [&](const span& each) { return each.first >= acknowledged[connection]; });
        BOOST_TEST((pause != all.end() && moment(event.at("sentAt")) <= pause->second), "lost without a record");
        if (pause != all.end()) cut.emplace(connection, *pause);
      }
    }
    BOOST_TEST(number(account, "sent") == agent.judged + missing);
    std::set<span> different;
    for (const auto& [connection, pause] : cut) different.insert(pause);
    BOOST_TEST(different.size() == cut.size(), "two connections ended, and one interruption is recorded");
    lost += missing;
  }
  return lost;
}

std::uint64_t lost_connections(const captured_trail& trail) {
  auto all = trail.records("MONITORING_INTERRUPTED");
  return static_cast<std::uint64_t>(
      std::ranges::count_if(all, [](const json::object& record) { return record.at("cause") == "lost connection"; }));
}

std::uint64_t ignored_in_all(const system_metrics& figures) {
  return std::accumulate(figures.ignored.begin(), figures.ignored.end(), std::uint64_t{0});
}

} // namespace floorwalker::interop
