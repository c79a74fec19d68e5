// Verifies one segment of a trail by itself: everything but what stands before its header.
#pragma once

#include "runtime/audit/checkpoint_text.hpp"
#include "runtime/audit/file_system.hpp"
#include "runtime/audit/trail_folder.hpp"
#include "runtime/audit/trail_format.hpp"
#include "runtime/auditing/public_keys.hpp"
#include "runtime/auditing/trail_damage.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker {

/// So many damages of one segment are told; behind the last one the walk ends.
inline constexpr std::size_t damages_max = 100;

/// Gets the records of a trail one by one, in their order.
class record_taker {
public:
  virtual ~record_taker() = default;
  /// False: no more are wanted.
  virtual bool take(const frame& record) = 0;
};

struct segment_check_task {
  std::filesystem::path folder;
  named_segment segment;
  bool is_last = false;                       ///< of the trail: only there a write may be torn
  const public_keys* keys = nullptr;          ///< none or without keys: signatures are not looked at
  const std::vector<std::uint64_t>* wanted{}; ///< sequences, rising, whose chain values are asked for; may be null
  std::atomic<std::uint64_t>* bytes_done = nullptr; ///< moves on with the walk; may be null
  /// Gets each record that verifies, up to the first damage, behind which the walk ends then; may be null.
  record_taker* taker = nullptr;
};

/// A checkpoint that has no record of this segment before it: whoever knows the segment before can compare its hash.
struct early_checkpoint {
  std::uint64_t offset = 0;
  checkpoint made;
};

/// The last checkpoint whose signature and hash hold: it proves every record up to its own.
struct proven_point {
  checkpoint made;
  std::string segment;
};

struct recorded_hash {
  std::uint64_t sequence = 0;
  chain_value hash{};
  std::uint64_t offset = 0; ///< of the record
};

/// Bytes at the end that are no frame, as a process leaves them that is killed while it writes.
struct torn_tail {
  std::string segment;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

struct segment_check_result {
  std::string problem;      ///< one clause: the file could not be read. Nothing else counts then.
  bool disappeared = false; ///< with a problem: there is no such file
  std::string name;
  std::optional<segment_header> header; ///< none: it does not verify, which is a damage
  std::uint64_t bytes = 0;
  chain_value end{};                       ///< chain value at the end
  bool end_is_known = true;                ///< false: damage reaches to the end
  std::optional<chain_value> record_chain; ///< of the last record; none if there is none or it is not known
  std::uint64_t next_sequence = 1;
  std::uint64_t valid_total = 0;
  std::uint64_t total = 0;
  std::uint64_t records = 0;
  std::uint64_t checkpoints = 0;
  std::uint64_t signed_checkpoints = 0; ///< whose signatures were looked at and hold
  std::optional<utc_time> first_at;     ///< of the records
  std::optional<utc_time> last_at;
  std::vector<early_checkpoint> early;
  std::optional<proven_point> proven;
  std::vector<recorded_hash> hashes; ///< those that were wanted
  std::vector<trail_damage> damages; ///< in the order of the file
  bool cut_short = false;            ///< there may be more damages than those
  bool was_enough = false;           ///< the taker wanted no more
  std::optional<torn_tail> torn;
};

segment_check_result check_segment(file_system& files, const segment_check_task& task);

} // namespace floorwalker
