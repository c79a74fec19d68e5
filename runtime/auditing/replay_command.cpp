#include "runtime/auditing/replay_command.hpp"

#include "messages/figures.hpp"
#include "messages/json_text.hpp"
#include "messages/wire/printable_sample.hpp"
#include "runtime/auditing/progress_bar.hpp"
#include "runtime/auditing/trail_scan.hpp"
#include "runtime/configuration/matrix_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <numeric>
#include <ostream>
#include <set>
#include <thread>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::size_t rows_shown_max = 100;

/// Counts, and prints what changes.
class listing_tally : public record_taker {
public:
  listing_tally(const state_matrix& matrix, std::ostream& out) : tally_{matrix}, out_{out} {}

  bool take(const frame& record) override {
    if (tally_.count(record)) out_ << record.payload << '\n';
    return static_cast<bool>(out_);
  }
  replay_sums sums() const { return tally_.sums(); }

private:
  transition_tally tally_;
  std::ostream& out_;
};

/// What one thread made of its segments.
struct replayed_part {
  std::string problem;
  replay_sums sums;
  std::uint64_t passed_over = 0;
};

void replay_segments(file_system& files, const audit_replay_request& request, const kept_segments& kept,
                     const segment_range& range, const state_matrix& matrix, std::atomic<std::size_t>& next,
                     trail_check_progress& progress, replayed_part& part) {
  try {
    transition_tally tally{matrix};
    bounded_taker taker{request.bounds, tally};
    for (auto i = next++; i < range.count && part.problem.empty(); i = next++) {
      auto path = std::filesystem::path{request.folder} / kept.segments[range.first + i].name;
      auto walked = walk_plainly(files, path, taker, progress.bytes_done);
      part.problem = std::move(walked.problem);
      auto is_last = range.first + i + 1 == kept.segments.size();
      part.passed_over += walked.passed_over + (walked.ends_torn && !is_last);
    }
    part.sums = tally.sums();
  } catch (const std::exception& failure) {
    part.problem = failure.what();
  }
}

replay_result replay_in_parallel(file_system& files, const audit_replay_request& request, const kept_segments& kept,
                                 const state_matrix& matrix, trail_check_progress& progress) {
  auto range = segments_within(kept, request.bounds);
  auto first = kept.bytes.begin() + static_cast<std::ptrdiff_t>(range.first);
  progress.bytes_total = std::accumulate(first, first + static_cast<std::ptrdiff_t>(range.count), std::uint64_t{0});
  auto threads = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, std::max<std::size_t>(range.count, 1));
  std::vector<replayed_part> parts(threads);
  std::atomic<std::size_t> next = 0;
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < threads; ++i)
      others.emplace_back([&, i] { replay_segments(files, request, kept, range, matrix, next, progress, parts[i]); });
    replay_segments(files, request, kept, range, matrix, next, progress, parts[0]);
  }
  replay_result result;
  for (auto& part : parts) {
    if (result.problem.empty()) result.problem = std::move(part.problem);
    result.sums.add(part.sums);
    result.passed_over += part.passed_over;
  }
  return result;
}

replay_result replay_in_order(file_system& files, const audit_replay_request& request, const state_matrix& matrix,
                              std::ostream& out, trail_check_progress& progress) {
  trail_scan_settings settings;
  settings.folder = request.folder;
  settings.verify = false;
  settings.bounds = request.bounds;
  listing_tally tally{matrix, out};
  auto scanned = scan_trail(files, settings, tally, progress);
  out.flush();
  replay_result result;
  result.problem = out ? std::move(scanned.problem) : "stdout can't be written";
  result.sums = tally.sums();
  result.passed_over = scanned.passed_over;
  return result;
}

/// States of the trail that the matrix does not know.
std::set<std::string> unknown_states(const replay_sums& sums, const state_matrix& matrix) {
  std::set<std::string> unknown;
  for (const auto& [states, count] : sums.table)
    for (const auto& state : {states.first, states.second})
      if (!matrix.contains(state)) unknown.insert(state);
  return unknown;
}

/// The rows of the table, those first that change most.
std::vector<const transition_counts::value_type*> sorted_rows(const replay_sums& sums) {
  std::vector<const transition_counts::value_type*> rows;
  for (const auto& row : sums.table) rows.push_back(&row);
  std::ranges::stable_sort(rows,
                           [](auto* left, auto* right) { return left->second.changed() > right->second.changed(); });
  return rows;
}

std::string signed_difference(std::uint64_t before, std::uint64_t after) {
  return after >= before ? fmt::format("+{}", grouped(after - before)) : fmt::format("-{}", grouped(before - after));
}

} // namespace

std::string to_words(const replay_result& result, const state_matrix& matrix) {
  const auto& sums = result.sums;
  auto total = sums.total(), before = sums.valid_before(), after = sums.valid_after();
  std::string out;
  auto line = [&out]<class... Arguments>(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Arguments>(arguments)...);
    out += '\n';
  };
  line("{} transitions of tenant {} by the other rules", grouped(total), wire::printable_sample(result.tenant));
  line("{:14}{:>16}{:>16}{:>16}", "", "before", "after", "change");
  line("{:14}{:>16}{:>16}{:>16}", "authorized", grouped(before), grouped(after), signed_difference(before, after));
  line("{:14}{:>16}{:>16}{:>16}", "unauthorized", grouped(total - before), grouped(total - after),
       signed_difference(total - before, total - after));
  line("{:14}{:>16}{:>16}", "accuracy", percent_in_words(before, total), percent_in_words(after, total));
  line("verdicts that change: {} become authorized, {} become unauthorized", grouped(sums.newly_authorized()),
       grouped(sums.newly_rejected()));
  auto rows = sorted_rows(sums);
  auto changing = std::ranges::find_if(rows, [](auto* row) { return row->second.changed() == 0; }) - rows.begin();
  if (changing > 0) line("\n{:>14}  {:14}  {}", "changes", "becomes", "transition");
  for (std::ptrdiff_t i = 0; i < std::min<std::ptrdiff_t>(changing, rows_shown_max); ++i) {
    const auto& [states, count] = *rows[static_cast<std::size_t>(i)];
    line("{:>14}  {:14}  {} → {}", grouped(count.changed()), count.authorized_after ? "authorized" : "unauthorized",
         wire::printable_sample(states.first), wire::printable_sample(states.second));
  }
  if (changing > static_cast<std::ptrdiff_t>(rows_shown_max))
    line("{:>14}  more transitions change (--json tells all)",
         grouped(static_cast<std::uint64_t>(changing) - rows_shown_max));
  for (const auto& state : unknown_states(sums, matrix))
    line("note: the rules do not know the state {}, which the trail has", wire::printable_sample(state));
  if (auto beyond = sums.beyond_kept.changed() + sums.beyond_refused.changed(); beyond > 0)
    line("note: {} changes are of transitions beyond the first {} different ones, and are not in the table",
         grouped(beyond), grouped(transitions_told_apart));
  if (sums.unreadable > 0) line("note: {} records are none that this version can read", grouped(sums.unreadable));
  if (result.passed_over > 0)
    line("note: {} places were passed over that hold no whole record", grouped(result.passed_over));
  return out;
}

std::string to_json(const replay_result& result, const state_matrix& matrix) {
  const auto& sums = result.sums;
  auto total = sums.total();
  std::string out = R"({"tenantId":)";
  append_json_string(out, result.tenant);
  auto append_side = [&](std::string_view name, std::uint64_t valid) {
    fmt::format_to(std::back_inserter(out), R"(,"{}":{{"authorized":{},"unauthorized":{},"accuracyRate":)", name, valid,
                   total - valid);
    if (total == 0)
      out += "null";
    else
      append_number(out, 100.0 * static_cast<double>(valid) / static_cast<double>(total), 4);
    out += '}';
  };
  fmt::format_to(std::back_inserter(out), R"(,"transitions":{})", total);
  append_side("before", sums.valid_before());
  append_side("after", sums.valid_after());
  fmt::format_to(std::back_inserter(out), R"(,"newlyAuthorized":{},"newlyRejected":{},"table":[)",
                 sums.newly_authorized(), sums.newly_rejected());
  bool first = true;
  for (const auto* row : sorted_rows(sums)) {
    const auto& [states, count] = *row;
    if (!std::exchange(first, false)) out += ',';
    out += R"({"previousState":)";
    append_json_string(out, states.first);
    out += R"(,"currentState":)";
    append_json_string(out, states.second);
    fmt::format_to(std::back_inserter(out), R"(,"authorized":{},"unauthorized":{},"authorizedAfter":{},"changed":{}}})",
                   count.authorized, count.unauthorized, count.authorized_after, count.changed());
  }
  out += R"(],"unknownStates":[)";
  first = true;
  for (const auto& state : unknown_states(sums, matrix)) {
    if (!std::exchange(first, false)) out += ',';
    append_json_string(out, state);
  }
  fmt::format_to(std::back_inserter(out), R"(],"changedBeyondTable":{},"unreadable":{},"passedOver":{}}})",
                 sums.beyond_kept.changed() + sums.beyond_refused.changed(), sums.unreadable, result.passed_over);
  return out;
}

int run_replay(const audit_replay_request& request, const surroundings& around, const command_console& console) {
  auto rules = load_matrix_file(request.matrix_file, around);
  for (const auto& problem : rules.problems) console.refuse("replay", problem.to_line(), exit_usage);
  if (!rules.problems.empty()) return exit_usage;
  for (const auto& warning : rules.warnings) console.err << "floorwalker: audit replay: warning: " << warning << '\n';
  file_system files;
  auto kept = find_kept_segments(files, request.folder);
  if (!kept.problem.empty()) return console.refuse("replay", kept.problem, exit_unreadable);
  trail_check_progress progress;
  replay_result result;
  {
    auto shows_bar = console.err_is_terminal && (!request.list || !console.out_is_terminal);
    progress_bar bar{console.err, shows_bar, "replaying", progress};
    result = request.list ? replay_in_order(files, request, rules.matrix, console.out, progress)
                          : replay_in_parallel(files, request, kept, rules.matrix, progress);
  }
  if (!result.problem.empty()) return console.refuse("replay", result.problem, exit_unreadable);
  for (const auto& header : kept.headers)
    if (result.tenant.empty()) result.tenant = header.header.tenant;
  auto& summary = request.list ? console.err : console.out;
  summary << (request.json ? to_json(result, rules.matrix) + '\n' : to_words(result, rules.matrix)) << std::flush;
  return exit_fine;
}

} // namespace floorwalker
