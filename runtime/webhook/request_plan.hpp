// Which requests carry a group of deliveries. Pure: no I/O.
#pragma once

#include "actors/sinks/outlet.hpp"
#include "runtime/webhook/signature.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// The bounds of one request. A record that is larger than `bytes` goes alone.
struct request_bounds {
  std::size_t records = 500;
  std::size_t bytes = std::size_t{1} << 20; ///< of the records' text
};

/// The records of one request, all of one tenant. Views reach into the group.
struct planned_request {
  record_range range;
  std::vector<std::string_view> records; ///< JSON objects
};

/// The requests for `group`, to be sent one after the other. A tenant's records keep their order; tenants are told
/// apart, so that many small deliveries of several tenants become few requests. The same group gives the same plan.
/// Each delivery must have its batch and text.
std::vector<planned_request> plan_requests(const delivery_group& group, const request_bounds& bounds);

/// The request's body, JSON: {"tenantId", "node", "epoch", "firstSequence", "lastSequence", "records"}.
std::string body_of(const planned_request& request);

} // namespace floorwalker
