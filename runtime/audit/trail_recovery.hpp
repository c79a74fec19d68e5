// What a start finds out about a tenant's trail. Reads only: what has to be cut off is cut when the trail is opened for
// writing.
#pragma once

#include "actors/audit/monitored_agents.hpp"
#include "actors/audit/recovered_trail.hpp"
#include "messages/trail_reader.hpp"
#include "runtime/audit/file_system.hpp"
#include "runtime/audit/snapshot_text.hpp"
#include "runtime/audit/trail_segments.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace floorwalker {

struct recovery_request {
  std::filesystem::path folder;
  std::string tenant;
  std::string node;
  std::string public_pem;            ///< of this node's signing key
  std::vector<trail_cursor> cursors; ///< of the sinks: how far this trail was delivered
  bool synchronised = true;          ///< what was delivered had been on disk
};

struct recovery {
  recovered_trail known; ///< with damage, nothing else counts
  std::vector<trail_segment> segments;
  std::vector<std::string> leftovers;  ///< of a removal that a crash interrupted
  trail_place end;                     ///< the segment's name is empty if there is none
  std::vector<epoch_start> epochs;     ///< the one to write last
  bool begins_epoch = false;           ///< a segment of its own is to be begun before anything is written
  bool writes_identity = false;        ///< the folder is not yet marked as this one
  std::uint64_t snapshot_sequence = 0; ///< of the snapshot that was used; 0: none
  std::string snapshot_segment;        ///< in which it lies
  monitored_agents monitored;
};

/// Reads the snapshot, if it is sound, and verifies what follows it: checksums, chain, sequences and totals; without a
/// snapshot the whole trail. Logs what an operator should know.
recovery recover_trail(file_system& files, const recovery_request& request);

} // namespace floorwalker
