// The files of one tenant's trail: their names, what is there, and whether the folder came from a copy.
#pragma once

#include "runtime/audit/file_system.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

inline constexpr std::string_view anchor_file = "anchor";
inline constexpr std::string_view snapshot_file = "snapshot";
inline constexpr std::string_view identity_file = "identity";
inline constexpr std::string_view public_key_file = "checkpoint.pub";

/// "00000000000000000001-000001.trail"
std::string segment_name(std::uint64_t first_sequence, std::uint64_t epoch);

/// What a segment's name says; none for names that segment_name does not make.
struct named_segment {
  std::string name;
  std::uint64_t first_sequence = 0;
  std::uint64_t epoch = 0;
};
std::optional<named_segment> parse_segment_name(std::string_view name);

/// What lies in a trail's folder. With a problem, one clause, nothing is known.
struct folder_listing {
  std::vector<named_segment> segments; ///< in the order of the trail
  std::vector<std::string> strange;    ///< names that end as a segment's does and are none
  std::string problem;
};
folder_listing list_trail_folder(const std::filesystem::path& folder);

/// Whether the folder is the one that was written, by inode and birth of its identity file.
enum class folder_origin : std::uint8_t { same, copied, unknown };
folder_origin origin_of(file_system& files, const std::filesystem::path& folder);

/// Marks the folder as the one that is written from now on. Gives a clause on what failed, or nothing.
std::string write_identity(file_system& files, const std::filesystem::path& folder);

} // namespace floorwalker
