// What Prometheus's client libraries tell of their process, under the names that its dashboards know.
#pragma once

#include <string>

namespace floorwalker {

/// CPU time, memory and open files, read from /proc at the moment, in Prometheus's text format.
/// What can't be read is left out. May block on the kernel for a moment.
std::string process_metrics();

} // namespace floorwalker
