#include "runtime/kafka/producer_properties.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace floorwalker::kafka {

producer_properties properties_for(const sink_settings& settings, const std::string& password, batching how) {
  auto signs_in = !settings.username.empty();
  producer_properties all{
      {"bootstrap.servers", fmt::format("{}", fmt::join(settings.brokers, ","))},
      {"client.id", "floorwalker"},
      {"log.queue", "true"}, // logs and errors come with the other events, on the outlet's thread
      {"enable.idempotence", "true"},
      {"acks", "all"},
      // A refused batch stops the producer. Without this, what follows it is sent, and the order of a key is lost.
      {"enable.gapless.guarantee", "true"},
      // Never given up inside of librdkafka: that would be the other way to lose the order.
      {"message.timeout.ms", "0"},
      {"batch.size", fmt::format("{}", how.bytes)},
      {"batch.num.messages", how.single ? "1" : "10000"},
      {"compression.codec", "lz4"},
      // A key lies in the partition where the Java client would put it.
      {"partitioner", "murmur2_random"},
      {"queue.buffering.max.messages", "100000"},
      {"queue.buffering.max.kbytes", "65536"},
      {"reconnect.backoff.max.ms", "5000"},
      // A topic that is not there is reported after this, rather than after 30 s.
      {"topic.metadata.propagation.max.ms", "3000"},
      {"socket.keepalive.enable", "true"},
      {"security.protocol",
       signs_in ? (settings.tls ? "sasl_ssl" : "sasl_plaintext") : (settings.tls ? "ssl" : "plaintext")}};
  if (settings.tls) {
    all.emplace_back("enable.ssl.certificate.verification", "true");
    all.emplace_back("ssl.endpoint.identification.algorithm", "https");
    if (!settings.ca_file.empty()) all.emplace_back("ssl.ca.location", settings.ca_file);
  }
  if (signs_in) {
    all.emplace_back("sasl.mechanism", settings.sasl_mechanism);
    all.emplace_back("sasl.username", settings.username);
    all.emplace_back("sasl.password", password);
  }
  return all;
}

} // namespace floorwalker::kafka
