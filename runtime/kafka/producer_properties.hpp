// With which properties a sink's Kafka producer is made. Pure: no I/O.
#pragma once

#include "messages/settings.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace floorwalker::kafka {

/// Names and values of librdkafka's properties.
using producer_properties = std::vector<std::pair<std::string, std::string>>;

/// How records are put together into the requests that a broker takes or refuses as a whole.
struct batching {
  std::size_t bytes = 1'000'000; ///< of a batch, before compression
  bool single = false;           ///< a record each, so that a refusal is about one record
};

/// A producer that neither loses nor reorders: idempotent, acknowledged by all replicas, tried again without end, and
/// stopped by the first batch that is refused, before a later one of the same key can overtake it. Its memory is
/// bounded. With a user name it signs in, by SASL over TLS; server certificates and names are verified.
producer_properties properties_for(const sink_settings& settings, const std::string& password, batching how);

} // namespace floorwalker::kafka
