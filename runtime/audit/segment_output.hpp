// Writing one segment at a time, so that whatever fails, only whole batches stay in the file.
#pragma once

#include "runtime/audit/file_system.hpp"
#include "runtime/audit/trail_format.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace floorwalker {

/// The segment that is written. Every call gives a clause on what failed, or nothing; after a failure the same call may
/// be made again, and nothing of the failed one is left. Not for several threads.
class segment_output {
public:
  segment_output(file_system& files, std::filesystem::path folder) : files_{files}, folder_{std::move(folder)} {}

  /// Goes on with a segment whose good bytes end at `end`, and brings them to the disk; what stands behind is cut off
  /// now, or before the first byte is written.
  std::string resume(const std::string& name, std::uint64_t end);

  /// Begins a segment. It gets its name when its header is on the disk, so a segment without one is none of ours.
  std::string begin(const std::string& name, std::string_view header);

  /// Adds a batch. If it is `synchronised` it is on the disk afterwards, and all before it.
  std::string append(std::string_view batch, bool synchronised);

  /// Brings everything to the disk that was added without.
  std::string synchronise();

  /// That the file is still the one with its name.
  std::string check_place();

  const std::string& name() const { return name_; }
  std::uint64_t end() const { return end_; } ///< of the last batch that succeeded
  bool synchronised() const { return synchronised_; }

private:
  std::string reopen();
  std::string fail(std::string_view attempt, int error);

  file_system& files_;
  std::filesystem::path folder_;
  std::string name_;
  open_file file_;
  std::uint64_t end_ = 0;
  bool synchronised_ = true;
};

} // namespace floorwalker
