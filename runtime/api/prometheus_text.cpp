#include "runtime/api/prometheus_text.hpp"

#include "messages/json_text.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <map>
#include <numeric>
#include <string_view>
#include <utility>

namespace floorwalker {
namespace {

constexpr int decimals = 6;
constexpr std::array<tenant_condition, 7> tenant_conditions{
    tenant_condition::starting,      tenant_condition::running,
    tenant_condition::degraded,      tenant_condition::audit_unavailable,
    tenant_condition::audit_damaged, tenant_condition::failed,
    tenant_condition::stopped};

/// One label's value: backslash, quotation mark and line end are escaped.
void append_label_value(std::string& out, std::string_view value) {
  out += '"';
  for (auto c : value) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  out += '"';
}

using labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

class exposition {
public:
  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text += "# HELP ";
    text += name;
    text += ' ';
    text += help;
    text += "\n# TYPE ";
    text += name;
    text += ' ';
    text += type;
    text += '\n';
  }

  void sample(labels of, std::uint64_t value, std::string_view suffix = {}) {
    begin(of, suffix);
    append_decimal(text, value);
    text += '\n';
  }
  void sample(labels of, double value, std::string_view suffix = {}) {
    begin(of, suffix);
    append_number(text, value, decimals);
    text += '\n';
  }

  std::string text;

private:
  void begin(labels of, std::string_view suffix) {
    text += name_;
    text += suffix;
    auto mark = '{';
    for (const auto& [name, value] : of) {
      text += std::exchange(mark, ',');
      text += name;
      text += '=';
      append_label_value(text, value);
    }
    if (mark == ',') text += '}';
    text += ' ';
  }

  std::string_view name_;
};

double seconds(double milliseconds) { return milliseconds / 1000; }

const system_metrics& metrics_of(const tenant_board& board) {
  static const system_metrics none;
  return board.figures() ? board.figures()->metrics : none;
}

/// Buckets as Prometheus wants them: each counts also what lies below it.
template <class Bounds, class Counts>
void append_histogram(exposition& out, const std::string& tenant, const Bounds& bounds, double bounds_in_a_second,
                      const Counts& counts, std::uint64_t sum) {
  std::uint64_t below = 0;
  auto sample = [&](std::string_view bound, std::uint64_t value) {
    if (tenant.empty())
      out.sample({{"le", bound}}, value, "_bucket");
    else
      out.sample({{"tenant", tenant}, {"le", bound}}, value, "_bucket");
  };
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    std::string bound;
    append_number(bound, static_cast<double>(bounds[i]) / bounds_in_a_second, decimals);
    sample(bound, below += counts[i]);
  }
  sample("+Inf", below += counts.back());
  auto of = [&](auto value, std::string_view suffix) {
    if (tenant.empty())
      out.sample({}, value, suffix);
    else
      out.sample({{"tenant", tenant}}, value, suffix);
  };
  of(static_cast<double>(sum) / bounds_in_a_second, "_sum");
  of(below, "_count");
}

void append_latencies(exposition& out, const tenant_board& board) {
  const auto& latencies = board.latencies();
  append_histogram(out, board.name(), latency_buckets::bounds, 1e3, latencies.counts, latencies.sum_ms);
}

/// States that the matrix does not have share a label, so that nobody outside can make up new ones.
void append_agents(exposition& out, const tenant_board& board) {
  std::map<std::string_view, std::uint64_t> counts;
  for (const auto& state : board.states()) counts[state] = 0;
  counts["other"] += 0;
  board.visit({}, [&](const live_row& row) {
    if (!row.status.state) return true;
    auto known = counts.find(*row.status.state);
    ++(known == counts.end() ? counts["other"] : known->second);
    return true;
  });
  for (const auto& [state, count] : counts) out.sample({{"tenant", board.name()}, {"state", state}}, count);
}

void append_sinks(exposition& out, const std::vector<sink_progress>& sinks) {
  out.family("floorwalker_sink_lag_records", "gauge", "Records committed and not yet delivered by the sink.");
  for (const auto& sink : sinks) out.sample({{"sink", sink.sink}}, sink.lag);
  out.family("floorwalker_sink_delivered_total", "counter",
             "Records by what became of them, and attempts that failed.");
  for (const auto& sink : sinks) {
    out.sample({{"sink", sink.sink}, {"result", "delivered"}}, sink.delivered);
    out.sample({{"sink", sink.sink}, {"result", "refused"}}, sink.refused);
    out.sample({{"sink", sink.sink}, {"result", "failed"}}, sink.failed);
  }
}

void append_receivers(exposition& out, const std::vector<receiver_figures>& receivers) {
  out.family("floorwalker_alert_notifications_total", "counter",
             "Alerts told to a receiver, by what became of them, and attempts that failed.");
  for (const auto& one : receivers) {
    out.sample({{"receiver", one.receiver}, {"result", "delivered"}}, one.delivered);
    out.sample({{"receiver", one.receiver}, {"result", "refused"}}, one.refused);
    out.sample({{"receiver", one.receiver}, {"result", "failed"}}, one.failed);
    out.sample({{"receiver", one.receiver}, {"result", "dropped"}}, one.dropped);
  }
}

} // namespace

std::string prometheus_text(const board_list& boards, const std::vector<sink_progress>& sinks,
                            const std::optional<sync_times::reading>& syncs,
                            const std::vector<receiver_figures>& receivers) {
  exposition out;
  auto family = [&](std::string_view name, std::string_view type, std::string_view help, auto each) {
    out.family(name, type, help);
    for (const auto* board : boards) each(*board, metrics_of(*board));
  };
  family("floorwalker_events_total", "counter", "Events received, by what they were.",
         [&](const tenant_board& of, const system_metrics& m) {
           auto ignored = std::accumulate(m.ignored.begin(), m.ignored.end(), std::uint64_t{0});
           out.sample({{"tenant", of.name()}, {"result", "authorized"}}, m.valid);
           out.sample({{"tenant", of.name()}, {"result", "unauthorized"}}, m.unverified_transitions);
           out.sample({{"tenant", of.name()}, {"result", "duplicate"}}, m.duplicates);
           out.sample({{"tenant", of.name()}, {"result", "malformed"}}, m.malformed);
           out.sample({{"tenant", of.name()}, {"result", "ignored"}}, ignored);
         });
  family("floorwalker_event_latency_seconds", "histogram", "From the event's own time to its receipt.",
         [&](const tenant_board& of, const system_metrics&) { append_latencies(out, of); });
  family("floorwalker_accuracy_ratio", "gauge", "Authorized transitions of all, since the start.",
         [&](const tenant_board& of, const system_metrics& m) {
           if (auto rate = m.accuracy_rate()) out.sample({{"tenant", of.name()}}, *rate / 100);
         });
  family("floorwalker_agents", "gauge", "Agents by their last verified state.",
         [&](const tenant_board& of, const system_metrics&) { append_agents(out, of); });
  family("floorwalker_stale_agents", "gauge", "Agents whose row may be out of date.",
         [&](const tenant_board& of, const system_metrics&) {
           out.sample({{"tenant", of.name()}}, of.figures() ? of.figures()->stale_agents : 0);
         });
  family("floorwalker_tenant_condition", "gauge", "1 for the condition that the tenant is in.",
         [&](const tenant_board& of, const system_metrics&) {
           for (auto condition : tenant_conditions)
             out.sample({{"tenant", of.name()}, {"condition", to_text(condition)}},
                        std::uint64_t{of.condition().condition == condition ? 1U : 0U});
         });
  family("floorwalker_listeners", "gauge", "Listeners by condition.",
         [&](const tenant_board& of, const system_metrics& m) {
           out.sample({{"tenant", of.name()}, {"condition", "active"}}, std::uint64_t{m.listeners.active});
           out.sample({{"tenant", of.name()}, {"condition", "reconnecting"}}, std::uint64_t{m.listeners.reconnecting});
           out.sample({{"tenant", of.name()}, {"condition", "paused"}}, std::uint64_t{m.listeners.paused});
           out.sample({{"tenant", of.name()}, {"condition", "stopped"}}, std::uint64_t{m.listeners.stopped});
         });
  family("floorwalker_reconnects_total", "counter", "Connections that were lost, by close code.",
         [&](const tenant_board& of, const system_metrics&) {
           for (const auto& [code, count] : of.lost_connections())
             out.sample({{"tenant", of.name()}, {"code", code == 0 ? "other" : std::to_string(code)}}, count);
         });
  family("floorwalker_token_renewals_total", "counter", "Token requests by their end.",
         [&](const tenant_board& of, const system_metrics&) {
           out.sample({{"tenant", of.name()}, {"result", "granted"}}, of.renewals(true));
           out.sample({{"tenant", of.name()}, {"result", "failed"}}, of.renewals(false));
         });
  family("floorwalker_alerts_firing", "gauge", "Alerts that fire and are not silenced.",
         [&](const tenant_board& of, const system_metrics&) {
           auto firing = std::ranges::count_if(
               of.alerts(), [](const auto& each) { return each.state == alert_state::firing && !each.silenced; });
           out.sample({{"tenant", of.name()}}, static_cast<std::uint64_t>(firing));
         });
  family("floorwalker_audit_records_total", "counter", "Records committed to the audit trail, since its beginning.",
         [&](const tenant_board& of, const system_metrics&) {
           out.sample({{"tenant", of.name()}}, of.sequence());
         });
  family("floorwalker_gaps_total", "counter", "Events whose previous state was not the known one.",
         [&](const tenant_board& of, const system_metrics& m) {
           out.sample({{"tenant", of.name()}}, m.gaps);
         });
  family("floorwalker_clock_skew_seconds", "gauge", "The most that the platform's clock was ahead in the last minute.",
         [&](const tenant_board& of, const system_metrics&) {
           out.sample({{"tenant", of.name()}}, seconds(static_cast<double>(of.skew_ms())));
         });
  if (syncs) {
    out.family("floorwalker_audit_sync_seconds", "histogram", "One synchronisation of the audit trail's data.");
    append_histogram(out, {}, sync_times::bounds_us, 1e6, syncs->counts, syncs->sum_us);
  }
  append_sinks(out, sinks);
  append_receivers(out, receivers);
  return std::move(out.text);
}

} // namespace floorwalker
