// With which properties a producer is made, what it tells of a failure, and the course of a group.
#include "runtime/kafka/producer.hpp"

#include "runtime/kafka/group_course.hpp"
#include "tests/runtime/kafka/kafka_fixture.hpp"

#include <map>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using kafka::group_course;
using kafka::record_stage;
using testing::answer_of;
using testing::sample_trail;
using testing::whole_group;

std::map<std::string, std::string> properties_of(const sink_settings& settings, kafka::batching how = {}) {
  auto all = kafka::properties_for(settings, "hush", how);
  return {all.begin(), all.end()};
}

sink_settings remote() {
  sink_settings settings;
  settings.brokers = {"b1.example:9092", "b2.example:9093"};
  settings.topic = "t";
  return settings;
}

} // namespace

BOOST_AUTO_TEST_SUITE(properties)

BOOST_AUTO_TEST_CASE(a_producer_neither_loses_nor_reorders) {
  auto all = properties_of(remote());
  BOOST_TEST(all["bootstrap.servers"] == "b1.example:9092,b2.example:9093");
  BOOST_TEST(all["enable.idempotence"] == "true");
  BOOST_TEST(all["acks"] == "all");
  BOOST_TEST(all["enable.gapless.guarantee"] == "true");
  BOOST_TEST(all["message.timeout.ms"] == "0");
}

BOOST_AUTO_TEST_CASE(server_certificates_and_names_are_verified) {
  auto settings = remote();
  auto all = properties_of(settings);
  BOOST_TEST(all["security.protocol"] == "ssl");
  BOOST_TEST(all["enable.ssl.certificate.verification"] == "true");
  BOOST_TEST(all["ssl.endpoint.identification.algorithm"] == "https");
  BOOST_TEST(all.count("ssl.ca.location") == 0u);
  BOOST_TEST(all.count("sasl.password") == 0u);
  settings.ca_file = "/ca.pem";
  BOOST_TEST(properties_of(settings)["ssl.ca.location"] == "/ca.pem");
}

BOOST_AUTO_TEST_CASE(a_user_name_means_signing_in) {
  auto settings = remote();
  settings.username = "floorwalker";
  auto all = properties_of(settings);
  BOOST_TEST(all["security.protocol"] == "sasl_ssl");
  BOOST_TEST(all["sasl.mechanism"] == "SCRAM-SHA-512");
  BOOST_TEST(all["sasl.username"] == "floorwalker");
  BOOST_TEST(all["sasl.password"] == "hush");
  settings.sasl_mechanism = "PLAIN";
  settings.tls = false;
  all = properties_of(settings);
  BOOST_TEST(all["sasl.mechanism"] == "PLAIN");
  BOOST_TEST(all["security.protocol"] == "sasl_plaintext");
}

BOOST_AUTO_TEST_CASE(what_librdkafka_does_not_take_is_told_without_the_password) {
  auto ignore = [](std::size_t, rd_kafka_resp_err_t) {};
  auto message_of = [&](kafka::producer_properties all) -> std::string {
    try {
      kafka::producer{std::move(all), "t", ignore};
    } catch (const kafka::producer_failure& failure) {
      return failure.what();
    }
    return "none";
  };
  auto settings = remote();
  settings.ca_file = "/nowhere/ca.pem";
  auto told = message_of(kafka::properties_for(settings, "hush", {}));
  BOOST_TEST(told.find("ssl.ca.location") != std::string::npos, told);
  settings.ca_file.clear();
  settings.username = "u";
  settings.sasl_mechanism = "NONE-SUCH";
  told = message_of(kafka::properties_for(settings, "hush", {}));
  BOOST_TEST(told.find("NONE-SUCH") != std::string::npos, told);
  BOOST_TEST(told.find("hush") == std::string::npos, told);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(course_of_a_group)

BOOST_AUTO_TEST_CASE(what_is_settled_stays_so_when_the_group_is_given_again) {
  group_course course;
  course.enter(1, 3);
  BOOST_TEST(course.count(record_stage::waiting) == 3u);
  course.move(0, record_stage::sent);
  course.move(0, record_stage::settled);
  course.move(1, record_stage::sent);
  course.enter(1, 3);
  BOOST_TEST((course.stage(0) == record_stage::settled));
  BOOST_TEST((course.stage(1) == record_stage::sent));
  course.take_back_sent();
  BOOST_TEST((course.stage(1) == record_stage::waiting));
  BOOST_TEST(course.count(record_stage::waiting) == 2u);
  BOOST_TEST(!course.complete());
  course.enter(2, 1);
  BOOST_TEST(course.count(record_stage::waiting) == 1u);
}

BOOST_AUTO_TEST_CASE(a_group_is_complete_when_everything_is_settled) {
  group_course course;
  course.enter(1, 2);
  course.move(0, record_stage::settled);
  course.move(1, record_stage::refused);
  BOOST_TEST(!course.complete());
  course.move(1, record_stage::settled);
  BOOST_TEST(course.complete());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(signing_in, testing::kafka_fixture)

BOOST_AUTO_TEST_CASE(a_password_that_is_missing_is_a_problem_that_names_its_place) {
  settings.username = "floorwalker";
  settings.secret_file = folder / "password";
  auto answer = answer_of(*make_outlet(), 1, whole_group({sample_trail{}.add().commit()}));
  BOOST_TEST(answer.problem ==
             "cannot write to Kafka: password-file \"" + settings.secret_file + "\": No such file or directory");
}

BOOST_AUTO_TEST_CASE(a_broker_that_does_not_speak_tls_is_told_and_the_password_is_not) {
  settings.tls = true;
  settings.username = "floorwalker";
  settings.secret_file = folder / "password";
  testing::put(settings.secret_file, "hush-hush\n");
  auto outlet = make_outlet(1s);
  auto answer = answer_of(*outlet, 1, whole_group({sample_trail{}.add().commit()}));
  BOOST_TEST(answer.problem.find("1 of 1 records have no answer after 1000 ms: ") != std::string::npos, answer.problem);
  BOOST_TEST(answer.problem.find("SSL") != std::string::npos, answer.problem);
  BOOST_TEST(answer.problem.find("hush") == std::string::npos);
  outlet.reset();
  BOOST_TEST(log.with("hush") == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
