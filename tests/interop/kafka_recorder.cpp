// A Kafka cluster for tests (librdkafka's mock, a real protocol on loopback) with a consumer that writes every message
// down as it comes. Prints the brokers' addresses as the first line; ends with SIGINT or SIGTERM.
//   kafka_recorder TOPIC FILE
#include "messages/json_text.hpp"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>

namespace {

std::atomic<bool> stopping{false};
static_assert(std::atomic<bool>::is_always_lock_free); // set by a signal's handler

rd_kafka_conf_t* configuration(const char* brokers) {
  auto* conf = rd_kafka_conf_new();
  char problem[256];
  auto set = [&](const char* key, const char* value) {
    if (rd_kafka_conf_set(conf, key, value, problem, sizeof problem) == RD_KAFKA_CONF_OK) return;
    std::cerr << problem << '\n';
    std::exit(1);
  };
  set("log_level", "3"); // errors: a host of a cluster is warned that it has no brokers to go to
  if (brokers) {
    set("bootstrap.servers", brokers);
    set("group.id", "recorder");
    set("auto.offset.reset", "earliest");
    set("enable.partition.eof", "false");
  }
  return conf;
}

void write_down(std::ofstream& file, const rd_kafka_message_t& message) {
  std::string line = R"({"key":)";
  floorwalker::append_json_string(line, {static_cast<const char*>(message.key), message.key_len});
  // The value is JSON already.
  line += R"(,"value":)";
  line.append(static_cast<const char*>(message.payload), message.len);
  line += "}\n";
  file << line << std::flush;
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "kafka_recorder TOPIC FILE\n";
    return 2;
  }
  std::signal(SIGINT, [](int) { stopping = true; });
  std::signal(SIGTERM, [](int) { stopping = true; });
  char problem[256];
  auto* host = rd_kafka_new(RD_KAFKA_PRODUCER, configuration(nullptr), problem, sizeof problem);
  auto* cluster = rd_kafka_mock_cluster_new(host, 3);
  rd_kafka_mock_topic_create(cluster, argv[1], 4, 3);
  auto* brokers = rd_kafka_mock_cluster_bootstraps(cluster);
  auto* consumer = rd_kafka_new(RD_KAFKA_CONSUMER, configuration(brokers), problem, sizeof problem);
  if (!consumer) {
    std::cerr << problem << '\n';
    return 1;
  }
  rd_kafka_poll_set_consumer(consumer);
  auto* topics = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(topics, argv[1], RD_KAFKA_PARTITION_UA);
  rd_kafka_subscribe(consumer, topics);
  rd_kafka_topic_partition_list_destroy(topics);
  std::ofstream file{argv[2], std::ios::binary};
  std::cout << brokers << std::endl;
  while (!stopping) {
    auto* message = rd_kafka_consumer_poll(consumer, 100);
    if (!message) continue;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
      write_down(file, *message);
    else
      std::cerr << "consumer: " << rd_kafka_message_errstr(message) << '\n';
    rd_kafka_message_destroy(message);
  }
  rd_kafka_consumer_close(consumer);
  rd_kafka_destroy(consumer);
  rd_kafka_mock_cluster_destroy(cluster);
  rd_kafka_destroy(host);
}
