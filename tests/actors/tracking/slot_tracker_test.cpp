#include "actors/tracking/slot_tracker.hpp"

#include "messages/close_reasons.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using lines = std::vector<std::string>;

constexpr utc_time opening{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 10h};
const stream_end lost{};
const stream_end going_away{.code = 1001, .reason = "restart"};
const stream_end handed_over{.by_us = true, .code = 1000, .our_reason = std::string{close_reasons::hand_over}};

struct change {
  std::string agent;
  std::string previous;
  std::string current;
  std::chrono::nanoseconds at;
};

/// Slot 7, told what happens; every call returns the records that came of it, in short.
class watched_slot {
public:
  void plan(std::uint64_t connection, const std::vector<std::string>& ids) {
    agent_group group;
    for (auto& id : ids) group.push_back(agent_identity::of(id));
    tracker.planned(connection, group);
  }

  lines open(std::uint64_t connection, std::chrono::nanoseconds at) {
    draft_batch draft;
    tracker.opened(connection, opening + at, draft);
    return said(draft);
  }

  lines inherit(const std::vector<std::string>& ids, std::chrono::nanoseconds at,
                std::chrono::nanoseconds last_received) {
    agent_group group;
    for (auto& id : ids) group.push_back(agent_identity::of(id));
    draft_batch draft;
    tracker.inherited(group, opening + at, opening + last_received, std::nullopt, draft);
    return said(draft);
  }

  /// Hands in one batch, received at the events' own times. "held" if it was not judged.
  lines take(std::uint64_t connection, const std::vector<change>& changes) {
    auto batch = std::make_shared<observation_batch>();
    batch->connection = connection;
    auto slice = [&](const std::string& piece) {
      text_slice at{static_cast<std::uint32_t>(batch->text.size()), static_cast<std::uint32_t>(piece.size())};
      batch->text += piece;
      return at;
    };
    for (auto& from : changes) {
      state_observation item;
      item.agent = slice(agent_key(from.agent));
      item.previous = slice(from.previous);
      item.current = slice(from.current);
      item.observed_at = item.received_at = opening + from.at;
      batch->items.push_back(item);
    }
    draft_batch draft;
    if (!tracker.take(batch, draft)) return {"held"};
    return said(draft);
  }

  lines judge_by(const state_matrix& matrix) {
    draft_batch draft;
    tracker.judge_by(matrix, opening, draft);
    return said(draft);
  }

  lines end(std::uint64_t connection, const stream_end& end, std::chrono::nanoseconds at) {
    draft_batch draft;
    released += tracker.ended(connection, end, opening + at, opening + at, draft).size();
    return said(draft);
  }

  lines list(std::uint32_t wish, std::chrono::nanoseconds requested, const std::vector<listed_agent>& rows) {
    draft_batch draft;
    tracker.listed({opening + requested, rows, true}, wish, draft);
    return said(draft);
  }

  /// state, observedState, verified and stale, each in a word.
  std::string row(const std::string& id) const {
    auto found = tracker.status(agent_key(id));
    if (!found) return "unknown";
    return fmt::format("{} {}{}{}", found->state.value_or("-"), found->observed_state.value_or("-"),
                       found->verified ? "" : " unverified", found->stale ? " stale" : "");
  }

  explicit watched_slot(known_agents_ptr known = nullptr)
      : tracker{"acme", 7, default_state_matrix(), std::move(known)} {}

  slot_tracker tracker;
  tracker_tally tally; ///< sums of all drafts
  std::size_t released = 0;

private:
  lines said(draft_batch& draft) {
    tracker.close(draft);
    BOOST_TEST(draft.slot == 7u);
    tally.duplicates += draft.tally.duplicates;
    tally.handover_copies += draft.tally.handover_copies;
    tally.interruptions += draft.tally.interruptions;
    tally.ignored[static_cast<std::size_t>(ignored_reason::foreign_agent)] +=
        draft.tally.ignored[static_cast<std::size_t>(ignored_reason::foreign_agent)];
    tally.active_agents = draft.tally.active_agents;
    tally.stale_agents = draft.tally.stale_agents;
    lines all;
    for (auto& record : draft.records) {
      auto tail = std::string{record.tail.in(draft.text)};
      switch (record.kind) {
      case record_kind::transition: {
        auto text = fmt::format("{} {}>{}", record.agent.in(draft.text), record.previous.in(draft.text),
                                record.current.in(draft.text));
        if (record.flags & flag_gap) text += record.was_stale ? " explained gap" : " gap";
        if (record.flags & flag_handover) text += " handover";
        if (!record.valid) text += " rejected";
        all.push_back(std::move(text));
        break;
      }
      case record_kind::state_reconciled:
        all.push_back("reconciled" + tail);
        break;
      case record_kind::monitoring_started:
        all.push_back("started" + tail);
        break;
      case record_kind::monitoring_interrupted:
        all.push_back("interrupted" + tail);
        break;
      case record_kind::configuration_changed:
        all.push_back("changed" + tail);
        break;
      case record_kind::checkpoint_signed:
        all.push_back("?");
        break;
      }
    }
    return all;
  }
};

/// A row of an earlier run. Without `since` its state came from a listing.
agent_status knew(const std::string& state, const std::string& observed, std::optional<utc_time> since) {
  agent_status row;
  row.state = state;
  row.observed_state = observed;
  row.verified = state == observed;
  row.since = since;
  row.last_updated = since.value_or(opening - 10s);
  row.stale = false;
  row.watched = true;
  return row;
}

/// A slot that watches A and B on connection 1 and has listed both.
class running_slot : public watched_slot {
public:
  running_slot() {
    plan(1, {"A", "B"});
    open(1, 1s);
    list(tracker.listing_asked(), 1s, {{agent_identity::of("A"), "available"}, {agent_identity::of("B"), "break"}});
  }
};

} // namespace

#define CHECK_LINES(found, ...) BOOST_TEST((found) == (lines __VA_ARGS__), boost::test_tools::per_element())

BOOST_AUTO_TEST_SUITE(slot_tracking)

BOOST_FIXTURE_TEST_CASE(a_start_is_recorded_counted_and_reconciled, watched_slot) {
  plan(1, {"A", "B"});
  BOOST_TEST(row("A") == "- - unverified stale");
  CHECK_LINES(open(1, 1s), {R"(started,"slot":7,"cause":"start","agentIds":["A","B"]})"});
  BOOST_TEST((tally.interruptions == 1 && tally.stale_agents == 2 && tally.active_agents == 0));
  BOOST_TEST(tracker.wants_listing());
  auto wish = tracker.listing_asked();
  BOOST_TEST(!tracker.wants_listing());
  CHECK_LINES(list(wish, 2s, {{agent_identity::of("A", "Ann", "Sales"), "busy"}}),
              {R"(reconciled,"agentId":"A","previousState":null,"currentState":"busy"})"});
  BOOST_TEST(row("A") == "busy busy");
  BOOST_TEST(row("B") == "- - unverified stale"); // the listing does not know it
  BOOST_TEST((tally.active_agents == 1 && tally.stale_agents == 1));
  auto status = tracker.status("a").value();
  BOOST_TEST(
      (status.name() == "Ann" && status.team() == "Sales" && !status.since && status.last_updated == opening + 2s));
}

BOOST_FIXTURE_TEST_CASE(an_agent_whom_a_listing_names_otherwise_keeps_its_id_and_is_found_by_it, running_slot) {
  end(1, lost, 5s);
  plan(2, {"A", "B"});
  open(2, 7s);
  list(tracker.listing_asked(), 7s,
       {{agent_identity::of("a", "Ann", "Sales"), "available"}, {agent_identity::of("b", "Bob"), "break"}});
  auto status = tracker.status("a").value();
  BOOST_TEST((status.agent_id() == "A" && status.name() == "Ann" && status.team() == "Sales"));
  CHECK_LINES(take(2, {{"A", "available", "busy", 8s}, {"B", "break", "available", 8s}}),
              {"A available>busy", "B break>available"});
  plan(3, {"B"});
  end(2, lost, 9s);
  open(3, 10s);
  BOOST_TEST(row("A") == "unknown");
}

BOOST_FIXTURE_TEST_CASE(a_listing_counts_only_for_agents_not_heard_since_it_was_requested, watched_slot) {
  plan(1, {"A", "B", "C"});
  open(1, 1s);
  take(1, {{"A", "available", "busy", 1999ms}, {"B", "available", "busy", 2s}});
  BOOST_TEST(row("A") == "busy busy"); // an event ends its staleness too
  CHECK_LINES(
      list(
          tracker.listing_asked(), 2s,
          {{agent_identity::of("A"), "break"}, {agent_identity::of("B"), "break"}, {agent_identity::of("C"), "break"}}),
      {R"(reconciled,"agentId":"A","previousState":"busy","currentState":"break"})",
       R"(reconciled,"agentId":"C","previousState":null,"currentState":"break"})"});
  BOOST_TEST(row("B") == "busy busy");
}

BOOST_FIXTURE_TEST_CASE(a_row_without_a_state_leaves_its_agent_stale_until_its_next_event, watched_slot) {
  plan(1, {"A"});
  open(1, 1s);
  CHECK_LINES(list(tracker.listing_asked(), 2s, {{agent_identity::of("A", "Ann"), {}}}), {});
  BOOST_TEST(row("A") == "- - unverified stale");
  take(1, {{"A", "available", "busy", 3s}});
  BOOST_TEST(row("A") == "busy busy");
}

BOOST_FIXTURE_TEST_CASE(an_interruption_makes_its_agents_stale_and_ends_with_a_listing, running_slot) {
  CHECK_LINES(end(1, going_away, 5s),
              {R"(interrupted,"slot":7,"cause":"lost connection","closeCode":1001,"closeReason":"restart",)"
               R"("lastReceived":"2026-11-23T10:00:05.000Z","agentIds":["A","B"]})"});
  BOOST_TEST((tally.interruptions == 2 && tally.stale_agents == 2 && tally.active_agents == 2));
  BOOST_TEST(row("A") == "available available stale");
  plan(2, {"A", "B"});
  CHECK_LINES(open(2, 7s), {R"(started,"slot":7,"cause":"reconnect","agentIds":["A","B"]})"});
  BOOST_TEST(tally.interruptions == 2u); // the end of an interruption is none of its own
  CHECK_LINES(
      list(tracker.listing_asked(), 7s, {{agent_identity::of("A"), "busy"}, {agent_identity::of("B"), "break"}}),
      {R"(reconciled,"agentId":"A","previousState":"available","currentState":"busy"})"});
  BOOST_TEST((row("A") == "busy busy" && row("B") == "break break")); // B too is fresh, but nothing changed
}

BOOST_FIXTURE_TEST_CASE(what_was_heard_before_an_interruption_is_older_than_the_listing_after_it, running_slot) {
  // Received late, at the very moment in which the next connection begins and the listing is requested.
  take(1, {{"A", "available", "busy", 7s}});
  end(1, lost, 7s);
  plan(2, {"A", "B"});
  open(2, 7s);
  list(tracker.listing_asked(), 7s, {{agent_identity::of("A"), "wrap-up"}, {agent_identity::of("B"), "break"}});
  BOOST_TEST(row("A") == "wrap-up wrap-up");
}

BOOST_FIXTURE_TEST_CASE(a_listing_of_an_older_wish_is_not_believed, watched_slot) {
  plan(1, {"A"});
  open(1, 1s);
  auto first = tracker.listing_asked();
  end(1, lost, 2s);
  plan(2, {"A"});
  open(2, 3s);
  auto second = tracker.listing_asked();
  CHECK_LINES(list(first, 1s, {{agent_identity::of("A"), "busy"}}), {});
  BOOST_TEST(row("A") == "- - unverified stale");
  list(second, 3s, {{agent_identity::of("A"), "break"}});
  BOOST_TEST(row("A") == "break break");
  CHECK_LINES(list(second, 4s, {{agent_identity::of("A"), "busy"}}), {}); // nobody waits any more
}

BOOST_FIXTURE_TEST_CASE(a_successor_does_not_know_all_before_each_agent_was_told_of, watched_slot) {
  BOOST_TEST(tracker.knows_all());
  inherit({"A", "B"}, 1s, 1s);
  tracker.succeeds({agent_identity::of("C"), agent_identity::of("D")});
  plan(2, {"A", "B", "C", "D"});
  open(2, 2s);
  BOOST_TEST(!tracker.knows_all());
  take(2, {{"A", "busy", "available", 3s}, {"B", "busy", "busy", 3s}});
  BOOST_TEST(row("A") == "available available");
  BOOST_TEST(row("B") == "- busy unverified"); // what was verified last is not known
  list(tracker.listing_asked(), 2s,
       {{agent_identity::of("B"), "busy"}, {agent_identity::of("C"), {}}}); // C has no state, D no row
  BOOST_TEST(!tracker.knows_all());
  take(2, {{"B", "busy", "available", 4s}});
  BOOST_TEST(!tracker.knows_all());
  take(2, {{"D", "busy", "available", 4s}});
  BOOST_TEST(tracker.knows_all());
}

BOOST_FIXTURE_TEST_CASE(what_a_failed_tracker_watched_is_an_interruption_and_then_a_reconnect, watched_slot) {
  CHECK_LINES(inherit({"A", "B"}, 9s, 7s),
              {R"(interrupted,"slot":7,"cause":"tracker failed","lastReceived":"2026-11-23T10:00:07.000Z",)"
               R"("agentIds":["A","B"]})"});
  BOOST_TEST((tally.interruptions == 1 && tally.stale_agents == 2));
  BOOST_TEST(row("A") == "- - unverified stale");
  plan(2, {"B", "C"}); // the plan has changed meanwhile
  CHECK_LINES(open(2, 10s), {R"(started,"slot":7,"cause":"start","agentIds":["C"]})",
                             R"(started,"slot":7,"cause":"reconnect","agentIds":["B"]})"});
  BOOST_TEST(row("A") == "unknown");
  CHECK_LINES(list(tracker.listing_asked(), 11s, {{agent_identity::of("B"), "busy"}}),
              {R"(reconciled,"agentId":"B","previousState":null,"currentState":"busy"})"});
  BOOST_TEST(row("B") == "busy busy");
}

BOOST_FIXTURE_TEST_CASE(a_stop_and_a_changed_plan_are_recorded_but_are_no_interruptions, watched_slot) {
  struct {
    std::string_view reason;
    const char* cause;
    std::uint64_t interruptions;
  } rows[] = {{close_reasons::client_shutdown, R"("cause":"shutdown")", 0},
              {close_reasons::plan_changed, R"("cause":"plan")", 0},
              {close_reasons::hand_over, R"("cause":"hand-over")", 1}}; // break before make
  for (auto& row : rows) BOOST_TEST_CONTEXT(row.reason) {
      running_slot slot;
      auto before = slot.tally.interruptions;
      auto said = slot.end(1, {.by_us = true, .code = 1000, .our_reason = std::string{row.reason}}, 5s);
      BOOST_TEST(said.at(0).find(row.cause) != std::string::npos);
      BOOST_TEST(slot.tally.interruptions - before == row.interruptions);
      BOOST_TEST(slot.tally.stale_agents == 2u);
    }
}

BOOST_FIXTURE_TEST_CASE(events_of_agents_that_are_not_watched_are_ignored, running_slot) {
  CHECK_LINES(take(1, {{"C", "available", "busy", 2s}, {"A", "available", "busy", 2s}}), {"A available>busy"});
  CHECK_LINES(take(9, {{"A", "busy", "wrap-up", 3s}}), {}); // nobody knows this connection
  BOOST_TEST(tally.ignored[static_cast<std::size_t>(ignored_reason::foreign_agent)] == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_connection_that_was_never_opened_leaves_no_trace, running_slot) {
  plan(2, {"A", "B"});
  CHECK_LINES(end(2, lost, 3s), {});
  CHECK_LINES(take(1, {{"A", "available", "busy", 4s}}), {"A available>busy"});
  BOOST_TEST(tally.stale_agents == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_hand_over_holds_the_new_connection_back_and_then_merges_it, running_slot) {
  auto interruptions = tally.interruptions;
  plan(2, {"A", "B"});
  CHECK_LINES(open(2, 3s), {});
  CHECK_LINES(take(2, {{"A", "available", "busy", 4s}, {"A", "busy", "wrap-up", 5s}}), {"held"});
  CHECK_LINES(take(1, {{"A", "available", "busy", 4s}, {"A", "available", "busy", 4s}}), {"A available>busy"});
  BOOST_TEST(row("A") == "busy busy");
  CHECK_LINES(take(2, {{"A", "available", "busy", 4s}, {"A", "available", "busy", 4s}}), {"held"});
  CHECK_LINES(end(1, handed_over, 6s), {"A busy>wrap-up handover"});
  BOOST_TEST(released == 2u);
  // Twice on the old one: the second was a duplicate. On the new one two copies, and then one more.
  BOOST_TEST((tally.duplicates == 2 && tally.handover_copies == 2));
  BOOST_TEST((tally.interruptions == interruptions && tally.stale_agents == 0 && !tracker.wants_listing()));
  CHECK_LINES(take(2, {{"A", "wrap-up", "break", 7s}}), {"A wrap-up>break"});
}

BOOST_FIXTURE_TEST_CASE(an_old_connection_without_a_close_frame_is_an_interruption, running_slot) {
  plan(2, {"A", "B"});
  open(2, 3s);
  take(2, {{"A", "available", "busy", 4s}});
  auto said = end(1, lost, 6s);
  BOOST_REQUIRE(said.size() == 3u);
  BOOST_TEST(said[0].starts_with(R"(interrupted,"slot":7,"cause":"lost connection","closeCode":1006)"));
  BOOST_TEST(said[1] == R"(started,"slot":7,"cause":"reconnect","agentIds":["A","B"]})");
  BOOST_TEST(said[2] == "A available>busy"); // heard, but no hand-over
  BOOST_TEST(row("B") == "break break stale");
  BOOST_TEST(tracker.wants_listing());
}

BOOST_FIXTURE_TEST_CASE(an_old_connection_that_was_dead_before_the_new_one_opened_bridges_nothing, running_slot) {
  plan(2, {"A", "B"});
  end(1, going_away, 3s);
  CHECK_LINES(open(2, 4s), {R"(started,"slot":7,"cause":"reconnect","agentIds":["A","B"]})"});
  CHECK_LINES(take(2, {{"A", "available", "busy", 5s}}), {"A available>busy"});
}

BOOST_FIXTURE_TEST_CASE(a_hand_over_brings_new_agents_and_drops_those_that_left, running_slot) {
  auto interruptions = tally.interruptions;
  plan(2, {"B", "C"});
  open(2, 3s);
  take(2, {{"C", "available", "busy", 4s}});
  CHECK_LINES(take(1, {{"A", "available", "busy", 4s}, {"C", "available", "busy", 4s}}), {"A available>busy"});
  CHECK_LINES(end(1, handed_over, 5s),
              {R"(started,"slot":7,"cause":"start","agentIds":["C"]})",
               R"(interrupted,"slot":7,"cause":"plan","agentIds":["A"]})", "C available>busy handover"});
  BOOST_TEST((row("A") == "unknown" && row("B") == "break break" && row("C") == "busy busy"));
  BOOST_TEST(tally.interruptions == interruptions + 1); // C's start
  BOOST_TEST(tracker.wants_listing());
  BOOST_TEST(tracker.statuses().size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_successor_that_dies_before_the_old_one_ended_is_still_judged, running_slot) {
  plan(2, {"A", "B"});
  open(2, 3s);
  take(2, {{"A", "available", "busy", 4s}});
  CHECK_LINES(end(2, lost, 5s), {});
  plan(3, {"A", "B"});
  CHECK_LINES(open(3, 6s), {});
  CHECK_LINES(take(3, {{"A", "busy", "wrap-up", 7s}}), {"held"});
  auto said = end(1, handed_over, 8s);
  BOOST_REQUIRE(said.size() == 4u);
  BOOST_TEST(said[0] == "A available>busy handover");
  BOOST_TEST(said[1].starts_with(R"(interrupted,"slot":7,"cause":"lost connection")"));
  BOOST_TEST(said[2] == R"(started,"slot":7,"cause":"reconnect","agentIds":["A","B"]})");
  BOOST_TEST(said[3] == "A busy>wrap-up"); // after a gap in the watch, not handed over
  BOOST_TEST(released == 2u);
  BOOST_TEST((row("A") == "wrap-up wrap-up" && row("B") == "break break stale"));
}

BOOST_FIXTURE_TEST_CASE(expected_agents_have_a_row_from_the_start_and_are_watched_from_the_record_that_says_so,
                        watched_slot) {
  tracker.expected({agent_identity::of("A"), agent_identity::of("B")});
  BOOST_TEST(tracker.statuses().size() == 2u);
  BOOST_TEST(row("A") == "- - unverified stale");
  auto watched = [this] { return tracker.status("a").value().watched; };
  BOOST_TEST(!watched());
  plan(1, {"A"});
  BOOST_TEST(!watched());
  open(1, 1s);
  BOOST_TEST(watched());
  BOOST_TEST(row("B") == "unknown"); // it was not in the plan when that was carried out
  end(1, lost, 2s);
  BOOST_TEST(!watched());
}

BOOST_AUTO_TEST_CASE(what_an_earlier_run_knew_is_known_and_stale_until_an_event_or_a_listing) {
  auto known = std::make_shared<known_agents>();
  (*known)["a"] = knew("available", "busy", opening - 10s);
  (*known)["b"] = knew("break", "break", {}); // by a listing
  (*known)["other"] = knew("break", "break", {});
  watched_slot slot{known};
  slot.tracker.expected({agent_identity::of("A"), agent_identity::of("B"), agent_identity::of("C")});
  BOOST_TEST(slot.row("A") == "available busy unverified stale");
  BOOST_TEST(slot.row("B") == "break break stale");
  BOOST_TEST(slot.row("C") == "- - unverified stale");
  BOOST_TEST(slot.row("other") == "unknown");
  BOOST_TEST((slot.tracker.status("a").value().last_updated == opening - 10s));
  slot.plan(1, {"A", "B", "C"});
  slot.open(1, 1s);
  BOOST_TEST((slot.tally.active_agents == 2 && slot.tally.stale_agents == 3));
  // A change that was missed while no process ran is a gap, and an event from before it is out of order.
  CHECK_LINES(slot.take(1, {{"A", "wrap-up", "available", 2s}}), {"A wrap-up>available explained gap"});
  CHECK_LINES(slot.take(1, {{"B", "break", "available", -5s}}), {"B break>available"});
  BOOST_TEST(slot.row("A") == "available available");
  BOOST_TEST(slot.row("B") == "available available"); // a listing's time says nothing about events
}

BOOST_AUTO_TEST_CASE(an_event_from_before_what_an_earlier_run_knew_moves_nothing) {
  auto known = std::make_shared<known_agents>();
  (*known)["a"] = knew("busy", "busy", opening - 10s);
  watched_slot slot{known};
  slot.plan(1, {"A"});
  slot.open(1, 1s);
  slot.take(1, {{"A", "break", "available", -11s}});
  BOOST_TEST(slot.row("A") == "busy busy stale");
}

BOOST_AUTO_TEST_CASE(ids_compare_without_regard_to_case_and_print_as_planned) {
  watched_slot slot;
  slot.plan(1, {"aBcD"});
  slot.open(1, 1s);
  CHECK_LINES(slot.take(1, {{"ABCD", "available", "busy", 2s}}), {"aBcD available>busy"});
}

BOOST_AUTO_TEST_CASE(a_new_matrix_counts_from_the_next_batch_on_and_nothing_known_is_lost) {
  watched_slot slot;
  slot.plan(1, {"A", "B"});
  slot.open(1, 0s);
  slot.take(1, {{"A", "available", "busy", 1s}, {"B", "odd", "busy", 1s}});
  auto rows = std::pair{slot.row("A"), slot.row("B")};
  BOOST_TEST(
      slot.judge_by({{"odd", {"busy", "a \"b\""}}, {"busy", {}}}) ==
          lines{R"(changed,"slot":7,"keys":["state-matrix"],"stateMatrix":{"busy":[],"odd":["busy","a \"b\""]}})"},
      boost::test_tools::per_element());
  BOOST_TEST((rows == std::pair{slot.row("A"), slot.row("B")}));
  // The same events again are duplicates still.
  BOOST_TEST(slot.take(1, {{"A", "available", "busy", 1s}, {"B", "odd", "busy", 1s}}).empty());
  BOOST_TEST(slot.tally.duplicates == 2u);
  BOOST_TEST(slot.take(1, {{"A", "busy", "available", 2s}, {"B", "busy", "odd", 2s}, {"B", "odd", "busy", 3s}}) ==
                 (lines{"A busy>available rejected", "B busy>odd rejected", "B odd>busy"}),
             boost::test_tools::per_element());
  slot.judge_by(default_state_matrix());
  BOOST_TEST(slot.take(1, {{"A", "available", "busy", 4s}, {"B", "busy", "odd", 4s}}) ==
                 (lines{"A available>busy", "B busy>odd rejected"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_held_is_judged_by_the_matrix_that_counts_when_its_turn_comes) {
  watched_slot slot;
  slot.plan(1, {"A"});
  slot.open(1, 0s);
  slot.plan(2, {"A"});
  slot.open(2, 1s);
  BOOST_TEST(slot.take(2, {{"A", "odd", "even", 2s}}) == lines{"held"}, boost::test_tools::per_element());
  slot.judge_by({{"odd", {"even"}}, {"even", {}}});
  BOOST_TEST(slot.end(1, handed_over, 3s) == lines{"A odd>even handover"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
