#include "messages/system_metrics.hpp"

#include "messages/json_text.hpp"

#include <numeric>

namespace floorwalker {
namespace {

void append_member(std::string& out, std::string_view name, std::uint64_t value) {
  out += ",\"";
  out += name;
  out += "\":";
  append_decimal(out, value);
}

void append_latency(std::string& out, std::string_view name, std::int64_t value) {
  out += name;
  append_decimal(out, value);
}

} // namespace

std::optional<double> system_metrics::accuracy_rate() const {
  if (total_processed == 0) return std::nullopt;
  return 100.0 * static_cast<double>(valid) / static_cast<double>(total_processed);
}

std::string to_json(const system_metrics& metrics) {
  std::string out = R"({"activeAgents":)";
  append_decimal(out, metrics.active_agents);
  append_member(out, "totalProcessed", metrics.total_processed);
  out += R"(,"accuracyRate":)";
  if (auto rate = metrics.accuracy_rate())
    append_number(out, *rate, 4);
  else
    out += "null";
  append_member(out, "unverifiedTransitions", metrics.unverified_transitions);
  append_member(out, "duplicates", metrics.duplicates);
  append_member(out, "handoverCopies", metrics.handover_copies);
  append_member(out, "outOfOrder", metrics.out_of_order);
  append_member(out, "gaps", metrics.gaps);
  append_member(out, "interruptions", metrics.interruptions);
  append_member(out, "malformed", metrics.malformed);
  append_member(out, "ignored", std::accumulate(metrics.ignored.begin(), metrics.ignored.end(), std::uint64_t{0}));
  append_member(out, "alerts", metrics.alerts);
  out += R"(,"listeners":{"active":)";
  append_decimal(out, std::uint64_t{metrics.listeners.active});
  append_member(out, "reconnecting", metrics.listeners.reconnecting);
  append_member(out, "paused", metrics.listeners.paused);
  append_member(out, "stopped", metrics.listeners.stopped);
  append_latency(out, R"(},"latencyMs":{"p50":)", metrics.latency_p50_ms);
  append_latency(out, R"(,"p90":)", metrics.latency_p90_ms);
  append_latency(out, R"(,"p99":)", metrics.latency_p99_ms);
  append_latency(out, R"(,"max":)", metrics.latency_max_ms);
  out += "}}";
  return out;
}

std::string_view to_text(tenant_condition condition) {
  switch (condition) {
  case tenant_condition::starting:
    return "starting";
  case tenant_condition::running:
    return "running";
  case tenant_condition::degraded:
    return "degraded";
  case tenant_condition::audit_unavailable:
    return "audit unavailable";
  case tenant_condition::audit_damaged:
    return "audit damaged";
  case tenant_condition::failed:
    return "failed";
  case tenant_condition::stopped:
    return "stopped";
  }
  return "unknown";
}

bool is_final(tenant_condition condition) {
  return condition == tenant_condition::failed || condition == tenant_condition::audit_damaged;
}

int exit_code_of(failure_cause cause) {
  switch (cause) {
  case failure_cause::none:
    return 0;
  case failure_cause::internal:
    return 1;
  case failure_cause::configuration:
    return 2;
  case failure_cause::credentials:
    return 3;
  case failure_cause::listeners:
    return 4;
  case failure_cause::audit:
    return 5;
  }
  return 1;
}

} // namespace floorwalker
