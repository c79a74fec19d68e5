#include "runtime/auditing/trail_check.hpp"

#include "messages/wire/printable_sample.hpp"
#include "runtime/auditing/trail_links.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <thread>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::uint64_t key_bytes_max = 65'536;
constexpr int attempts = 3;

std::vector<segment_check_result> check_segments(file_system& files, const trail_check_settings& settings,
                                                 const kept_segments& kept, const public_keys& keys,
                                                 const std::vector<std::uint64_t>& wanted,
                                                 trail_check_progress& progress) {
  std::vector<segment_check_result> results(kept.segments.size());
  std::atomic<std::size_t> next = 0;
  auto work = [&] {
    for (auto i = next++; i < results.size(); i = next++) {
      try {
        results[i] = check_segment(files, {.folder = settings.folder,
                                           .segment = kept.segments[i],
                                           .is_last = i + 1 == results.size(),
                                           .keys = &keys,
                                           .wanted = &wanted,
                                           .bytes_done = &progress.bytes_done});
      } catch (const std::exception& failure) {
        results[i].problem = failure.what();
      }
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 1; i < std::clamp<std::size_t>(settings.threads, 1, results.size()); ++i)
    threads.emplace_back(work);
  work();
  threads.clear();
  return results;
}

void check_anchor(trail_check_result& result, const kept_segments& kept) {
  auto wrong = [&](std::uint64_t sequence, std::string what) {
    result.damages.push_back({damage_kind::anchor, std::string{anchor_file}, 0, sequence, sequence, std::move(what)});
  };
  if (!kept.anchor_text.problem.empty())
    return wrong(kept.segments.front().first_sequence, "the anchor can't be read: " + kept.anchor_text.problem);
  if (!kept.anchor) return;
  const auto& made = kept.anchor->removed_through;
  if (result.keys.empty()) return;
  if (!result.keys.has(made.key))
    wrong(made.sequence, fmt::format("the anchor is signed by key {}, which is none of those in use ({})",
                                     wire::printable_sample(made.key), result.keys.ids()));
  else if (!result.keys.signed_by(made.key, kept.anchor_text.signed_text, kept.anchor_text.signature))
    wrong(made.sequence, fmt::format("the signature of the anchor is not by key {}", made.key));
}

trail_check_result check_once(file_system& files, const trail_check_settings& settings, trail_check_progress& progress,
                              bool& disappeared) {
  trail_check_result result;
  auto kept = find_kept_segments(files, settings.folder);
  if (!kept.problem.empty()) {
    result.problem = std::move(kept.problem);
    return result;
  }
  result.keys = settings.keys;
  result.keys_are_given = !settings.keys.empty();
  if (!result.keys_are_given) {
    result.problem = add_folders_key(files, settings.folder, result.keys);
    if (!result.problem.empty()) return result;
  }
  progress.bytes_done = 0;
  progress.bytes_total = kept.all_bytes();
  std::vector<std::uint64_t> wanted;
  for (const auto& said : settings.published) wanted.push_back(said.sequence);
  std::ranges::sort(wanted);
  wanted.erase(std::ranges::unique(wanted).begin(), wanted.end());
  auto checked = check_segments(files, settings, kept, result.keys, wanted, progress);
  for (const auto& segment : checked) {
    disappeared |= segment.disappeared;
    if (result.problem.empty()) result.problem = segment.problem;
  }
  if (!result.problem.empty()) return result;
  result.anchor = kept.anchor;
  result.left_over = kept.left_over;
  check_anchor(result, kept);
  for (const auto& name : kept.strange) result.notes.push_back(name + " is no segment's name and was left out");
  link_segments(result, std::move(checked), settings.published);
  return result;
}

} // namespace

std::string add_folders_key(file_system& files, const std::filesystem::path& folder, public_keys& keys) {
  auto content = read_file(files, folder / public_key_file, key_bytes_max);
  if (content.missing) return {};
  if (!content.problem.empty()) return content.problem;
  auto flaw = keys.add(content.text);
  return flaw.empty() ? flaw : fmt::format("{}: {}", (folder / public_key_file).string(), flaw);
}

trail_check_result check_trail(file_system& files, const trail_check_settings& settings,
                               trail_check_progress& progress) {
  trail_check_result result;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    bool disappeared = false; // retention took a segment after it was listed
    result = check_once(files, settings, progress, disappeared);
    if (!disappeared) break;
  }
  return result;
}

} // namespace floorwalker
