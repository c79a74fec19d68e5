#include "runtime/network/platform_event_stream.hpp"

#include <utility>

namespace floorwalker {

platform_event_stream::platform_event_stream(network_threads& threads, const wall_clock& clock,
                                             platform_access_ptr access, const tenant_settings& tenant)
    : threads_(threads),
      clock_(clock),
      settings_{.tenant = tenant.name,
                .access = std::move(access),
                .max_frame = tenant.limits.max_frame,
                .compression = tenant.compression} {}

event_stream_connection_ptr platform_event_stream::connect(stream_request request, socket_actor socket,
                                                           tracker_actor tracker) {
  return start_stream_session(threads_.context(), settings_, clock_, std::move(request), std::move(socket),
                              std::move(tracker));
}

} // namespace floorwalker
