// A trail that one thread writes: the engine's records, frames, chain, segments and synchronisation, and nothing more:
// no checkpoints, no snapshots, no readers.
#pragma once

#include "messages/journal_records.hpp"
#include "runtime/audit/segment_output.hpp"
#include "runtime/audit/trail_format.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace floorwalker::bench {

class single_trail {
public:
  /// `synchronised`: durability "group". Throws std::runtime_error if the folder can't be made.
  single_trail(const std::filesystem::path& folder, std::string tenant, bool synchronised);

  /// Gives a drafted record its sequence, and adds its frame to the batch.
  void add(const record_draft& record, std::string_view text);
  /// So much waits that it is to be written, as in the engine.
  bool has_batch() const { return batch_.size() >= batch_bytes; }
  /// Writes what waits. Throws std::runtime_error.
  void write();

private:
  static constexpr std::size_t batch_bytes = std::size_t{2} << 20;
  static constexpr std::uint64_t segment_bytes = std::uint64_t{64} << 20;

  void begin_segment();

  file_system files_;
  segment_output output_;
  std::string tenant_;
  bool synchronised_;
  chain_hasher hasher_;
  chain_value chain_{};
  std::uint64_t sequence_ = 0;
  std::uint64_t valid_total_ = 0;
  std::uint64_t total_ = 0;
  bool batch_begins_ = true;
  std::string line_;
  std::string batch_;
};

} // namespace floorwalker::bench
