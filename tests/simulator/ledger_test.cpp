#include <boost/test/unit_test.hpp>

#include "simulator/ledger.hpp"

using namespace floorwalker::simulator;
using namespace std::chrono_literals;

namespace {

transition change_at(std::uint64_t index, std::chrono::milliseconds at, bool authorized = true) {
  return {.agent = 2, .index = index, .from = 0, .to = 1, .authorized = authorized, .at = instant{at}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(ledger_test)

BOOST_AUTO_TEST_CASE(an_event_counts_once_however_many_connections_got_it) {
  auto book = ledger{{.events = true}};
  book.sent(change_at(0, 10ms, false), 1, instant{11ms});
  book.copied(change_at(0, 10ms, false), 2);
  book.duplicated(change_at(0, 10ms, false));
  const auto& account = book.agent(2);
  BOOST_TEST(account.sent == 1u);
  BOOST_TEST(account.copies == 1u);
  BOOST_TEST(account.duplicates == 1u);
  BOOST_TEST(account.unauthorized == 1u);
  BOOST_TEST(account.events.size() == 1u);
  BOOST_TEST(account.events[0].connection == 1u);
  BOOST_TEST(account.events[0].connection2 == 2u);
  BOOST_TEST(book.totals().generated == 1u);
}

BOOST_AUTO_TEST_CASE(an_event_older_than_one_sent_before_is_out_of_order) {
  auto book = ledger{{}};
  book.sent(change_at(1, 20ms), 1, instant{21ms});
  book.sent(change_at(0, 10ms), 1, instant{21ms});
  book.sent(change_at(2, 20ms), 1, instant{22ms}); // equal is in order
  BOOST_TEST(book.agent(2).out_of_order == 1u);
  BOOST_TEST(book.totals().out_of_order == 1u);
}

BOOST_AUTO_TEST_CASE(changes_while_nobody_listens_are_no_events) {
  auto book = ledger{{.events = true}};
  for (auto times = 0u; times < 150; ++times) book.unheard(change_at(times, 1ms * times), instant{2ms * times});
  BOOST_TEST(book.agent(2).unheard == 150u);
  BOOST_TEST(book.agent(2).sent == 0u);
  BOOST_TEST(book.agent(2).unheard_at.size() == 100u);
  BOOST_TEST(book.agent(2).events.back().connection == 0u);
  BOOST_TEST(book.totals().generated == 150u);
}

BOOST_AUTO_TEST_CASE(a_torn_event_is_marked) {
  auto book = ledger{{.events = true}};
  book.sent(change_at(0, 10ms), 1, instant{});
  book.sent(change_at(1, 20ms), 1, instant{});
  book.torn(2, 0);
  BOOST_TEST(book.agent(2).torn == 1u);
  BOOST_TEST(book.agent(2).events[0].torn);
  BOOST_TEST(!book.agent(2).events[1].torn);
}

BOOST_AUTO_TEST_CASE(events_beyond_the_limit_are_counted_but_not_kept) {
  auto book = ledger{{.events = true, .events_max = 3}};
  for (auto times = 0u; times < 5; ++times) book.sent(change_at(times, 1ms * times), 1, instant{});
  BOOST_TEST(book.agent(2).sent == 5u);
  BOOST_TEST(book.agent(2).events.size() == 3u);
  BOOST_TEST(book.events_truncated());
}

BOOST_AUTO_TEST_CASE(only_connections_that_have_ended_are_forgotten) {
  auto book = ledger{{}};
  auto& living = book.open_connection(0, instant{});
  for (auto times = 0; times < 10'100; ++times) book.open_connection(0, instant{}).phase = connection_phase::ended;
  BOOST_TEST(&living == &book.connections().front());
  living.phase = connection_phase::ended;
  book.open_connection(0, instant{});
  BOOST_TEST(book.connections().size() == 10'000u);
  BOOST_TEST(book.totals().connections == 10'102u);
}

BOOST_AUTO_TEST_SUITE_END()
