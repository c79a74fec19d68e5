#include "actors/alerts/alert_rules.hpp"

#include "actors/alerts/length_in_words.hpp"
#include "messages/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace floorwalker {
namespace {

/// Fewer events say nothing about a share: one mistake among ten would be 90 %.
constexpr std::uint64_t least_events_for_a_rate = 20;

double percent(std::uint64_t part, std::uint64_t whole) {
  return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string number(double value) {
  std::string text;
  append_number(text, value, 2);
  return text;
}

constexpr std::array<std::string_view, 4> threshold_kinds{"unauthorized-transitions", "accuracy", "latency",
                                                          "gap-rate"};

} // namespace

alert_rules::alert_rules(std::string tenant, const alert_settings& settings)
    : tenant_{std::move(tenant)},
      settings_{settings},
      latency_limit_ms_{std::chrono::floor<std::chrono::milliseconds>(settings.max_latency).count()},
      window_{settings.window} {}

void alert_rules::adopt(const alert_settings& settings, utc_time at, alert_book& book) {
  if (settings.window != settings_.window) window_ = sliding_window{settings.window};
  settings_ = settings;
  latency_limit_ms_ = std::chrono::floor<std::chrono::milliseconds>(settings.max_latency).count();
  move_window(at, book);
  for (auto kind : threshold_kinds) book.set_times(kind, settings.wait_for, settings.keep_firing_for, at);
  book.set_times("sink-lag", settings.wait_for, settings.keep_firing_for, at);
  if (settings.stream_silence <= std::chrono::nanoseconds::zero()) {
    silent_ = false;
    book.ends("stream-silence", {}, at);
  }
  if (settings.max_sink_lag == 0) book.end_all("sink-lag", at);
  check(at, book);
  look_for_silence(at, book);
  look_for_lost_listeners(at, book);
}

void alert_rules::apply(const committed_batch& batch, alert_book& book) {
  const record_draft* last_rejected = nullptr;
  window_counts seen;
  for (auto& record : batch.drafts->records) {
    if (record.kind != record_kind::transition) continue;
    auto late = record.latency_ms > latency_limit_ms_;
    auto gap = (record.flags & flag_gap) != 0 && !record.was_stale;
    window_counts counts{1, record.valid ? 0u : 1u, late ? 1u : 0u, gap ? 1u : 0u};
    if (!window_.reaches(record.received_at)) move_window(record.received_at, book);
    window_.add(record.received_at, counts);
    seen += counts;
    heard_ = record.received_at;
    silent_ = false;
    if (late) worst_ms_ = std::max(worst_ms_, record.latency_ms);
    if (!record.valid) last_rejected = &record;
    check(record.received_at, book);
  }
  since_report_ += seen;
  if (last_rejected) remember_unauthorized(batch, *last_rejected);
}

void alert_rules::move_window(utc_time at, alert_book& book) {
  while (!window_.reaches(at)) check(window_.step_towards(at), book);
}

void alert_rules::check(utc_time at, alert_book& book) {
  const auto& sum = window_.sum();
  auto any = passed_[unauthorized] || passed_[accuracy] || passed_[latency] || passed_[gaps];
  if (!any && sum.unauthorized + sum.late + sum.gaps == 0) return;
  auto events = static_cast<double>(sum.events);
  auto enough = sum.events >= least_events_for_a_rate;
  set(unauthorized, sum.unauthorized > settings_.max_unverified_transitions, at, book);
  set(accuracy,
      enough && 100.0 * static_cast<double>(sum.events - sum.unauthorized) < settings_.min_accuracy_percent * events,
      at, book);
  set(latency, sum.late > 0, at, book);
  set(gaps, enough && 100.0 * static_cast<double>(sum.gaps) > settings_.max_gap_percent * events, at, book);
}

/// The book is told of changes alone: this runs for every record.
void alert_rules::set(threshold which, bool passed_now, utc_time at, alert_book& book) {
  if (std::exchange(passed_[which], passed_now) == passed_now) return;
  if (passed_now)
    book.holds(passed(which), at);
  else
    book.ends(threshold_kinds[which], {}, at);
}

void alert_rules::advance(utc_time at, alert_book& book) {
  move_window(at, book);
  book.advance(at);
  for (auto which : {unauthorized, accuracy, latency, gaps})
    if (passed_[which]) book.holds(passed(which), at); // with today's figures
  look_for_silence(at, book);
  look_for_lost_listeners(at, book);
  if (audit_failing_) heard_ = at; // nothing is committed then, whatever is received
}

void alert_rules::look_for_silence(utc_time at, alert_book& book) {
  auto limit = settings_.stream_silence;
  if (!listening_) return;
  auto silent_for = at - heard_;
  silent_ = limit > std::chrono::nanoseconds::zero() && !audit_failing_ && silent_for >= limit;
  if (!silent_) return book.ends("stream-silence", {}, at);
  book.holds({"stream-silence",
              {},
              static_cast<double>(std::chrono::floor<std::chrono::seconds>(silent_for).count()),
              fmt::format("tenant {} has received no transition for more than {} while its listeners were connected",
                          tenant_, length_in_words(limit)),
              "see at the platform whether agents are signed in; if they are, its event stream has a fault"},
             at);
}

/// Time is added up, so that a clock that is set back makes nothing shorter.
void alert_rules::look_for_lost_listeners(utc_time at, alert_book& book) {
  auto limit = settings_.listeners_lost;
  if (lost_for_) *lost_for_ += std::max(at - std::exchange(lost_at_, at), std::chrono::nanoseconds::zero());
  if (!lost_for_ || limit <= std::chrono::nanoseconds::zero() || *lost_for_ < limit)
    return book.ends("listeners-lost", {}, at);
  book.holds({"listeners-lost",
              {},
              static_cast<double>(std::chrono::floor<std::chrono::seconds>(*lost_for_).count()),
              fmt::format("tenant {} has had no listener subscribed for more than {}: none of its agents is monitored",
                          tenant_, length_in_words(limit)),
              "see in the log why connections fail, whether the platform is up, and whether it can be reached from "
              "here; listeners that have not stopped go on trying by themselves"},
             at);
}

void alert_rules::remember_unauthorized(const committed_batch& batch, const record_draft& record) {
  std::string_view text = batch.drafts->text;
  last_unauthorized_ = "agent ";
  append_json_string(last_unauthorized_, record.agent.in(text));
  last_unauthorized_ += " went from ";
  append_json_string(last_unauthorized_, record.previous.in(text));
  last_unauthorized_ += " to ";
  append_json_string(last_unauthorized_, record.current.in(text));
}

alert_condition alert_rules::passed(threshold which) const {
  auto condition = which == unauthorized ? too_many_unauthorized()
                   : which == accuracy   ? too_inaccurate()
                   : which == latency    ? too_late()
                                         : too_many_gaps();
  condition.kind = threshold_kinds[which];
  condition.wait_for = settings_.wait_for;
  condition.keep_firing_for = settings_.keep_firing_for;
  return condition;
}

alert_condition alert_rules::too_many_unauthorized() const {
  auto count = window_.sum().unauthorized;
  return {{},
          {},
          static_cast<double>(count),
          fmt::format("tenant {} had {} unauthorized transitions within {}, and {} are tolerated", tenant_, count,
                      length_in_words(settings_.window), settings_.max_unverified_transitions),
          "look up the TRANSITION_REJECTED entries of the trail; if those moves are legitimate, add them to the "
          "tenant's state-matrix"};
}

alert_condition alert_rules::too_inaccurate() const {
  auto& sum = window_.sum();
  auto valid = sum.events - sum.unauthorized;
  auto share = percent(valid, sum.events);
  return {{},
          {},
          share,
          fmt::format("tenant {} had {} authorized transitions among {} within {}: {} %, and at least {} % are wanted",
                      tenant_, valid, sum.events, length_in_words(settings_.window), number(share),
                      number(settings_.min_accuracy_percent)),
          "compare the rejected transitions with the tenant's state-matrix: either agents' software skips states or "
          "the matrix lacks moves"};
}

alert_condition alert_rules::too_late() const {
  auto& sum = window_.sum();
  auto share = percent(sum.late, sum.events);
  return {{},
          {},
          share,
          fmt::format("tenant {} received {} of {} events ({} %) within {} more than {} after they happened", tenant_,
                      sum.late, sum.events, number(share), length_in_words(settings_.window),
                      length_in_words(settings_.max_latency)),
          "check the network between the platform and this node, both clocks, and whether listeners are paused because "
          "a sink is full"};
}

alert_condition alert_rules::too_many_gaps() const {
  auto& sum = window_.sum();
  auto share = percent(sum.gaps, sum.events);
  return {{},
          {},
          share,
          fmt::format(
              "tenant {} had {} gaps that no interruption explains among {} transitions within {}: {} %, and {} % are "
              "tolerated",
              tenant_, sum.gaps, sum.events, length_in_words(settings_.window), number(share),
              number(settings_.max_gap_percent)),
          "the platform leaves out events: look up the entries with the flag gap, and whether they concern the same "
          "agents"};
}

void alert_rules::listener_stopped(std::uint32_t listener, const std::string& cause, utc_time at,
                                   alert_book& book) const {
  book.holds({"listener-stopped",
              {{"listener", std::to_string(listener)}},
              {},
              fmt::format("listener {} of tenant {} stopped and will not connect again: {}", listener, tenant_, cause),
              "its agents are not monitored; remove the cause, then restart the process"},
             at);
}

void alert_rules::listeners(const listener_counts& counts, utc_time at, alert_book& book) {
  auto listened = std::exchange(listening_, counts.active > 0);
  if (listening_ && !listened && !silent_) heard_ = at;
  auto subscribed = counts.active > 0 || counts.paused > 0;
  auto planned = subscribed || counts.reconnecting > 0 || counts.stopped > 0;
  if (!planned && std::exchange(silent_, false)) book.ends("stream-silence", {}, at);
  if (subscribed || !planned) {
    lost_for_.reset();
  } else if (!lost_for_) {
    lost_for_.emplace(0);
    lost_at_ = at;
  }
  if (counts.stopped == 0) book.end_all("listener-stopped", at);
  look_for_silence(at, book);
  look_for_lost_listeners(at, book);
}

void alert_rules::renewal(const std::string& problem, bool final, utc_time at, alert_book& book) const {
  if (problem.empty()) {
    book.ends("token-renewal", {}, at);
    book.ends("credentials", {}, at);
  } else if (final) {
    book.ends("token-renewal", {}, at); // nobody goes on trying
    book.holds(
        {"credentials",
         {},
         {},
         fmt::format("the platform rejected the credentials of tenant {} for good: {}", tenant_, problem),
         "correct the tenant's client-id, secret or scope, then reload (SIGHUP or POST /api/v1/reload): it starts "
         "again, and no other tenant is interrupted"},
        at);
  } else {
    book.holds({"token-renewal",
                {},
                {},
                fmt::format("tenant {} could not get a token: {}", tenant_, problem),
                "it is asked for again by itself; connections that stand go on until the gateway closes them"},
               at);
  }
}

void alert_rules::audit(const audit_report& report, utc_time at, alert_book& book) {
  auto failed = std::exchange(audit_failing_, !report.problem.empty());
  if (!audit_failing_) {
    if (failed) heard_ = std::max(heard_, at);
    book.ends("audit-unavailable", {}, at);
  } else if (report.damaged) {
    book.holds({"audit-damaged",
                {},
                {},
                fmt::format("the audit trail of tenant {} is damaged beyond what a crash explains: {}", tenant_,
                            report.problem),
                "the tenant is not started, and its folder is left as it is; look at it with audit verify, then "
                "bring it back from a copy or move it away"},
               at);
  } else {
    book.holds({"audit-unavailable",
                {},
                {},
                fmt::format("the audit trail of tenant {} can't be written: {}", tenant_, report.problem),
                "free or repair the disk; records wait in memory, then the platform is held back, and nothing is lost "
                "as long as the process runs"},
               at);
  }
  if (report.low_space.empty()) return book.ends("audit-space", {}, at);
  book.holds({"audit-space",
              {},
              {},
              fmt::format("the disk of the audit trail of tenant {} is nearly full: {}", tenant_, report.low_space),
              "free space, or keep less with audit.retain-days and audit.retain-bytes; when nothing is left, "
              "records wait in memory and monitoring pauses"},
             at);
}

void alert_rules::sink(const sink_progress& progress, utc_time at, alert_book& book) const {
  if (settings_.max_sink_lag == 0) return;
  alert_labels labels{{"sink", progress.sink}};
  if (progress.lag <= settings_.max_sink_lag) return book.ends("sink-lag", labels, at);
  book.holds({"sink-lag", std::move(labels), static_cast<double>(progress.lag),
              fmt::format("sink {} has still to deliver {} records, of all the tenants it serves, and {} are tolerated",
                          progress.sink, progress.lag, settings_.max_sink_lag),
              "see in its lines of the log whether its receiver refuses or is slow; nothing is lost, it goes on where "
              "it stands",
              settings_.wait_for, settings_.keep_firing_for},
             at);
}

std::string alert_rules::take_report() {
  auto counts = std::exchange(since_report_, {});
  auto worst = std::exchange(worst_ms_, 0);
  auto report = fmt::format("tenant {} had", tenant_);
  if (counts.unauthorized > 0)
    report += fmt::format(" {} unauthorized (at last, {})", counts.unauthorized, last_unauthorized_);
  if (counts.unauthorized > 0 && counts.late > 0) report += " and";
  if (counts.late > 0) report += fmt::format(" {} late (by up to {} ms)", counts.late, worst);
  report += fmt::format(" among its last {} transitions", counts.events);
  return report;
}

} // namespace floorwalker
