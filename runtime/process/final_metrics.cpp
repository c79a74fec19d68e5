#include "runtime/process/final_metrics.hpp"

#include "messages/json_text.hpp"

#include <iostream>

namespace floorwalker {

std::string final_metrics_line(const std::map<std::string, system_metrics>& tenants) {
  std::string line = R"({"finalMetrics":{)";
  bool first = true;
  for (const auto& [name, metrics] : tenants) {
    if (!first) line += ',';
    first = false;
    append_json_string(line, name);
    line += ':';
    line += to_json(metrics);
  }
  line += "}}";
  return line;
}

void print_final_metrics(const std::map<std::string, system_metrics>& tenants) {
  std::cout << final_metrics_line(tenants) << std::endl;
}

} // namespace floorwalker
