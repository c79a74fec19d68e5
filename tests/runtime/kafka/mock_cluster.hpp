// librdkafka's own cluster of brokers in memory, and a consumer that records everything in it from the beginning.
#pragma once

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace floorwalker::testing {

/// A topic is made, with four partitions, by whoever asks for it.
class mock_cluster {
public:
  explicit mock_cluster(int brokers = 3);

  std::vector<std::string> brokers() const;
  void set_down();
  void set_up();
  /// The next produce requests are answered with this error.
  void fail_produce_requests(rd_kafka_resp_err_t error, std::size_t times);
  /// Everything that asks for the topic gets this error; RD_KAFKA_RESP_ERR_NO_ERROR ends it.
  void set_topic_error(const std::string& topic, rd_kafka_resp_err_t error);
  /// Every answer of a broker takes this long.
  void set_round_trip(int milliseconds);
  /// As it was when it was made, but for topics.
  void heal();

private:
  int broker_count_;
  int round_trip_ = 0;
  bool down_ = false;
  std::unique_ptr<rd_kafka_t, void (*)(rd_kafka_t*)> handle_;
  std::unique_ptr<rd_kafka_mock_cluster_t, void (*)(rd_kafka_mock_cluster_t*)> cluster_;
};

/// The cluster of this test program: its end takes librdkafka a second.
mock_cluster& cluster();

/// A name for a topic that no other test of this program has.
std::string fresh_topic();

/// As a consumer sees it.
struct consumed {
  std::string key;
  std::string value;
  std::int32_t partition = 0;
  std::map<std::string, std::string> headers;

  std::uint64_t sequence() const { return std::stoull(headers.at("sequence")); }
};

/// Reads all partitions of a topic all the time.
class recording_consumer {
public:
  recording_consumer(const mock_cluster& cluster, const std::string& topic);
  ~recording_consumer();
  recording_consumer(const recording_consumer&) = delete;
  recording_consumer& operator=(const recording_consumer&) = delete;

  /// Waits until so many messages have been read, and gives all that were; fails the test after a long time.
  std::vector<consumed> await(std::size_t count);
  /// Waits until the last message was read that a partition has, and gives all.
  std::vector<consumed> await_end();

private:
  void run();

  std::unique_ptr<rd_kafka_t, void (*)(rd_kafka_t*)> handle_;
  std::string topic_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<consumed> messages_;
  std::vector<std::int64_t> next_offsets_;
  bool ending_ = false;
  std::thread thread_;
};

} // namespace floorwalker::testing
