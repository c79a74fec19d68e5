#include "actors/hub/live_floor.hpp"

#include "tests/actors/record_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

namespace floorwalker {
namespace {

using testing::sample;
using texts = std::vector<std::string>;

/// A row in short: "a-1 busy" with "!" where the platform reports another state, "?" where it is stale.
std::string text_of(const agent_status& status) {
  return fmt::format("{} {}{}{}", status.agent_id(), status.state.value_or("-"),
                     status.verified ? "" : "!" + status.observed_state.value_or("-"), status.stale ? "?" : "");
}

std::string text_of(const live_change& change) {
  if (change.gone) return fmt::format("gone {}", change.row->status.agent_id());
  return text_of(change.row->status) + (change.record == live_change::no_record ? "" : " by transition");
}

class floor_in_test {
public:
  explicit floor_in_test(known_agents_ptr known = nullptr) : floor{"acme", known} { floor.open(0); }

  texts commit(const std::vector<sample>& samples) {
    auto batch = number_batch(testing::trail_of("acme"), testing::drafts_of(samples), position);
    std::vector<live_change> changes;
    floor.apply(*batch, changes);
    return told(changes);
  }

  /// A record that names agents, with its own entry.
  texts interrupt(const texts& ids) {
    auto drafts = std::make_shared<draft_batch>();
    record_draft record;
    record.kind = record_kind::monitoring_interrupted;
    record.head = testing::append_slice(drafts->text, R"({"sequence":)");
    record.tail = testing::append_slice(
        drafts->text, fmt::format(R"(,"cause":"lost connection","agentIds":["{}"]}})", fmt::join(ids, R"(",")")));
    drafts->records.push_back(record);
    auto batch = number_batch(testing::trail_of("acme"), std::move(drafts), position);
    std::vector<live_change> changes;
    floor.apply(*batch, changes);
    return told(changes);
  }

  void ask() { floor.asked(position.sequence); }
  texts answer(const std::vector<agent_status>& agents, bool complete = true) {
    std::vector<live_change> changes;
    floor.answered(agents, complete, changes);
    return told(changes);
  }
  texts hear(const std::vector<agent_status>& agents, bool complete = true) {
    ask();
    return answer(agents, complete);
  }

  agent_status row(const std::string& id) const {
    for (auto& row : floor.rows())
      if (row->status.agent_id() == id) return row->status;
    return {};
  }

  live_floor floor;
  trail_position position;

private:
  static texts told(const std::vector<live_change>& changes) {
    texts all;
    for (auto& change : changes) all.push_back(text_of(change));
    return all;
  }
};

agent_status listed(std::string_view id, std::optional<std::string> state, bool stale = false) {
  agent_status status;
  status.who = agent_identity::of(id, "Ada", "Billing");
  status.tenant_id = "acme";
  status.state = status.observed_state = std::move(state);
  status.verified = status.state.has_value();
  status.stale = stale;
  return status;
}

} // namespace

BOOST_AUTO_TEST_SUITE(live_floor_rows)

BOOST_AUTO_TEST_CASE(a_record_moves_its_agent_as_a_snapshot_of_the_trail_would) {
  floor_in_test in;
  BOOST_TEST(in.commit({{.agent = "A-1", .current = "busy"}, {.agent = "a-1", .current = "break", .valid = false}}) ==
                 (texts{"A-1 busy by transition", "A-1 busy!break by transition"}),
             boost::test_tools::per_element());
  BOOST_TEST(in.commit({{.agent = "a-1", .current = "away", .kind = record_kind::state_reconciled}}) ==
                 texts{"A-1 away"},
             boost::test_tools::per_element());
  BOOST_TEST(in.floor.sequence() == 3u);
  BOOST_TEST(in.floor.stale_agents() == 0u);
}

BOOST_AUTO_TEST_CASE(an_event_out_of_order_is_told_and_moves_nothing) {
  floor_in_test in;
  in.commit({{.current = "busy"}});
  BOOST_TEST(in.commit({{.current = "break", .flags = flag_out_of_order}}) == texts{"a-1 busy by transition"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_interruption_makes_those_it_names_stale_once) {
  floor_in_test in;
  in.commit({{.agent = "a-1"}, {.agent = "a-2"}, {.agent = "a-3"}});
  BOOST_TEST(in.interrupt({"a-1", "A-2"}) == (texts{"a-1 busy?", "a-2 busy?"}), boost::test_tools::per_element());
  BOOST_TEST(in.interrupt({"a-1"}).empty());
  BOOST_TEST(in.floor.stale_agents() == 2u);
  in.commit({{.agent = "a-1"}});
  BOOST_TEST(in.floor.stale_agents() == 1u);
}

BOOST_AUTO_TEST_CASE(what_an_earlier_run_knew_is_there_at_once_and_stale) {
  auto known = std::make_shared<known_agents>();
  (*known)["a-1"] = listed("A-1", "busy");
  floor_in_test in{known};
  BOOST_TEST(text_of(in.row("A-1")) == "A-1 busy?");
  BOOST_TEST(in.floor.stale_agents() == 1u);
}

BOOST_AUTO_TEST_CASE(trackers_tell_names_and_that_a_listing_found_an_agent_as_it_was) {
  floor_in_test in;
  in.commit({{.agent = "a-1", .current = "busy"}});
  in.interrupt({"a-1"});
  BOOST_TEST(in.hear({listed("a-1", "busy"), listed("a-2", std::nullopt, true)}) == (texts{"a-1 busy", "a-2 -!-?"}),
             boost::test_tools::per_element());
  BOOST_TEST(in.row("a-1").team() == "Billing");
  BOOST_TEST(!in.row("a-1").since.has_value()); // a lower bound from now on
  BOOST_TEST(in.hear({listed("a-1", "busy"), listed("a-2", std::nullopt, true)}).empty());
}

BOOST_AUTO_TEST_CASE(an_answer_is_older_than_the_records_that_came_since_the_question) {
  floor_in_test in;
  in.commit({{.agent = "a-1", .current = "busy"}});
  in.ask();
  in.interrupt({"a-1"});
  // Names are news whenever they come.
  BOOST_TEST(in.answer({listed("a-1", "busy")}) == texts{"a-1 busy?"}, boost::test_tools::per_element());
  BOOST_TEST(in.row("a-1").name() == "Ada");
}

BOOST_AUTO_TEST_CASE(a_state_that_only_the_tracker_knows_waits_for_its_record) {
  floor_in_test in;
  in.commit({{.agent = "a-1", .current = "busy"}});
  in.hear({listed("a-1", "busy")});
  // Its record is numbered as 2, and not committed while two questions are answered.
  in.floor.asked(2);
  BOOST_TEST(in.answer({listed("a-1", "break")}).empty());
  BOOST_TEST(in.floor.in_doubt());
  in.floor.asked(2);
  BOOST_TEST(in.answer({listed("a-1", "break")}).empty());
  in.commit({{.agent = "a-1", .previous = "busy", .current = "break"}});
  BOOST_TEST(!in.floor.in_doubt());
  BOOST_TEST(text_of(in.row("a-1")) == "a-1 break");
}

BOOST_AUTO_TEST_CASE(a_state_that_no_record_explains_is_the_trackers_in_the_end) {
  floor_in_test in;
  in.commit({{.agent = "a-1", .current = "busy"}});
  BOOST_TEST(in.hear({listed("a-1", std::nullopt, true)}) == texts{"a-1 busy"}, boost::test_tools::per_element());
  BOOST_TEST(in.hear({listed("a-1", std::nullopt, true)}) == texts{"a-1 -!-?"}, boost::test_tools::per_element());
  BOOST_TEST(!in.floor.in_doubt());
}

BOOST_AUTO_TEST_CASE(who_is_missing_in_a_complete_answer_is_gone_and_in_another_one_stale) {
  floor_in_test in;
  in.hear({listed("a-1", "busy"), listed("a-2", "busy"), listed("a-3", "busy")});
  BOOST_TEST(in.hear({listed("a-1", "busy"), listed("a-3", "busy")}, false) == texts{"a-2 busy?"},
             boost::test_tools::per_element());
  BOOST_TEST(in.hear({listed("a-1", "busy"), listed("a-3", "busy")}) == texts{"gone a-2"},
             boost::test_tools::per_element());
  BOOST_TEST(in.floor.stale_agents() == 0u);
  in.ask();
  in.commit({{.agent = "a-3"}}); // spoken of since: the answer may be older
  BOOST_TEST(in.answer({listed("a-1", "busy")}).empty());
  BOOST_TEST(in.floor.size() == 2u);
}

BOOST_AUTO_TEST_CASE(after_records_were_passed_over_the_next_answer_is_believed) {
  floor_in_test in;
  in.hear({listed("a-1", "busy"), listed("a-2", "busy")});
  in.ask(); // under way when records are passed over: its answer may be older than those
  in.floor.skip_to(100);
  in.position.sequence = 100;
  BOOST_TEST(in.answer({listed("a-1", "break"), listed("a-2", "busy")}).empty());
  BOOST_TEST(in.hear({listed("a-1", "break"), listed("a-2", "busy")}) == texts{"a-1 break"},
             boost::test_tools::per_element());
  BOOST_TEST(in.hear({listed("a-1", "away"), listed("a-2", "busy")}).empty()); // as ever
}

BOOST_AUTO_TEST_CASE(a_row_says_at_which_sequence_it_changed) {
  floor_in_test in;
  in.commit({{.agent = "a-1"}, {.agent = "a-2"}});
  in.hear({listed("a-1", "busy"), listed("a-2", "busy")});
  for (auto& row : in.floor.rows()) BOOST_TEST(row->changed_at == 2u);
  in.commit({{.agent = "a-2"}});
  for (auto& row : in.floor.rows()) BOOST_TEST(row->changed_at == (row->key() == "a-2" ? 3u : 2u));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
