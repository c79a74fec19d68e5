#include "runtime/kafka/producer.hpp"

#include "messages/wire/printable_sample.hpp"
#include "runtime/network/secret_text.hpp"
#include "runtime/outlets/detached_call.hpp"

#include <spdlog/spdlog.h>
#include <syslog.h>

#include <system_error>

namespace floorwalker::kafka {
namespace {

using configuration = std::unique_ptr<rd_kafka_conf_t, void (*)(rd_kafka_conf_t*)>;

/// How long the end of a producer waits for librdkafka's threads; one of them may be looking up a name.
constexpr std::chrono::milliseconds end_limit{150};

void forget(producer_properties& properties) {
  for (auto& [name, value] : properties) wipe(value);
}

configuration configure(producer_properties& properties) {
  configuration made{rd_kafka_conf_new(), &rd_kafka_conf_destroy};
  std::array<char, 512> words{};
  for (auto& [name, value] : properties) {
    if (rd_kafka_conf_set(made.get(), name.c_str(), value.c_str(), words.data(), words.size()) == RD_KAFKA_CONF_OK)
      continue;
    auto secret = name == "sasl.password"; // its value would stand in the words
    auto said = secret ? "the password can't be used" : wire::printable_sample(words.data());
    forget(properties);
    throw producer_failure{said};
  }
  forget(properties);
  rd_kafka_conf_set_events(made.get(), RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG);
  return made;
}

rd_kafka_t* start(producer_properties& properties) {
  auto made = configure(properties);
  std::array<char, 512> words{};
  auto* handle = rd_kafka_new(RD_KAFKA_PRODUCER, made.get(), words.data(), words.size());
  if (!handle) throw producer_failure{wire::printable_sample(words.data())};
  static_cast<void>(made.release()); // it is the producer's now
  return handle;
}

/// Waits for librdkafka's threads somewhere else, should one of them hang.
void end(rd_kafka_t* handle) {
  try {
    call_detached([handle] { rd_kafka_destroy(handle); }, end_limit, nullptr);
  } catch (const std::system_error&) { // no thread to be had
    rd_kafka_destroy(handle);
  }
}

/// The index travels as the message's own pointer, which is null for none.
void* pointer_for(std::size_t index) { return reinterpret_cast<void*>(index + 1); }
std::size_t index_of(const rd_kafka_message_t& report) { return reinterpret_cast<std::size_t>(report._private) - 1; }

bool only_credentials_help(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR__AUTHENTICATION || error == RD_KAFKA_RESP_ERR__SSL ||
         error == RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED;
}

} // namespace

producer::producer(producer_properties properties, const std::string& topic, delivery_report report)
    : report_{std::move(report)},
      handle_{start(properties), &end},
      events_{rd_kafka_queue_get_main(handle_.get()), &rd_kafka_queue_destroy},
      topic_{rd_kafka_topic_new(handle_.get(), topic.c_str(), nullptr), &rd_kafka_topic_destroy} {
  rd_kafka_set_log_queue(handle_.get(), nullptr); // to the main queue, with everything else
  if (!topic_) throw producer_failure{rd_kafka_err2str(rd_kafka_last_error())};
}

producer::~producer() {
  // What waits is given up: whoever needs it sends it again. Without this librdkafka would warn of lost messages.
  rd_kafka_purge(handle_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
}

rd_kafka_resp_err_t producer::send(std::size_t index, const message& content) {
  auto* headers = rd_kafka_headers_new(content.headers.size());
  for (auto& [name, value] : content.headers)
    rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()), value.data(),
                        static_cast<ssize_t>(value.size()));
  auto* value = const_cast<char*>(content.value.data()); // copied, not changed
  auto error = rd_kafka_producev(
      handle_.get(), RD_KAFKA_V_RKT(topic_.get()), RD_KAFKA_V_KEY(content.key.data(), content.key.size()),
      RD_KAFKA_V_VALUE(value, content.value.size()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
      RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_OPAQUE(pointer_for(index)), RD_KAFKA_V_END);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) rd_kafka_headers_destroy(headers);
  if (error == RD_KAFKA_RESP_ERR__FATAL) note(error, "the producer has stopped");
  return error;
}

std::size_t producer::poll(std::chrono::milliseconds at_most) {
  std::size_t reports = 0;
  auto wait = static_cast<int>(at_most.count());
  while (auto* event = rd_kafka_queue_poll(events_.get(), wait)) {
    reports += take(event);
    rd_kafka_event_destroy(event);
    wait = 0;
  }
  return reports;
}

void producer::purge(bool in_flight) {
  rd_kafka_purge(handle_.get(), RD_KAFKA_PURGE_F_QUEUE | (in_flight ? RD_KAFKA_PURGE_F_INFLIGHT : 0));
}

void producer::forget_trouble() {
  trouble_.clear();
  locked_out_ = false;
}

std::size_t producer::take(rd_kafka_event_t* event) {
  std::size_t reports = 0;
  switch (rd_kafka_event_type(event)) {
  case RD_KAFKA_EVENT_DR:
    while (auto* report = rd_kafka_event_message_next(event)) {
      ++reports;
      report_(index_of(*report), report->err);
    }
    break;
  case RD_KAFKA_EVENT_ERROR:
    note(rd_kafka_event_error(event), rd_kafka_event_error_string(event));
    break;
  case RD_KAFKA_EVENT_LOG:
    log(event);
    break;
  default:
    break;
  }
  return reports;
}

void producer::note(rd_kafka_resp_err_t error, std::string_view text) {
  if (error == RD_KAFKA_RESP_ERR__FATAL) {
    std::array<char, 512> words{};
    rd_kafka_fatal_error(handle_.get(), words.data(), words.size());
    stopped_ = true;
    trouble_ = wire::printable_sample(words.data());
  } else if (error != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || trouble_.empty()) { // what came before says why
    trouble_ = wire::printable_sample(text);
    locked_out_ = only_credentials_help(error);
  }
}

void producer::log(rd_kafka_event_t* event) const {
  const char* facility = nullptr;
  const char* text = nullptr;
  int level = LOG_DEBUG;
  if (rd_kafka_event_log(event, &facility, &text, &level) != 0) return;
  // What it thinks of properties is for us and not for operators, who can't set them.
  auto matters = level <= LOG_WARNING && std::string_view{facility} != "CONFWARN";
  spdlog::log(matters ? spdlog::level::warn : spdlog::level::debug, "librdkafka: {}: {}", facility,
              wire::printable_sample(text));
}

} // namespace floorwalker::kafka
