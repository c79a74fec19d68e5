// The last line that a graceful stop prints.
#pragma once

#include "messages/system_metrics.hpp"

#include <map>
#include <string>

namespace floorwalker {

/// {"finalMetrics": {"<tenant>": {…}}} as one line of JSON, without newline.
std::string final_metrics_line(const std::map<std::string, system_metrics>& tenants);

/// Writes that line to stdout and flushes it.
void print_final_metrics(const std::map<std::string, system_metrics>& tenants);

} // namespace floorwalker
