// Every record stands in the table once, whatever happens to server, connection and process.
#include "tests/runtime/postgres/faulty_path.hpp"
#include "tests/runtime/postgres/postgres_fixture.hpp"

#include <future>

namespace floorwalker {
namespace {

using testing::answer_of;
using testing::database_client;
using testing::faulty_path;
using testing::postgres_fixture;
using testing::sample_trail;
using testing::server;
using testing::whole_group;

} // namespace

BOOST_FIXTURE_TEST_SUITE(exactly_once, postgres_fixture)

BOOST_AUTO_TEST_CASE(the_cursor_is_moved_with_the_records) {
  sample_trail acme{"acme", "node-1", 1, 0}, globex{"globex", "node-1", 4, 99};
  auto outlet = make_outlet();
  write(*outlet, 1, {acme.add(3).commit(), globex.add(2).commit(), acme.add(2).commit()});
  BOOST_TEST(sequences() == "1 2 3 4 5 100 101");
  BOOST_TEST(cursor() == "history acme node-1 1 5, history globex node-1 4 101");
}

BOOST_AUTO_TEST_CASE(a_commit_whose_answer_was_lost_is_not_repeated) {
  faulty_path path{server().socket()};
  settings.connection = path.host_and_port() + " dbname=postgres user=floor";
  sample_trail trail;
  auto outlet = make_outlet();
  write(*outlet, 1, {trail.add(2).commit()});
  auto group = whole_group({trail.add(3).commit()});
  path.lose_next_commit();
  // The outlet itself tries once more where a connection that it had before turns out to be gone.
  write_again(*outlet, 2, group);
  BOOST_TEST(path.has_lost_one());
  BOOST_TEST(sequences() == "1 2 3 4 5");
  write(*outlet, 3, {trail.add().commit()});
  BOOST_TEST(sequences() == "1 2 3 4 5 6");
}

BOOST_AUTO_TEST_CASE(a_commit_that_was_lost_with_the_whole_process_is_not_repeated) {
  faulty_path path{server().socket()};
  settings.connection = path.host_and_port() + " dbname=postgres user=floor";
  sample_trail trail;
  write(*make_outlet(), 1, {trail.add(2).commit()}); // so that the commit which is lost is the records'
  auto batch = trail.add(3).commit();
  path.lose_next_commit();
  auto first = make_outlet();
  auto answer = answer_of(*first, 1, whole_group({batch}));
  BOOST_TEST(answer.problem.starts_with("cannot write to PostgreSQL: "));
  BOOST_TEST(path.has_lost_one());
  first.reset();
  auto second = make_outlet();
  write(*second, 1, {batch, trail.add(2).commit()});
  BOOST_TEST(sequences() == "1 2 3 4 5 6 7");
}

BOOST_AUTO_TEST_CASE(a_process_with_an_older_cursor_adds_only_what_is_new) {
  sample_trail trail;
  auto one = trail.add(3).commit(), two = trail.add(3).commit(), three = trail.add(3).commit();
  write(*make_outlet(), 1, {one, two});
  auto outlet = make_outlet();
  write(*outlet, 1, {one});
  BOOST_TEST(cursor() == "history acme node-1 1 6");
  write(*outlet, 2, {two, three});
  BOOST_TEST(sequences() == "1 2 3 4 5 6 7 8 9");
  BOOST_TEST(cursor() == "history acme node-1 1 9");
}

BOOST_AUTO_TEST_CASE(in_a_later_epoch_the_same_sequences_are_other_records) {
  auto outlet = make_outlet();
  write(*outlet, 1, {sample_trail{"acme", "node-1", 1, 0}.add(5).commit()});
  write(*outlet, 2, {sample_trail{"acme", "node-1", 2, 3}.add(4).commit()});
  BOOST_TEST(sequences() == "1 2 3 4 5 4 5 6 7");
  BOOST_TEST(cursor() == "history acme node-1 2 7");
  // The trail read from its beginning: the first epoch's records are known.
  sample_trail again{"acme", "node-1", 1, 0};
  write(*outlet, 3, {again.add(3).commit()});
  BOOST_TEST(count() == "9");
}

BOOST_AUTO_TEST_CASE(a_trail_that_was_begun_anew_under_the_same_name_is_a_clear_problem) {
  write(*make_outlet(), 1, {sample_trail{}.add(5).commit()});
  sample_trail anew;
  anew.begin_at(testing::trail_start + std::chrono::hours{1});
  auto outlet = make_outlet();
  auto answer = answer_of(*outlet, 1, whole_group({anew.add(2).commit()}));
  BOOST_TEST(answer.problem ==
             "cannot write to PostgreSQL: table " + settings.table +
                 " holds another record as number 2 of tenant acme, node node-1, epoch 1: this "
                 "node's trail was begun anew. Give the node another name, or the sink another table");
  BOOST_TEST(count() == "5");
}

BOOST_AUTO_TEST_CASE(several_nodes_and_sinks_share_a_table) {
  write(*make_outlet(), 1, {sample_trail{"acme", "node-1"}.add(2).commit()});
  write(*make_outlet(), 1, {sample_trail{"acme", "node-2"}.add(2).commit()});
  settings.name = "other";
  auto batch = sample_trail{"acme", "node-1"}.add(3).commit();
  write(*make_outlet(), 1, {batch});
  BOOST_TEST(sequences() == "1 1 2 2 3");
  BOOST_TEST(log.with("2 records stood in table " + settings.table + " already") == 1u);
}

BOOST_AUTO_TEST_CASE(a_lost_cursor_doubles_nothing) {
  sample_trail trail;
  auto batch = trail.add(3).commit();
  write(*make_outlet(), 1, {batch});
  database_client{}.run("DELETE FROM " + settings.table + "_cursors");
  write(*make_outlet(), 1, {batch, trail.add().commit()});
  BOOST_TEST(sequences() == "1 2 3 4");
}

BOOST_AUTO_TEST_CASE(a_server_that_was_restarted_between_two_groups_is_not_noticed) {
  sample_trail trail;
  auto outlet = make_outlet();
  write(*outlet, 1, {trail.add(2).commit()});
  server().restart();
  write(*outlet, 2, {trail.add(2).commit()});
  BOOST_TEST(sequences() == "1 2 3 4");
}

BOOST_AUTO_TEST_CASE(while_the_server_is_away_there_is_a_problem_and_then_the_group_is_written) {
  sample_trail trail;
  auto outlet = make_outlet();
  write(*outlet, 1, {trail.add(2).commit()});
  auto group = whole_group({trail.add(2).commit()});
  server().stop_at_once();
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(answer_of(*outlet, 2, group)
                   .problem.starts_with("cannot write to PostgreSQL: connection to server on "
                                        "socket"));
  server().start();
  write_again(*outlet, 2, group);
  BOOST_TEST(sequences() == "1 2 3 4");
}

BOOST_AUTO_TEST_CASE(a_server_that_crashes_in_the_middle_of_writing_keeps_whole_groups_only) {
  sample_trail trail;
  auto outlet = make_outlet();
  write(*outlet, 1, {trail.add(2).commit()});
  // A lock makes the group's statement wait, so that the crash surely falls into its transaction.
  database_client blocker;
  blocker.run("BEGIN; LOCK TABLE " + settings.table + " IN SHARE ROW EXCLUSIVE MODE");
  auto group = whole_group({trail.add(3).commit()});
  std::promise<write_result> answer;
  outlet->write_then(2, group, [&](write_result result) { answer.set_value(std::move(result)); });
  database_client witness;
  while (witness.value("SELECT count(*) FROM pg_locks WHERE NOT granted") == "0") continue;
  server().restart();
  // It tries once more by itself; that may have met the server while it was away.
  if (!answer.get_future().get().problem.empty()) write_again(*outlet, 2, group);
  BOOST_TEST(sequences() == "1 2 3 4 5");
}

BOOST_AUTO_TEST_CASE(terminated_backends_lose_nothing_and_double_nothing) {
  sample_trail trail;
  auto outlet = make_outlet();
  database_client killer;
  for (std::uint64_t group = 1; group <= 20; ++group) {
    auto records = whole_group({trail.add(50).commit()});
    std::promise<write_result> answer;
    outlet->write_then(group, records, [&](write_result result) { answer.set_value(std::move(result)); });
    killer.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'floorwalker'");
    if (!answer.get_future().get().problem.empty()) write_again(*outlet, group, records);
  }
  BOOST_TEST(count() == "1000");
  BOOST_TEST(database_client{}.value("SELECT max(sequence) FROM " + settings.table) == "1000");
}

BOOST_AUTO_TEST_CASE(a_conflict_between_transactions_is_a_problem_that_passes) {
  sample_trail trail;
  auto outlet = make_outlet();
  write(*outlet, 1, {trail.add().commit()});
  database_client admin;
  auto name = testing::fresh_name();
  admin.run("CREATE SEQUENCE " + name + "_times; CREATE FUNCTION " + name +
            "() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN IF nextval('" +
            name +
            "_times') < 3 THEN RAISE 'try later' USING ERRCODE = '40001'; END IF; "
            "RETURN NEW; END $$; CREATE TRIGGER conflict BEFORE INSERT ON " +
            settings.table + " FOR EACH ROW EXECUTE FUNCTION " + name + "()");
  auto group = whole_group({trail.add().commit()});
  BOOST_TEST(answer_of(*outlet, 2, group).problem == "cannot write to PostgreSQL: try later");
  write_again(*outlet, 2, group);
  BOOST_TEST(sequences() == "1 2");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
