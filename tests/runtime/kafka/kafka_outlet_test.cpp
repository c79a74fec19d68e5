#include "runtime/kafka/kafka_outlet.hpp"

#include "tests/runtime/kafka/kafka_fixture.hpp"

#include <functional>
#include <set>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::answer_of;
using testing::batches_of;
using testing::check_complete_and_in_order;
using testing::cluster;
using testing::kafka_fixture;
using testing::recording_consumer;
using testing::sample_trail;
using testing::whole_group;

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

/// As the Java client's DefaultPartitioner hashes keys (org.apache.kafka.common.utils.Utils).
std::uint32_t murmur2(std::string_view key) {
  constexpr std::uint32_t multiplier = 0x5bd1e995;
  auto byte = [&](std::size_t at) { return static_cast<std::uint32_t>(static_cast<unsigned char>(key[at])); };
  auto hash = 0x9747b28cU ^ static_cast<std::uint32_t>(key.size());
  std::size_t at = 0;
  for (; at + 4 <= key.size(); at += 4) {
    auto block = byte(at) | byte(at + 1) << 8 | byte(at + 2) << 16 | byte(at + 3) << 24;
    block *= multiplier;
    block ^= block >> 24;
    hash = hash * multiplier ^ block * multiplier;
  }
  for (auto rest = key.size(); rest-- > at;) hash ^= byte(rest) << (8 * (rest - at));
  if (at < key.size()) hash *= multiplier;
  hash ^= hash >> 13;
  hash *= multiplier;
  return hash ^ hash >> 15;
}

double milliseconds_of(const std::function<void()>& what) {
  auto begin = std::chrono::steady_clock::now();
  what();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(messages, kafka_fixture)

BOOST_AUTO_TEST_CASE(a_record_is_its_json_line_under_its_agent_with_its_name_in_headers) {
  recording_consumer consumer{cluster(), settings.topic};
  auto batch = sample_trail{"acme", "node-7", 3, 811}.add({.agent = "a-1", .valid = false}).commit();
  auto outlet = make_outlet();
  write(*outlet, 1, {batch});
  auto messages = consumer.await(1);
  BOOST_TEST(messages[0].key == "a-1");
  BOOST_TEST(messages[0].value + "\n" == batch->lines);
  std::map<std::string, std::string> wanted{{"tenant", "acme"},
                                            {"node", "node-7"},
                                            {"epoch", "3"},
                                            {"sequence", "812"},
                                            {"auditAction", "TRANSITION_REJECTED"}};
  BOOST_TEST((messages[0].headers == wanted));
}

BOOST_AUTO_TEST_CASE(a_record_without_an_agent_has_its_tenant_as_key) {
  recording_consumer consumer{cluster(), settings.topic};
  auto outlet = make_outlet();
  write(*outlet, 1, {sample_trail{}.add_started("a-1").add_reconciled("a-1", "break", "busy").commit()});
  auto messages = consumer.await(2);
  std::map<std::string, std::string> actions;
  for (auto& each : messages) actions[each.key] = each.headers["auditAction"];
  std::map<std::string, std::string> wanted{{"acme", "MONITORING_STARTED"}, {"a-1", "STATE_RECONCILED"}};
  BOOST_TEST((actions == wanted));
}

BOOST_AUTO_TEST_CASE(a_key_stays_in_the_partition_where_the_java_client_would_put_it) {
  recording_consumer consumer{cluster(), settings.topic};
  sample_trail trail;
  auto outlet = make_outlet();
  for (int i = 0; i < 40; ++i) trail.add({.agent = "agent-" + std::to_string(i % 8)});
  write(*outlet, 1, {trail.commit()});
  BOOST_TEST(murmur2("foobar") == static_cast<std::uint32_t>(-790332482)); // from Kafka's own tests
  for (auto& each : consumer.await(40))
    BOOST_TEST(each.partition == static_cast<std::int32_t>((murmur2(each.key) & 0x7fffffffU) % 4), each.key);
}

BOOST_AUTO_TEST_CASE(only_the_selected_records_are_sent_with_the_text_of_the_delivery) {
  recording_consumer consumer{cluster(), settings.topic};
  auto batch = sample_trail{}.add(4).commit();
  delivery chosen{std::make_shared<const std::string>("{\"two\":2}\n{\"four\":4}\n"), batch, 2, {1, 3}};
  auto outlet = make_outlet();
  BOOST_TEST(answer_of(*outlet, 1, testing::shared({chosen})).problem == "");
  auto messages = consumer.await(2);
  BOOST_TEST(messages[0].value == "{\"two\":2}");
  BOOST_TEST(messages[0].sequence() == 2u);
  BOOST_TEST(messages[1].value == "{\"four\":4}");
  BOOST_TEST(messages[1].sequence() == 4u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(faults, kafka_fixture)

BOOST_AUTO_TEST_CASE(without_faults_every_record_arrives_once_and_in_order) {
  recording_consumer consumer{cluster(), settings.topic};
  sample_trail trail;
  auto outlet = make_outlet();
  for (std::uint64_t group = 1; group <= 5; ++group) write(*outlet, group, batches_of(trail, 1000));
  auto messages = consumer.await_end();
  BOOST_TEST(messages.size() == 5000u);
  check_complete_and_in_order(messages, 5000);
}

BOOST_AUTO_TEST_CASE(brokers_that_go_away_are_a_problem_and_when_they_are_back_the_rest_is_sent) {
  recording_consumer consumer{cluster(), settings.topic};
  sample_trail trail;
  auto outlet = make_outlet(200ms);
  write(*outlet, 1, batches_of(trail, 500));
  cluster().set_down();
  auto group = whole_group(batches_of(trail, 500));
  auto answer = answer_of(*outlet, 2, group);
  BOOST_TEST(answer.problem.starts_with("cannot write to Kafka: "));
  BOOST_TEST(answer.problem.find(" of 500 records have no answer after 200 ms") != std::string::npos);
  BOOST_TEST(answer_of(*outlet, 2, group).problem != "");
  cluster().set_up();
  write_again(*outlet, 2, group, 100);
  write_again(*outlet, 3, whole_group(batches_of(trail, 500)));
  check_complete_and_in_order(consumer.await_end(), 1500);
}

BOOST_AUTO_TEST_CASE(brokers_that_go_away_in_the_middle_of_a_group_cost_no_record_and_no_order) {
  recording_consumer consumer{cluster(), settings.topic};
  sample_trail trail;
  auto outlet = make_outlet(300ms);
  std::uint64_t number = 0;
  for (int i = 0; i < 4; ++i) {
    auto group = whole_group(batches_of(trail, 20'000, 2000));
    auto before = consumer.await_end().size();
    std::promise<write_result> first;
    outlet->write_then(++number, group, [&](write_result result) { first.set_value(std::move(result)); });
    consumer.await(before + 1); // the group is under way
    cluster().set_down();
    cluster().set_up();
    if (!first.get_future().get().problem.empty()) write_again(*outlet, number, group, 100);
  }
  check_complete_and_in_order(consumer.await_end(), 80'000);
}

BOOST_AUTO_TEST_CASE(requests_that_fail_are_tried_again_inside) {
  recording_consumer consumer{cluster(), settings.topic};
  sample_trail trail;
  auto outlet = make_outlet();
  write(*outlet, 1, batches_of(trail, 100));
  for (auto error : {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
                     RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS})
    cluster().fail_produce_requests(error, 2);
  write(*outlet, 2, batches_of(trail, 2000));
  check_complete_and_in_order(consumer.await_end(), 2100);
}

BOOST_AUTO_TEST_CASE(a_stopped_producer_is_replaced_and_nothing_is_lost) {
  recording_consumer consumer{cluster(), settings.topic};
  sample_trail trail;
  auto outlet = make_outlet();
  write(*outlet, 1, batches_of(trail, 100));
  cluster().fail_produce_requests(RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, 1);
  auto group = whole_group(batches_of(trail, 2000));
  auto answer = answer_of(*outlet, 2, group);
  BOOST_TEST(answer.problem.starts_with("cannot write to Kafka: Broker: Cluster authorization failed"), answer.problem);
  write_again(*outlet, 2, group);
  check_complete_and_in_order(consumer.await_end(), 2100);
}

BOOST_AUTO_TEST_CASE(a_topic_that_may_not_be_written_is_a_problem_until_it_may) {
  recording_consumer consumer{cluster(), settings.topic};
  sample_trail trail;
  auto outlet = make_outlet();
  cluster().fail_produce_requests(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, 1);
  auto group = whole_group(batches_of(trail, 100));
  BOOST_TEST(answer_of(*outlet, 1, group).problem == "cannot write to Kafka: Broker: Topic authorization failed");
  write_again(*outlet, 1, group);
  check_complete_and_in_order(consumer.await_end(), 100);
}

BOOST_AUTO_TEST_CASE(a_topic_that_is_missing_is_named_as_the_problem_and_written_when_it_is_there) {
  sample_trail trail;
  auto outlet = make_outlet();
  cluster().set_topic_error(settings.topic, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  auto group = whole_group(batches_of(trail, 100));
  BOOST_TEST(answer_of(*outlet, 1, group).problem == "cannot write to Kafka: Broker: Unknown topic or partition");
  cluster().set_topic_error(settings.topic, RD_KAFKA_RESP_ERR_NO_ERROR);
  write_again(*outlet, 1, group);
  recording_consumer consumer{cluster(), settings.topic};
  check_complete_and_in_order(consumer.await_end(), 100);
}

BOOST_AUTO_TEST_CASE(another_process_that_goes_on_from_an_older_cursor_repeats_but_loses_nothing) {
  recording_consumer consumer{cluster(), settings.topic};
  sample_trail trail;
  auto first = batches_of(trail, 300), second = batches_of(trail, 300);
  write(*make_outlet(), 1, first);
  auto outlet = make_outlet();
  auto again = first;
  again.insert(again.end(), second.begin(), second.end());
  write(*outlet, 1, again);
  auto messages = consumer.await_end();
  BOOST_TEST(messages.size() == 900u);
  check_complete_and_in_order(messages, 600);
}

BOOST_AUTO_TEST_CASE(an_outlet_that_ends_in_the_middle_of_a_group_leaves_it_to_the_next) {
  recording_consumer consumer{cluster(), settings.topic};
  sample_trail trail;
  auto outlet = make_outlet();
  auto batches = batches_of(trail, 30'000, 3000);
  outlet->write_then(1, whole_group(batches), [](const write_result&) {});
  consumer.await(1);
  outlet.reset();
  outlet = make_outlet();
  write(*outlet, 1, batches);
  check_complete_and_in_order(consumer.await_end(), 30'000);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(refused_records, kafka_fixture)

BOOST_AUTO_TEST_CASE(a_record_that_is_too_large_is_a_dead_letter_and_the_rest_is_sent) {
  recording_consumer consumer{cluster(), settings.topic};
  sample_trail trail;
  trail.add(5).add({.reason = std::string(1'100'000, 'x')}).add(5);
  auto outlet = make_outlet();
  BOOST_TEST(write(*outlet, 1, {trail.commit()}) == 1u);
  BOOST_TEST(consumer.await_end().size() == 10u);
  BOOST_TEST(lines_in(dead_letters()) == 1u);
  BOOST_TEST(dead_letters().find("\"reason\":\"Kafka refuses it: Broker: Message size too large\",\"node\":\"node-1\","
                                 "\"epoch\":1,\"record\":{\"timestamp\":\"2026-11-23T10:00:06.000Z\"") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_batch_that_is_too_large_for_the_topic_is_no_reason_to_refuse_its_records) {
  recording_consumer consumer{cluster(), settings.topic};
  sample_trail trail;
  auto outlet = make_outlet();
  write(*outlet, 1, batches_of(trail, 100));
  cluster().fail_produce_requests(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, 1);
  BOOST_TEST(write(*outlet, 2, batches_of(trail, 3000)) == 0u);
  write(*outlet, 3, batches_of(trail, 100));
  BOOST_TEST(dead_letters() == "");
  check_complete_and_in_order(consumer.await_end(), 3200);
}

BOOST_AUTO_TEST_CASE(a_record_that_a_broker_refuses_by_itself_is_a_dead_letter) {
  recording_consumer consumer{cluster(), settings.topic};
  sample_trail trail;
  auto outlet = make_outlet();
  write(*outlet, 1, {trail.add(3).commit()});
  // The batch, and then its first record alone.
  cluster().fail_produce_requests(RD_KAFKA_RESP_ERR_INVALID_RECORD, 2);
  BOOST_TEST(write(*outlet, 2, {trail.add(20).commit()}) == 1u);
  BOOST_TEST(lines_in(dead_letters()) == 1u);
  auto messages = consumer.await_end();
  std::set<std::uint64_t> sequences;
  for (auto& each : messages) sequences.insert(each.sequence());
  BOOST_TEST(sequences.size() == 22u);
  BOOST_TEST(sequences.count(4) == 0u);
}

BOOST_AUTO_TEST_CASE(without_dead_letters_the_group_waits) {
  testing::put(folder / "sinks", "in the way");
  recording_consumer consumer{cluster(), settings.topic};
  sample_trail trail;
  auto group = whole_group({trail.add(2).add({.reason = std::string(1'100'000, 'x')}).add(2).commit()});
  auto outlet = make_outlet();
  auto answer = answer_of(*outlet, 1, group);
  BOOST_TEST(answer.problem.starts_with("cannot write to Kafka: cannot make "));
  BOOST_TEST(answer.refused == 0u);
  std::filesystem::remove(folder / "sinks");
  BOOST_TEST(write_again(*outlet, 1, group) == 1u);
  BOOST_TEST(lines_in(dead_letters()) == 1u);
  BOOST_TEST(consumer.await_end().size() == 4u); // what was acknowledged is not sent again
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(ends, kafka_fixture)

BOOST_AUTO_TEST_CASE(an_outlet_ends_at_once_while_brokers_are_away) {
  cluster().set_down();
  auto outlet = make_outlet();
  outlet->write_then(1, whole_group({sample_trail{}.add(100).commit()}), [](const write_result&) {});
  BOOST_TEST(milliseconds_of([&] { outlet.reset(); }) < 300.0);
}

BOOST_AUTO_TEST_CASE(an_outlet_ends_at_once_while_brokers_are_slow) {
  cluster().set_round_trip(5000);
  auto outlet = make_outlet();
  outlet->write_then(1, whole_group({sample_trail{}.add(100).commit()}), [](const write_result&) {});
  BOOST_TEST(milliseconds_of([&] { outlet.reset(); }) < 300.0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
