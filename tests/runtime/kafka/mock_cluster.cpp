#include "tests/runtime/kafka/mock_cluster.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <initializer_list>
#include <stdexcept>
#include <utility>

namespace floorwalker::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::int16_t produce = 0; // of Kafka's protocol
constexpr int partitions = 4;       // of a topic that nobody has made before

/// Longer than any of these tests may take.
constexpr auto endless = 60s;

rd_kafka_t* make_handle(rd_kafka_type_t type, std::initializer_list<std::pair<const char*, std::string>> properties) {
  auto* made = rd_kafka_conf_new();
  std::array<char, 512> words{};
  for (auto& [name, value] : properties)
    if (rd_kafka_conf_set(made, name, value.c_str(), words.data(), words.size()) != RD_KAFKA_CONF_OK)
      throw std::runtime_error{words.data()};
  rd_kafka_conf_set_log_cb(made, [](const rd_kafka_t*, int, const char*, const char*) {});
  auto* handle = rd_kafka_new(type, made, words.data(), words.size());
  if (!handle) throw std::runtime_error{words.data()};
  return handle;
}

rd_kafka_t* make_consumer(const mock_cluster& cluster) {
  return make_handle(RD_KAFKA_CONSUMER, {{"bootstrap.servers", fmt::format("{}", fmt::join(cluster.brokers(), ","))},
                                         {"group.id", "recording"},
                                         {"enable.auto.commit", "false"},
                                         {"auto.offset.reset", "earliest"},
                                         {"allow.auto.create.topics", "true"},
                                         {"fetch.wait.max.ms", "10"},
                                         {"reconnect.backoff.max.ms", "200"}});
}

consumed content_of_message(const rd_kafka_message_t& message) {
  consumed read{{static_cast<const char*>(message.key), message.key_len},
                {static_cast<const char*>(message.payload), message.len},
                message.partition,
                {}};
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return read;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
    read.headers[name] = std::string{static_cast<const char*>(value), size};
  return read;
}

/// Calls `change` for each broker. One after the other would take seconds: a cluster that has nothing else to do misses
/// the second call of two, and finds it when it looks around once a second.
template <class Change>
void for_each_broker(int count, Change change) {
  std::vector<std::jthread> threads;
  for (int i = 1; i <= count; ++i) threads.emplace_back([i, change] { change(i); });
}

} // namespace

mock_cluster::mock_cluster(int brokers)
    : broker_count_{brokers},
      handle_{make_handle(RD_KAFKA_PRODUCER, {}), &rd_kafka_destroy},
      cluster_{rd_kafka_mock_cluster_new(handle_.get(), brokers), &rd_kafka_mock_cluster_destroy} {
  if (!cluster_) throw std::runtime_error{"no mock cluster"};
}

std::vector<std::string> mock_cluster::brokers() const {
  std::vector<std::string> all;
  std::string text = rd_kafka_mock_cluster_bootstraps(cluster_.get());
  for (std::size_t begin = 0; begin < text.size();) {
    auto end = std::min(text.find(',', begin), text.size());
    all.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return all;
}

void mock_cluster::set_down() {
  down_ = true;
  for_each_broker(broker_count_, [this](int broker) { rd_kafka_mock_broker_set_down(cluster_.get(), broker); });
}

void mock_cluster::set_up() {
  down_ = false;
  for_each_broker(broker_count_, [this](int broker) { rd_kafka_mock_broker_set_up(cluster_.get(), broker); });
}

void mock_cluster::fail_produce_requests(rd_kafka_resp_err_t error, std::size_t times) {
  std::vector<rd_kafka_resp_err_t> errors(times, error);
  rd_kafka_mock_push_request_errors_array(cluster_.get(), produce, errors.size(), errors.data());
}

void mock_cluster::set_topic_error(const std::string& topic, rd_kafka_resp_err_t error) {
  rd_kafka_mock_topic_set_error(cluster_.get(), topic.c_str(), error);
}

void mock_cluster::set_round_trip(int milliseconds) {
  round_trip_ = milliseconds;
  for_each_broker(broker_count_,
                  [&](int broker) { rd_kafka_mock_broker_set_rtt(cluster_.get(), broker, milliseconds); });
}

void mock_cluster::heal() {
  rd_kafka_mock_clear_request_errors(cluster_.get(), produce);
  if (round_trip_ != 0) set_round_trip(0);
  if (down_) set_up();
}

mock_cluster& cluster() {
  static mock_cluster only;
  return only;
}

std::string fresh_topic() {
  static int count = 0;
  return fmt::format("agent-states-{}", ++count);
}

recording_consumer::recording_consumer(const mock_cluster& cluster, const std::string& topic)
    : handle_{make_consumer(cluster), &rd_kafka_destroy},
      topic_{topic},
      next_offsets_(static_cast<std::size_t>(partitions)) {
  auto* all = rd_kafka_topic_partition_list_new(partitions);
  for (int i = 0; i < partitions; ++i) rd_kafka_topic_partition_list_add(all, topic.c_str(), i)->offset = 0;
  rd_kafka_assign(handle_.get(), all);
  rd_kafka_topic_partition_list_destroy(all);
  thread_ = std::thread{[this] { run(); }};
}

recording_consumer::~recording_consumer() {
  {
    std::lock_guard lock{mutex_};
    ending_ = true;
  }
  thread_.join();
  // That takes librdkafka a second or two, for which no test has to wait.
  static std::vector<std::jthread> farewells;
  farewells.emplace_back(
      [handle = handle_.release()] { rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE); });
}

void recording_consumer::run() {
  for (;;) {
    std::unique_ptr<rd_kafka_message_t, void (*)(rd_kafka_message_t*)> next{rd_kafka_consumer_poll(handle_.get(), 20),
                                                                            &rd_kafka_message_destroy};
    std::lock_guard lock{mutex_};
    if (ending_) return;
    if (!next || next->err != RD_KAFKA_RESP_ERR_NO_ERROR) continue; // brokers that are down come back
    messages_.push_back(content_of_message(*next));
    next_offsets_[static_cast<std::size_t>(next->partition)] = next->offset + 1;
    changed_.notify_all();
  }
}

std::vector<consumed> recording_consumer::await(std::size_t count) {
  std::unique_lock lock{mutex_};
  auto enough = changed_.wait_for(lock, endless, [&] { return messages_.size() >= count; });
  BOOST_REQUIRE_MESSAGE(enough, messages_.size() << " messages instead of " << count);
  return messages_;
}

std::vector<consumed> recording_consumer::await_end() {
  std::vector<std::int64_t> ends;
  for (int i = 0; i < partitions; ++i) {
    std::int64_t low = 0, high = 0;
    BOOST_REQUIRE(rd_kafka_query_watermark_offsets(handle_.get(), topic_.c_str(), i, &low, &high, 30'000) ==
                  RD_KAFKA_RESP_ERR_NO_ERROR);
    ends.push_back(high);
  }
  std::unique_lock lock{mutex_};
  BOOST_REQUIRE(changed_.wait_for(lock, endless, [&] {
    for (std::size_t i = 0; i < ends.size(); ++i)
      if (next_offsets_[i] < ends[i]) return false;
    return true;
  }));
  return messages_;
}

} // namespace floorwalker::testing
