// Verifies a whole trail: each segment by itself, on several threads, and then that they follow from each other, from
// the anchor, and to what was published.
#pragma once

#include "runtime/audit/file_system.hpp"
#include "runtime/auditing/kept_segments.hpp"
#include "runtime/auditing/public_keys.hpp"
#include "runtime/auditing/segment_check.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker {

/// What somebody wrote down, outside of the folder, about a trail: its record `sequence` has this chain value.
struct published_hash {
  std::uint64_t sequence = 0;
  chain_value hash{};
  std::optional<std::uint64_t> epoch; ///< in which it was said
  std::optional<utc_time> at;         ///< when
};

struct trail_check_settings {
  std::filesystem::path folder;
  public_keys keys; ///< from outside; empty: the one in the folder, which proves only that the trail agrees with itself
  std::vector<published_hash> published;
  unsigned threads = 2;
};

/// Moves while a check runs; for a progress bar on another thread.
struct trail_check_progress {
  std::atomic<std::uint64_t> bytes_done = 0;
  std::atomic<std::uint64_t> bytes_total = 0;
};

struct trail_check_result {
  std::string problem; ///< one clause: the trail can't be read. Nothing else counts then.
  std::string tenant;
  std::string node;
  std::size_t segments = 0;
  std::uint64_t bytes = 0;
  std::uint64_t first_sequence = 0; ///< of the oldest record kept; 0: there is no record
  std::uint64_t last_sequence = 0;
  std::optional<utc_time> first_at;
  std::optional<utc_time> last_at;
  std::optional<chain_value> last_hash; ///< of the last record
  std::uint64_t epoch = 0;              ///< the last
  std::uint64_t records = 0;
  std::uint64_t valid_total = 0; ///< since the trail's beginning, removed segments included
  std::uint64_t total = 0;
  std::uint64_t checkpoints = 0;
  std::uint64_t signed_checkpoints = 0; ///< whose signatures hold
  std::optional<proven_point> proven;   ///< the last checkpoint that holds, if there are keys
  public_keys keys;                     ///< that signatures were held against
  bool keys_are_given = false;          ///< false: they lay in the folder
  std::optional<trail_anchor> anchor;
  std::size_t left_over = 0;
  std::optional<torn_tail> torn;
  std::uint64_t published_held = 0;   ///< published hashes that the trail has
  std::uint64_t published_before = 0; ///< about records that are no longer kept
  std::uint64_t published_lost = 0;   ///< about records that damage took, so that nothing can be compared
  std::vector<trail_damage> damages;  ///< in the order of the trail
  bool cut_short = false;             ///< there may be more damages than those
  std::vector<std::string> notes;     ///< sentences for people
};

/// Adds the key that lies in a trail's folder, if there is one. One clause on what is wrong with it, or nothing.
std::string add_folders_key(file_system& files, const std::filesystem::path& folder, public_keys& keys);

/// Reads only. The trail may grow, and retention may take its oldest segments, while this runs.
trail_check_result check_trail(file_system& files, const trail_check_settings& settings,
                               trail_check_progress& progress);

} // namespace floorwalker
