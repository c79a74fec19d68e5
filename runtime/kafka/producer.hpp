// One producer of librdkafka: hands records over, and hears what becomes of them.
#pragma once

#include "runtime/kafka/producer_properties.hpp"

#include <librdkafka/rdkafka.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace floorwalker::kafka {

/// A record for a topic.
struct message {
  std::string_view key;
  std::string_view value;
  std::array<std::pair<std::string_view, std::string_view>, 5> headers; ///< name and value
};

/// The producer can't be made, or is of no more use.
class producer_failure : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What becomes of the record that was sent with `index`.
using delivery_report = std::function<void(std::size_t index, rd_kafka_resp_err_t error)>;

/// Connects by itself and for as long as it lives. Everything it has to say is said during a call of poll, on the
/// caller's thread. Its end takes no longer than 150 ms, whatever the brokers do. For one thread.
class producer {
public:
  /// Throws producer_failure, which names no password. `properties` are wiped.
  producer(producer_properties properties, const std::string& topic, delivery_report report);
  ~producer();
  producer(const producer&) = delete;
  producer& operator=(const producer&) = delete;

  /// Takes a copy of the message. RD_KAFKA_RESP_ERR__QUEUE_FULL: not now. Other errors are about this message or, with
  /// RD_KAFKA_RESP_ERR__FATAL, about the producer.
  rd_kafka_resp_err_t send(std::size_t index, const message& content);

  /// Waits for something to happen, and reports everything that has happened. Gives the number of delivery reports.
  std::size_t poll(std::chrono::milliseconds at_most);

  /// Messages without a report yet are reported as purged by the next polls: those that were not sent, and with
  /// `in_flight` those too of which nobody knows whether they arrived.
  void purge(bool in_flight);

  /// It sends nothing more: a batch was refused, or the brokers have fenced it off.
  bool stopped() const { return stopped_; }

  /// The last thing that went wrong since `forget_trouble`; empty: nothing.
  const std::string& trouble() const { return trouble_; }
  /// The last trouble was one that only new credentials or trust anchors can end.
  bool locked_out() const { return locked_out_; }
  void forget_trouble();

private:
  std::size_t take(rd_kafka_event_t* event);
  void note(rd_kafka_resp_err_t error, std::string_view text);
  void log(rd_kafka_event_t* event) const;

  delivery_report report_;
  std::unique_ptr<rd_kafka_t, void (*)(rd_kafka_t*)> handle_;
  std::unique_ptr<rd_kafka_queue_t, void (*)(rd_kafka_queue_t*)> events_;
  std::unique_ptr<rd_kafka_topic_t, void (*)(rd_kafka_topic_t*)> topic_;
  std::string trouble_;
  bool locked_out_ = false;
  bool stopped_ = false;
};

} // namespace floorwalker::kafka
