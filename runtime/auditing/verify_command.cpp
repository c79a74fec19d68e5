#include "runtime/auditing/verify_command.hpp"

#include "messages/figures.hpp"
#include "messages/json_text.hpp"
#include "messages/wire/printable_sample.hpp"
#include "messages/wire/timestamp.hpp"
#include "runtime/auditing/checkpoint_files.hpp"
#include "runtime/auditing/key_files.hpp"
#include "runtime/auditing/progress_bar.hpp"
#include "runtime/auditing/published_checkpoints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ostream>
#include <thread>
#include <utility>

namespace floorwalker {
namespace {

std::string range_in_words(std::uint64_t first, std::uint64_t last) {
  return first == last ? grouped(first) : fmt::format("{} to {}", grouped(first), grouped(last));
}

std::string safe(std::string_view text) { return wire::printable_sample(text); }

template <class... Arguments>
void add_line(std::string& out, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  fmt::format_to(std::back_inserter(out), format, std::forward<Arguments>(arguments)...);
  out += '\n';
}

void append_damages(std::string& out, const trail_check_result& result) {
  constexpr std::size_t shown_max = 20;
  const auto& first = result.damages.front();
  add_line(out, "DAMAGED: record {} does not verify", range_in_words(first.sequence, first.last_sequence));
  add_line(out, "  segment      {}", first.segment);
  add_line(out, "  offset       {}", first.offset);
  add_line(out, "  found        {}", first.what);
  if (result.damages.size() == 1 && !result.cut_short) return;
  add_line(out, "  and {}{} more:", result.cut_short ? "at least " : "", result.damages.size() - 1);
  for (std::size_t i = 1; i < std::min(result.damages.size(), shown_max); ++i) {
    const auto& damage = result.damages[i];
    add_line(out, "    {} at offset {}, record {}: {}", damage.segment, damage.offset,
             range_in_words(damage.sequence, damage.last_sequence), damage.what);
  }
  if (result.damages.size() > shown_max) add_line(out, "    … ({} are not shown)", result.damages.size() - shown_max);
}

void append_proof(std::string& out, const trail_check_result& result) {
  if (result.keys.empty()) {
    add_line(out, "  key          none: signatures were not checked (--public-key names one)");
  } else {
    add_line(out, "  key          {}", result.keys.ids());
    if (!result.keys_are_given)
      add_line(out, "               from the folder itself: this proves only that the trail agrees with itself, since "
                    "whoever can write there can replace both (--public-key names a key from elsewhere)");
  }
  if (result.proven) {
    const auto& made = result.proven->made;
    add_line(out, "  proved up to record {}, by the checkpoint of {}", grouped(made.sequence), wire::to_text(made.at));
    if (result.last_sequence > made.sequence)
      add_line(out, "               {} records behind it are chained, but not signed yet",
               grouped(result.last_sequence - made.sequence));
  } else if (!result.keys.empty()) {
    add_line(out, "  proved       nothing: there is no checkpoint yet that holds");
  }
}

} // namespace

std::string to_words(const trail_check_result& result) {
  std::string out;
  if (result.damages.empty())
    add_line(out, "verified");
  else
    append_damages(out, result);
  add_line(out, "  tenant       {}, node {}", safe(result.tenant), safe(result.node));
  add_line(out, "  segments     {} ({})", result.segments, bytes_in_words(result.bytes));
  if (result.records == 0) {
    add_line(out, "  records      none");
  } else {
    add_line(out, "  records      {} ({})", grouped(result.records),
             range_in_words(result.first_sequence, result.last_sequence));
    if (result.first_at && result.last_at)
      add_line(out, "  received     {} to {}", wire::to_text(*result.first_at), wire::to_text(*result.last_at));
  }
  add_line(out, "  transitions  {}, {} authorized ({})", grouped(result.total), grouped(result.valid_total),
           percent_in_words(result.valid_total, result.total));
  add_line(out, "  checkpoints  {}, {} with a signature that holds", grouped(result.checkpoints),
           grouped(result.signed_checkpoints));
  append_proof(out, result);
  if (result.last_hash) add_line(out, "  last record  {}:{}", result.last_sequence, to_hex(*result.last_hash));
  if (result.anchor)
    add_line(out, "  removed      records up to {}, as the anchor of {} says",
             grouped(result.anchor->removed_through.sequence), wire::to_text(result.anchor->removed_through.at));
  if (result.published_held > 0)
    add_line(out, "  published    {} published checkpoints are in the trail", grouped(result.published_held));
  if (result.published_before > 0)
    add_line(out, "  note         {} published checkpoints are of records that are no longer kept",
             grouped(result.published_before));
  if (result.published_lost > 0)
    add_line(out, "  note         {} published checkpoints are of records that can't be compared any more",
             grouped(result.published_lost));
  if (result.left_over > 0)
    add_line(out, "  note         {} older segments are there that the anchor says are removed; they were left out",
             result.left_over);
  if (result.torn)
    add_line(
        out,
        "  note         {} ends with {} bytes at offset {} that are no whole record: a batch that is being written, "
        "or that a crash cut off; it was never acknowledged",
        result.torn->segment, grouped(result.torn->bytes), result.torn->offset);
  for (const auto& note : result.notes) add_line(out, "  note         {}", note);
  return out;
}

namespace {

void append_text(std::string& out, std::string_view name, std::string_view text) {
  fmt::format_to(std::back_inserter(out), ",\"{}\":", name);
  append_json_string(out, text);
}

template <class Number>
void append_count(std::string& out, std::string_view name, Number value) {
  fmt::format_to(std::back_inserter(out), ",\"{}\":{}", name, value);
}

void append_damage(std::string& out, const trail_damage& damage) {
  out += R"({"kind":)";
  append_json_string(out, to_text(damage.kind));
  append_text(out, "segment", damage.segment);
  append_count(out, "offset", damage.offset);
  append_count(out, "sequence", damage.sequence);
  append_count(out, "lastSequence", damage.last_sequence);
  append_text(out, "what", damage.what);
  out += '}';
}

} // namespace

std::string to_json(const trail_check_result& result) {
  std::string out = result.damages.empty() ? R"({"verdict":"verified")" : R"({"verdict":"damaged")";
  append_text(out, "tenantId", result.tenant);
  append_text(out, "node", result.node);
  append_count(out, "segments", result.segments);
  append_count(out, "bytes", result.bytes);
  append_count(out, "records", result.records);
  append_count(out, "firstSequence", result.first_sequence);
  append_count(out, "lastSequence", result.last_sequence);
  if (result.first_at) append_text(out, "firstTimestamp", wire::to_text(*result.first_at));
  if (result.last_at) append_text(out, "lastTimestamp", wire::to_text(*result.last_at));
  if (result.last_hash) append_text(out, "lastHash", to_hex(*result.last_hash));
  append_count(out, "epoch", result.epoch);
  append_count(out, "transitions", result.total);
  append_count(out, "authorized", result.valid_total);
  append_count(out, "checkpoints", result.checkpoints);
  append_count(out, "signedCheckpoints", result.signed_checkpoints);
  append_text(out, "key", result.keys.ids());
  append_text(out, "keySource", result.keys.empty() ? "none" : result.keys_are_given ? "given" : "folder");
  if (result.proven) {
    append_count(out, "provedThrough", result.proven->made.sequence);
    append_text(out, "provedBy", wire::to_text(result.proven->made.at));
  }
  if (result.anchor) append_count(out, "removedThrough", result.anchor->removed_through.sequence);
  append_count(out, "publishedHeld", result.published_held);
  append_count(out, "publishedBeforeOldest", result.published_before);
  append_count(out, "publishedLost", result.published_lost);
  append_count(out, "leftOverSegments", result.left_over);
  if (result.torn) {
    out += R"(,"tornTail":{"segment":)";
    append_json_string(out, result.torn->segment);
    append_count(out, "offset", result.torn->offset);
    append_count(out, "bytes", result.torn->bytes);
    out += '}';
  }
  out += R"(,"damages":[)";
  for (std::size_t i = 0; i < result.damages.size(); ++i) {
    if (i > 0) out += ',';
    append_damage(out, result.damages[i]);
  }
  out += R"(],"moreDamages":)";
  out += result.cut_short ? "true" : "false";
  out += R"(,"notes":[)";
  for (std::size_t i = 0; i < result.notes.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(out, result.notes[i]);
  }
  out += "]}";
  return out;
}

int run_verify(const audit_verify_request& request, const command_console& console) {
  auto refuse = [&](int code, const std::string& what) { return console.refuse("verify", what, code); };
  file_system files;
  trail_check_settings settings;
  settings.folder = request.folder;
  settings.threads = std::max(1u, std::thread::hardware_concurrency());
  if (auto problem = add_key_files(files, request.public_key_files, settings.keys); !problem.empty())
    return refuse(exit_usage, problem);
  for (const auto& text : request.expected)
    if (auto said = parse_expectation(text)) settings.published.push_back(*said);
  auto kept = find_kept_segments(files, settings.folder);
  if (!kept.problem.empty()) return refuse(exit_unreadable, kept.problem);
  auto keys = settings.keys;
  if (keys.empty())
    if (auto problem = add_folders_key(files, settings.folder, keys); !problem.empty())
      return refuse(exit_unreadable, problem);
  auto read = read_checkpoint_files(request.checkpoint_files, kept, keys);
  if (!read.problem.empty()) return refuse(exit_usage, read.problem);
  std::ranges::move(read.published, std::back_inserter(settings.published));
  trail_check_progress progress;
  trail_check_result result;
  {
    progress_bar bar{console.err, console.err_is_terminal, "verifying", progress};
    result = check_trail(files, settings, progress);
  }
  if (!result.problem.empty()) return refuse(exit_unreadable, result.problem);
  if (read.badly_signed > 0)
    result.notes.push_back(
        fmt::format("{} of the published checkpoints are not signed by the key; they were compared all "
                    "the same",
                    grouped(read.badly_signed)));
  console.out << (request.json ? to_json(result) + '\n' : to_words(result)) << std::flush;
  if (result.damages.empty()) return 0;
  const auto& first = result.damages.front();
  return refuse(exit_damaged, fmt::format("damaged: {} at offset {}, record {}: {}", first.segment, first.offset,
                                          range_in_words(first.sequence, first.last_sequence), first.what));
}

} // namespace floorwalker
