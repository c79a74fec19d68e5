#include "actors/tracking/audit_entries.hpp"
#include "actors/tracking/judging.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;

constexpr utc_time opening{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 10h};

/// One event, and what it is to be judged.
struct step {
  std::string_view previous;
  std::string_view current;
  std::chrono::nanoseconds at;
  std::string_view verdict;
  std::optional<std::string_view> reason = {};
  event_origin origin = {1, 0, false};
};

struct story {
  const char* sentence;
  std::vector<step> steps;
  const char* row; ///< state, observedState and whether they are verified
};

/// Judges one agent's events by the default matrix and "training", which may follow itself.
class judged_agent {
public:
  std::string judge(const step& taken) {
    numbered_event event;
    event.previous = names.use(taken.previous);
    event.current = names.use(taken.current);
    if (taken.reason) event.reason = names.use(*taken.reason);
    event.at = opening + taken.at;
    auto result = floorwalker::judge(agent, event, taken.origin, names);
    for (auto number : {event.previous, event.current, event.reason}) names.release(number);
    if (result.what == judgement::duplicate) return "duplicate";
    if (result.what == judgement::handover_copy) return "copy";
    std::string text = result.valid ? "valid" : "rejected";
    if (result.flags & flag_gap) text += " gap";
    if (result.flags & flag_out_of_order) text += " out-of-order";
    if (result.flags & flag_handover) text += " handover";
    BOOST_TEST(result.moved == ((result.flags & flag_out_of_order) == 0));
    return text;
  }

  std::string row() const {
    auto text = [&](name_number number) {
      return number == no_name ? std::string{"-"} : std::string{names.text(number)};
    };
    return text(agent.state) + " " + text(agent.observed) + (agent.verified ? " verified" : " unverified");
  }

  static state_matrix matrix() {
    auto rows = default_state_matrix();
    rows["training"] = {"training", "available"};
    return rows;
  }

  state_names names{matrix()};
  agent_knowledge agent;
};

const event_origin second_alone{2, 0, false};
const event_origin second_takes_over{2, 1, true};

const story stories[] = {
    // Rule 1
    {"a listed transition is authorized", {{"available", "busy", 1s, "valid"}}, "busy busy verified"},
    {"one that is not listed is not", {{"break", "busy", 1s, "rejected"}}, "- busy unverified"},
    {"a self-transition that is not listed is not", {{"busy", "busy", 1s, "rejected"}}, "- busy unverified"},
    {"a self-transition that is listed is", {{"training", "training", 1s, "valid"}}, "training training verified"},
    {"states compare byte by byte", {{"Available", "busy", 1s, "rejected"}}, "- busy unverified"},
    {"a state that the matrix does not know may be neither left nor reached",
     {{"available", "lunch", 1s, "rejected"}, {"lunch", "available", 2s, "rejected"}},
     "- available unverified"},
    {"an empty state is a state like any other", {{"", "busy", 1s, "rejected"}}, "- busy unverified"},
    // Rule 3
    {"an event that is equal in all five is a duplicate",
     {{"available", "busy", 1s, "valid", "call"}, {"available", "busy", 1s, "duplicate", "call"}},
     "busy busy verified"},
    {"a nanosecond makes another event",
     {{"available", "busy", 1s, "valid"}, {"available", "busy", 1s + 1ns, "valid gap"}},
     "busy busy verified"},
    {"another previous state makes another event",
     {{"available", "break", 1s, "valid"}, {"wrap-up", "break", 1s, "valid gap"}},
     "break break verified"},
    {"another current state makes another event",
     {{"available", "break", 1s, "valid"}, {"available", "busy", 1s, "valid gap"}},
     "busy busy verified"},
    {"another reason makes another event",
     {{"available", "busy", 1s, "valid", "call"}, {"available", "busy", 1s, "valid gap", "chat"}},
     "busy busy verified"},
    {"an absent reason is not an empty one",
     {{"available", "busy", 1s, "valid"}, {"available", "busy", 1s, "valid gap", ""}},
     "busy busy verified"},
    {"a duplicate moves nothing, wherever the agent is now",
     {{"available", "busy", 1s, "valid"}, {"busy", "wrap-up", 2s, "valid"}, {"available", "busy", 1s, "duplicate"}},
     "wrap-up wrap-up verified"},
    {"an event out of order may be repeated as well",
     {{"busy", "wrap-up", 2s, "valid"},
      {"available", "busy", 1s, "valid out-of-order"},
      {"available", "busy", 1s, "duplicate"}},
     "wrap-up wrap-up verified"},
    {"a duplicate on a later connection is a duplicate too",
     {{"available", "busy", 1s, "valid"}, {"available", "busy", 1s, "duplicate", {}, second_alone}},
     "busy busy verified"},
    // Rule 4
    {"an older event is judged by its own two states and moves nothing",
     {{"available", "busy", 2s, "valid"}, {"break", "busy", 1s, "rejected out-of-order"}},
     "busy busy verified"},
    {"it is never a gap, whatever it says was left",
     {{"available", "busy", 2s, "valid"}, {"available", "break", 1s, "valid out-of-order"}},
     "busy busy verified"},
    {"equal timestamps keep the order of arrival",
     {{"available", "busy", 1s, "valid"}, {"busy", "wrap-up", 1s, "valid"}, {"wrap-up", "break", 1s, "valid"}},
     "break break verified"},
    {"order is against the newest event in order, not against the last one",
     {{"available", "busy", 3s, "valid"},
      {"available", "busy", 1s, "valid out-of-order"},
      {"busy", "wrap-up", 2s, "valid out-of-order"},
      {"busy", "wrap-up", 3s, "valid"}},
     "wrap-up wrap-up verified"},
    // Rules 5 and 6
    {"the first event of an agent is no gap", {{"busy", "wrap-up", 1s, "valid"}}, "wrap-up wrap-up verified"},
    {"a previous state unlike the one observed is a gap, and heals itself",
     {{"available", "busy", 1s, "valid"}, {"wrap-up", "break", 2s, "valid gap"}, {"break", "available", 3s, "valid"}},
     "available available verified"},
    {"an unauthorized event moves observedState alone",
     {{"available", "busy", 1s, "valid"}, {"busy", "break", 2s, "rejected"}},
     "busy break unverified"},
    {"the gap is told from observedState, not from state",
     {{"available", "busy", 1s, "valid"}, {"busy", "break", 2s, "rejected"}, {"break", "available", 3s, "valid"}},
     "available available verified"},
    {"an unauthorized gap is both",
     {{"available", "busy", 1s, "valid"}, {"break", "busy", 2s, "rejected gap"}},
     "busy busy unverified"},
    // Hand-over
    {"what comes first on the new connection is marked",
     {{"available", "busy", 1s, "valid"}, {"busy", "wrap-up", 2s, "valid handover", {}, second_takes_over}},
     "wrap-up wrap-up verified"},
    {"a copy on the connection that takes over is no duplicate",
     {{"available", "busy", 1s, "valid"}, {"available", "busy", 1s, "copy", {}, second_takes_over}},
     "busy busy verified"},
    {"a second one on that connection is",
     {{"available", "busy", 1s, "valid"},
      {"available", "busy", 1s, "copy", {}, second_takes_over},
      {"available", "busy", 1s, "duplicate", {}, second_takes_over}},
     "busy busy verified"},
    {"a duplicate of the old connection has a copy too",
     {{"available", "busy", 1s, "valid"},
      {"available", "busy", 1s, "duplicate"},
      {"available", "busy", 1s, "copy", {}, second_takes_over},
      {"available", "busy", 1s, "copy", {}, second_takes_over},
      {"available", "busy", 1s, "duplicate", {}, second_takes_over}},
     "busy busy verified"},
    {"a copy is one of the connection that is taken over from, of no earlier one",
     {{"available", "busy", 1s, "valid"}, {"available", "busy", 1s, "duplicate", {}, {3, 2, true}}},
     "busy busy verified"},
};

} // namespace

BOOST_AUTO_TEST_SUITE(judging)

BOOST_AUTO_TEST_CASE(events_are_judged_by_the_rules) {
  for (auto& told : stories) BOOST_TEST_CONTEXT(told.sentence) {
      judged_agent one;
      for (auto& taken : told.steps) BOOST_TEST(one.judge(taken) == taken.verdict);
      BOOST_TEST(one.row() == told.row);
    }
}

BOOST_AUTO_TEST_CASE(duplicates_are_known_among_the_last_32_judged_events) {
  for (int newer : {31, 32}) BOOST_TEST_CONTEXT(newer << " newer events") {
      judged_agent one;
      one.judge({"available", "busy", 1s, ""});
      for (int i = 0; i < newer; ++i) one.judge({"available", "busy", 2s + i * 1s, ""});
      BOOST_TEST(one.judge({"available", "busy", 1s, ""}) == (newer < 32 ? "duplicate" : "valid out-of-order"));
    }
}

BOOST_AUTO_TEST_CASE(every_pair_of_states_is_authorized_exactly_if_the_matrix_lists_it) {
  auto matrix = judged_agent::matrix();
  state_names names{matrix};
  std::vector<std::string> states{"", "unknown", "Busy"};
  for (auto& [from, targets] : matrix) states.push_back(from);
  for (auto& from : states)
    for (auto& to : states) BOOST_TEST_CONTEXT(from << " to " << to) {
        auto row = matrix.find(from);
        auto listed = row != matrix.end() && std::ranges::count(row->second, to) > 0;
        auto left = names.use(from), reached = names.use(to);
        BOOST_TEST(names.authorized(left, reached) == listed);
        names.release(left);
        names.release(reached);
      }
}

BOOST_AUTO_TEST_CASE(hostile_texts_do_not_grow_the_table) {
  judged_agent one;
  for (int i = 0; i < 100'000; ++i) {
    auto text = std::to_string(i);
    auto previous = "from " + text, current = "to " + text, reason = "reason " + text;
    step taken{previous, current, i * 1ms, "", reason};
    one.judge(taken);
  }
  BOOST_TEST(one.names.use("one more") < 150u); // the matrix's, three for each of 32 events, the row's, and this one
  BOOST_TEST(one.row() == "- to 99999 unverified");
  forget(one.agent, one.names);
  for (int i = 0; i < 90; ++i) BOOST_TEST(one.names.use("again " + std::to_string(i)) < 150u);
}

BOOST_AUTO_TEST_CASE(a_listing_settles_what_is_known) {
  judged_agent one;
  one.judge({"available", "busy", 1s, ""});
  one.judge({"busy", "break", 2s, "", "lunch"});
  auto listed = one.names.use("available");
  BOOST_TEST(reconcile(one.agent, listed, opening + 5s, one.names));
  BOOST_TEST(one.row() == "available available verified");
  BOOST_TEST((one.agent.reason == no_name && !one.agent.since && one.agent.last_updated == opening + 5s));
  BOOST_TEST(!reconcile(one.agent, listed, opening + 6s, one.names)); // nothing but staleness changes
  BOOST_TEST(one.judge({"available", "busy", 3s, ""}) == "valid");    // order is among events, not against listings
}

BOOST_AUTO_TEST_CASE(latency_is_in_whole_milliseconds_rounded_down) {
  struct {
    const char* sentence;
    std::chrono::nanoseconds late;
    std::int64_t ms;
  } rows[] = {
      {"none", 0ns, 0},
      {"just below a millisecond is none", 999'999ns, 0},
      {"exactly one", 1ms, 1},
      {"a nanosecond ahead is minus one", -1ns, -1},
      {"exactly one ahead", -1ms, -1},
      {"a little more ahead is minus two", -1'000'001ns, -2},
      {"a platform a day ahead", -24h, -86'400'000},
  };
  for (auto& row : rows) BOOST_TEST_CONTEXT(row.sentence) BOOST_TEST(latency_ms(opening + row.late, opening) == row.ms);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
