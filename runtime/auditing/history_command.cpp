#include "runtime/auditing/history_command.hpp"

#include "messages/figures.hpp"
#include "messages/json_text.hpp"
#include "messages/wire/printable_sample.hpp"
#include "messages/wire/timestamp.hpp"
#include "messages/wire/users_listing.hpp"
#include "runtime/auditing/key_files.hpp"
#include "runtime/auditing/progress_bar.hpp"
#include "runtime/auditing/scan_end.hpp"
#include "runtime/auditing/shown_time.hpp"

#include <fmt/format.h>

#include <iterator>
#include <ostream>
#include <utility>

namespace floorwalker {
namespace {

std::string safe(std::string_view text) { return wire::printable_sample(text); }

constexpr std::string_view red = "\x1b[31m", yellow = "\x1b[33m", dim = "\x1b[2m", plain = "\x1b[0m";

/// Puts a text in colour; what is said does not depend on it.
struct painter {
  bool on = false;
  std::string operator()(std::string_view colour, std::string_view text) const {
    return on ? fmt::format("{}{}{}", colour, text, plain) : std::string{text};
  }
};

std::string time_in_words(const timeline_row& row) {
  if (!row.time_in_it) return {};
  return fmt::format("{}{} in {}", row.time_is_sure ? "" : "at most ", duration_in_words(*row.time_in_it),
                     safe(row.was_in));
}

std::string transition_in_words(const timeline_row& row, const painter& paint) {
  std::string out = fmt::format("{} → {}", safe(row.previous), safe(row.current));
  if (row.reason) out += fmt::format("  {}", paint(dim, safe(*row.reason)));
  out += fmt::format("  {}", paint(dim, fmt::format("{} ms", row.latency_ms)));
  if (auto time = time_in_words(row); !time.empty()) out += "  " + time;
  if (!row.valid) out += "  " + paint(red, "NOT AUTHORIZED");
  if (row.flags & flag_gap)
    out += "  " + paint(yellow, fmt::format("GAP: {} was known before, so a change is missing",
                                            row.was_in.empty() ? "nothing" : safe(row.was_in)));
  if (row.flags & flag_out_of_order) out += "  " + paint(yellow, "OUT OF ORDER: came late and moved nothing");
  if (row.flags & flag_handover) out += "  (held back in a hand-over)";
  return out;
}

std::string interruption_in_words(const timeline_row& row, bool in_utc) {
  auto out = fmt::format("monitoring interrupted: {}", safe(row.cause));
  if (row.close_code)
    out += fmt::format(" ({}{}{})", *row.close_code, row.close_reason.empty() ? "" : " ", safe(row.close_reason));
  if (row.nothing_after)
    out += fmt::format("; what happened after {} may be missing", show_time(*row.nothing_after, in_utc).time);
  return out;
}

} // namespace

std::string to_words(const timeline_row& row, bool in_utc, bool in_colour) {
  painter paint{in_colour};
  auto time = show_time(row.at, in_utc).time + "  ";
  switch (row.kind) {
  case record_kind::transition:
    return time + transition_in_words(row, paint);
  case record_kind::state_reconciled: {
    auto out = fmt::format("{}reconciled: the platform lists {}, {} was known", time, safe(row.current),
                           row.previous.empty() ? "nothing" : safe(row.previous));
    if (auto words = time_in_words(row); !words.empty()) out += "  " + words;
    return out;
  }
  case record_kind::monitoring_started:
    return time + paint(yellow, fmt::format("monitoring begins ({})", safe(row.cause)));
  case record_kind::monitoring_interrupted:
    return time + paint(yellow, interruption_in_words(row, in_utc));
  case record_kind::configuration_changed:
    return time + "configuration changed";
  case record_kind::checkpoint_signed:
    return time + "checkpoint signed";
  }
  return time;
}

std::string to_json(const timeline_row& row) {
  std::string out;
  auto append_text = [&out](std::string_view name, std::string_view text) {
    fmt::format_to(std::back_inserter(out), R"(,"{}":)", name);
    append_json_string(out, text);
  };
  fmt::format_to(std::back_inserter(out), R"({{"sequence":{})", row.sequence);
  append_text("at", wire::to_text(row.at));
  append_text("receivedAt", wire::to_text(row.received_at));
  switch (row.kind) {
  case record_kind::transition: {
    append_text("kind", "transition");
    append_text("previousState", row.previous);
    append_text("currentState", row.current);
    out += R"(,"reasonCode":)";
    append_json_string_or_null(out, row.reason);
    fmt::format_to(std::back_inserter(out), R"(,"latencyMs":{},"valid":{},"gap":{},"outOfOrder":{},"handover":{})",
                   row.latency_ms, row.valid, (row.flags & flag_gap) != 0, (row.flags & flag_out_of_order) != 0,
                   (row.flags & flag_handover) != 0);
    break;
  }
  case record_kind::state_reconciled:
    append_text("kind", "reconciled");
    out += R"(,"previousState":)";
    append_json_string_or_null(out, row.previous.empty() ? std::nullopt : std::optional{row.previous});
    append_text("currentState", row.current);
    break;
  case record_kind::monitoring_started:
    append_text("kind", "monitoring-started");
    append_text("cause", row.cause);
    break;
  case record_kind::monitoring_interrupted:
    append_text("kind", "monitoring-interrupted");
    append_text("cause", row.cause);
    if (row.close_code) fmt::format_to(std::back_inserter(out), R"(,"closeCode":{})", *row.close_code);
    if (row.close_code) append_text("closeReason", row.close_reason);
    if (row.nothing_after) append_text("lastReceived", wire::to_text(*row.nothing_after));
    break;
  case record_kind::configuration_changed:
    append_text("kind", "configuration-changed");
    break;
  case record_kind::checkpoint_signed:
    append_text("kind", "checkpoint-signed");
    break;
  }
  if (row.time_in_it) {
    append_text("wasIn", row.was_in);
    fmt::format_to(std::back_inserter(out), R"(,"millisecondsInIt":{},"timeIsSure":{})",
                   std::chrono::duration_cast<std::chrono::milliseconds>(*row.time_in_it).count(), row.time_is_sure);
  }
  out += '}';
  return out;
}

namespace {

/// Prints rows as they come: a history may be long.
class history_printer : public record_taker {
public:
  history_printer(const audit_history_request& request, const command_console& console)
      : request_{request}, console_{console}, filter_{request.agent, std::nullopt} {
    if (request_.json) {
      std::string out = R"({"agentId":)";
      append_json_string(out, request_.agent);
      console_.out << out << R"(,"entries":[)";
    }
  }

  bool take(const frame& record) override {
    if (record.head.kind != frame_kind::record || !filter_.may_pass(record.payload)) return true;
    auto entry = entries_.read(record.payload);
    if (!filter_.passes(entry)) return true;
    auto row = timeline_.add(entry, record.head.sequence);
    if (request_.json)
      console_.out << (rows_ == 0 ? "\n" : ",\n") << to_json(row);
    else
      print(row);
    ++rows_;
    return static_cast<bool>(console_.out);
  }

  void finish(const trail_scan_result& scanned) {
    if (request_.json)
      finish_json(scanned);
    else
      finish_words(scanned);
    console_.out << std::flush;
  }

private:
  void print(const timeline_row& row) {
    auto day = show_time(row.at, request_.utc).day;
    if (day != day_) console_.out << (rows_ == 0 ? "" : "\n") << day << '\n';
    day_ = std::move(day);
    console_.out << "  " << to_words(row, request_.utc, console_.out_is_terminal) << '\n';
  }

  void finish_words(const trail_scan_result& scanned) {
    auto& out = console_.out;
    if (rows_ == 0)
      out << fmt::format("The trail tells nothing of agent {} in that time{}.\n", safe(request_.agent),
                         wire::is_agent_id(request_.agent) ? "" : ", and that is no agent's id");
    if (timeline_.transitions() > 0) {
      out << "\nTime in each state, as far as nothing is missing within it:\n";
      for (const auto& [state, time] : timeline_.sums())
        out << fmt::format("  {:20} {:>14}   {} times\n", safe(state), duration_in_words(time.sum),
                           grouped(time.times));
      if (timeline_.unsure() > std::chrono::nanoseconds{0})
        out << fmt::format("  {:20} {:>14}\n", "(not sure)", duration_in_words(timeline_.unsure()));
      if (timeline_.since()) {
        auto since = show_time(*timeline_.since(), request_.utc);
        out << fmt::format("Last known: {} since {}, {}\n", safe(timeline_.state()), since.time, since.day);
      }
      out << fmt::format("{} transitions, {} not authorized, {} gaps, {} out of order, {} interruptions\n",
                         grouped(timeline_.transitions()), grouped(timeline_.unauthorized()), grouped(timeline_.gaps()),
                         grouped(timeline_.out_of_order()), grouped(timeline_.interruptions()));
    }
    out << proof_in_words(scanned);
  }

  std::string proof_in_words(const trail_scan_result& scanned) const {
    if (scanned.damage || scanned.first_sequence == 0) return {};
    auto out = fmt::format("Read from records {} to {} of tenant {}", grouped(scanned.first_sequence),
                           grouped(scanned.last_sequence), safe(scanned.tenant));
    if (!request_.verify) return out + "; not verified\n";
    out += ", which verify";
    if (scanned.proven)
      out += fmt::format("; signed up to record {} by key {}{}", grouped(scanned.proven->made.sequence),
                         safe(scanned.proven->made.key),
                         scanned.keys_are_given ? "" : ", which lies in the folder itself");
    return out + "\n";
  }

  void finish_json(const trail_scan_result& scanned) {
    std::string out = rows_ == 0 ? R"(],"tenantId":)"
                                 : "\n"
                                   R"(],"tenantId":)";
    append_json_string(out, scanned.tenant);
    auto milliseconds = [](std::chrono::nanoseconds time) {
      return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    };
    out += R"(,"millisecondsIn":{)";
    bool first = true;
    for (const auto& [state, time] : timeline_.sums()) {
      if (!std::exchange(first, false)) out += ',';
      append_json_string(out, state);
      fmt::format_to(std::back_inserter(out), ":{}", milliseconds(time.sum));
    }
    fmt::format_to(std::back_inserter(out),
                   R"(}},"millisecondsUnsure":{},"transitions":{},"unauthorized":{},"gaps":{},"outOfOrder":{},)"
                   R"("interruptions":{},"firstSequenceRead":{},"lastSequenceRead":{},"verified":{})",
                   milliseconds(timeline_.unsure()), timeline_.transitions(), timeline_.unauthorized(),
                   timeline_.gaps(), timeline_.out_of_order(), timeline_.interruptions(), scanned.first_sequence,
                   scanned.last_sequence, request_.verify && !scanned.damage && scanned.problem.empty());
    if (scanned.proven)
      fmt::format_to(std::back_inserter(out), R"(,"provedThrough":{})", scanned.proven->made.sequence);
    console_.out << out << "}\n";
  }

  const audit_history_request& request_;
  const command_console& console_;
  entry_filter filter_;
  entry_reader entries_;
  agent_timeline timeline_;
  std::uint64_t rows_ = 0;
  std::string day_;
};

} // namespace

int run_history(const audit_history_request& request, const command_console& console) {
  file_system files;
  trail_scan_settings settings;
  settings.folder = request.folder;
  settings.verify = request.verify;
  settings.bounds = request.bounds;
  if (auto problem = add_key_files(files, request.public_key_files, settings.keys); !problem.empty())
    return console.refuse("history", problem, exit_usage);
  if (auto kept = find_kept_segments(files, settings.folder); !kept.problem.empty())
    return console.refuse("history", kept.problem, exit_unreadable);
  history_printer printer{request, console};
  trail_check_progress progress;
  trail_scan_result scanned;
  {
    progress_bar bar{console.err, console.err_is_terminal && !console.out_is_terminal, "reading", progress};
    scanned = scan_trail(files, settings, printer, progress);
  }
  printer.finish(scanned);
  if (!console.out) return console.refuse("history", "stdout can't be written", exit_unreadable);
  return tell_end(scanned, "history", console);
}

} // namespace floorwalker
