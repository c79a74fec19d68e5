// What stands in the table, and how the table comes to be.
#include "tests/runtime/postgres/postgres_fixture.hpp"

#include <future>
#include <thread>

namespace floorwalker {
namespace {

using testing::answer_of;
using testing::database_client;
using testing::postgres_fixture;
using testing::sample_trail;
using testing::text_rows;

} // namespace

BOOST_FIXTURE_TEST_SUITE(table, postgres_fixture)

BOOST_AUTO_TEST_CASE(a_transition_has_all_of_its_values_in_columns_and_its_entry_as_json) {
  auto outlet = make_outlet();
  write(*outlet, 1,
        {sample_trail{"acme", "node-7", 3, 811}
             .add({.agent = "a-1", .reason = "inbound_call", .valid = false, .flags = flag_gap | flag_handover})
             .commit()});
  auto rows =
      database_client{}.rows("SELECT tenant, node, epoch, sequence, received_at AT TIME ZONE 'UTC', event_at AT "
                             "TIME ZONE 'UTC', agent_id, previous_state, current_state, reason, latency_ms, "
                             "valid, audit_action, flags, entry->>'auditAction', entry->>'timestamp' FROM " +
                             settings.table);
  text_rows wanted{{"acme", "node-7", "3", "812", "2026-11-23 10:00:01", "2026-11-23 10:00:00.667", "a-1", "available",
                    "busy", "inbound_call", "333", "f", "TRANSITION_REJECTED", "{gap,handover}", "TRANSITION_REJECTED",
                    "2026-11-23T10:00:01.000Z"}};
  BOOST_REQUIRE(rows.size() == 1u);
  BOOST_TEST(rows[0] == wanted[0], boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(other_records_have_the_values_that_they_know_and_null_for_the_rest) {
  auto outlet = make_outlet();
  write(*outlet, 1,
        {sample_trail{}
             .add_started("a-1")
             .add_reconciled("a-1", "break", "available")
             .add_reconciled("a-2", std::nullopt, "busy")
             .commit()});
  auto rows =
      database_client{}.rows("SELECT audit_action, agent_id, previous_state, current_state, reason, latency_ms, "
                             "valid, event_at, flags FROM " +
                             settings.table + " ORDER BY sequence");
  text_rows wanted{{"MONITORING_STARTED", "(null)", "(null)", "(null)", "(null)", "(null)", "(null)", "(null)", "{}"},
                   {"STATE_RECONCILED", "a-1", "break", "available", "(null)", "(null)", "(null)", "(null)", "{}"},
                   {"STATE_RECONCILED", "a-2", "(null)", "busy", "(null)", "(null)", "(null)", "(null)", "{}"}};
  BOOST_REQUIRE(rows.size() == wanted.size());
  for (std::size_t i = 0; i < rows.size(); ++i) BOOST_TEST(rows[i] == wanted[i], boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_empty_reason_is_no_absent_one) {
  auto outlet = make_outlet();
  write(*outlet, 1, {sample_trail{}.add({.reason = ""}).add().commit()});
  auto rows = database_client{}.rows("SELECT reason FROM " + settings.table + " ORDER BY sequence");
  BOOST_TEST(rows.at(0).at(0) == "");
  BOOST_TEST(rows.at(1).at(0) == "(null)");
}

BOOST_AUTO_TEST_CASE(odd_names_of_states_arrive_as_they_are) {
  const std::vector<std::string> odd{"It's \"quoted\"",
                                     "back\\slash",
                                     "{curly,array}",
                                     "tab\tand\nline",
                                     "'); DROP TABLE x; --",
                                     "Nach\u00e4rbeit \u2603 \U0001F600",
                                     "NULL",
                                     "\\N",
                                     " blanks "};
  sample_trail trail;
  for (auto& state : odd) trail.add({.previous = state, .current = state, .reason = state});
  auto outlet = make_outlet();
  BOOST_TEST(write(*outlet, 1, {trail.commit()}) == 0u);
  auto rows = database_client{}.rows("SELECT previous_state, current_state, reason, entry->>'currentState' FROM " +
                                     settings.table + " ORDER BY sequence");
  BOOST_REQUIRE(rows.size() == odd.size());
  for (std::size_t i = 0; i < odd.size(); ++i)
    for (auto& value : rows[i]) BOOST_TEST(value == odd[i]);
}

BOOST_AUTO_TEST_CASE(a_name_with_schema_and_capitals_is_meant_as_it_stands) {
  auto schema = testing::fresh_name();
  database_client{}.run("CREATE SCHEMA " + schema);
  settings.table = schema + ".Transitions";
  auto outlet = make_outlet();
  write(*outlet, 1, {sample_trail{}.add().commit()});
  BOOST_TEST(database_client{}.value("SELECT count(*) FROM " + schema + ".\"Transitions\"") == "1");
  BOOST_TEST(database_client{}.value("SELECT sequence FROM " + schema + ".\"Transitions_cursors\"") == "1");
}

BOOST_AUTO_TEST_CASE(a_schema_that_is_missing_is_a_clear_problem) {
  settings.table = "nowhere.transitions";
  auto outlet = make_outlet();
  auto answer = answer_of(*outlet, 1, testing::whole_group({sample_trail{}.add().commit()}));
  BOOST_TEST(answer.problem == "cannot write to PostgreSQL: schema \"nowhere\" does not exist");
}

BOOST_AUTO_TEST_CASE(a_table_of_somebody_else_is_left_alone) {
  database_client{}.run("CREATE TABLE " + settings.table + " (a int)");
  auto outlet = make_outlet();
  auto answer = answer_of(*outlet, 1, testing::whole_group({sample_trail{}.add().commit()}));
  BOOST_TEST(answer.problem == "cannot write to PostgreSQL: relation \"" + settings.table + "\" already exists");
}

BOOST_AUTO_TEST_CASE(a_table_that_somebody_dropped_is_a_clear_problem) {
  sample_trail trail;
  auto outlet = make_outlet();
  write(*outlet, 1, {trail.add().commit()});
  database_client{}.run("DROP TABLE " + settings.table);
  auto answer = answer_of(*outlet, 2, testing::whole_group({trail.add().commit()}));
  BOOST_TEST(answer.problem == "cannot write to PostgreSQL: relation \"" + settings.table + "\" does not exist");
}

BOOST_AUTO_TEST_CASE(tables_that_are_there_need_no_right_to_make_some) {
  write(*make_outlet(), 1, {sample_trail{}.add().commit()});
  auto user = testing::fresh_name();
  database_client admin;
  admin.run("REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE " + user + " LOGIN;" + "GRANT SELECT, INSERT ON " +
            settings.table + " TO " + user + "; GRANT SELECT, INSERT, UPDATE ON " + settings.table + "_cursors TO " +
            user + "; GRANT SELECT ON " + settings.table + "_schema TO " + user);
  settings.connection = "host=" + testing::server().folder().string() + " dbname=postgres user=" + user;
  auto outlet = make_outlet();
  write(*outlet, 1, {sample_trail{"acme", "node-1", 1, 1}.add().commit()});
  BOOST_TEST(sequences() == "1 2");
}

BOOST_AUTO_TEST_CASE(of_several_nodes_that_start_at_once_one_makes_the_tables) {
  std::vector<std::unique_ptr<postgres::postgres_outlet>> outlets;
  std::vector<std::promise<write_result>> answers(6);
  for (std::size_t i = 0; i < answers.size(); ++i) outlets.push_back(make_outlet());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    auto batch = sample_trail{"acme", "node-" + std::to_string(i)}.add().commit();
    outlets[i]->write_then(1, testing::whole_group({batch}),
                           [&answer = answers[i]](write_result result) { answer.set_value(std::move(result)); });
  }
  for (auto& answer : answers) BOOST_TEST(answer.get_future().get().problem == "");
  BOOST_TEST(count() == "6");
  BOOST_TEST(database_client{}.value("SELECT count(*) FROM " + settings.table + "_schema") == "1");
}

BOOST_AUTO_TEST_CASE(a_newer_schema_is_not_touched) {
  write(*make_outlet(), 1, {sample_trail{}.add().commit()});
  database_client{}.run("INSERT INTO " + settings.table + "_schema (version) VALUES (7)");
  auto outlet = make_outlet();
  auto answer = answer_of(*outlet, 1, testing::whole_group({sample_trail{"acme", "node-1", 1, 1}.add().commit()}));
  BOOST_TEST(answer.problem == "cannot write to PostgreSQL: table " + settings.table +
                                   " has schema version 7, which a newer Floorwalker made; this one knows versions up "
                                   "to 1");
  BOOST_TEST(sequences() == "1");
}

BOOST_AUTO_TEST_CASE(only_the_selected_records_are_stored) {
  auto batch = sample_trail{}.add(4).commit();
  delivery chosen{nullptr, batch, 2, {1, 3}};
  auto outlet = make_outlet();
  BOOST_TEST(answer_of(*outlet, 1, testing::shared({chosen})).problem == "");
  BOOST_TEST(sequences() == "2 4");
}

BOOST_AUTO_TEST_CASE(commits_are_on_the_disk_even_where_the_server_is_set_to_be_fast) {
  auto user = testing::fresh_name();
  database_client{}.run("CREATE ROLE " + user + " LOGIN SUPERUSER; ALTER ROLE " + user +
                        " SET synchronous_commit = off");
  settings.connection = "host=" + testing::server().folder().string() + " dbname=postgres user=" + user;
  write(*make_outlet(), 1, {sample_trail{}.add().commit()});
  database_client{}.run("CREATE FUNCTION " + user +
                        "() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF "
                        "current_setting('synchronous_commit') <> 'on' THEN RAISE 'not on'; END IF; RETURN NEW; END $$;"
                        "CREATE TRIGGER witness BEFORE INSERT ON " +
                        settings.table + " FOR EACH ROW EXECUTE FUNCTION " + user + "()");
  auto outlet = make_outlet();
  write(*outlet, 1, {sample_trail{"acme", "node-1", 1, 1}.add().commit()});
  BOOST_TEST(count() == "2");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
