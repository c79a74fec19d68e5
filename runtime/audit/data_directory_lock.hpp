// One process at a time in a data directory.
#pragma once

#include "runtime/audit/file_system.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace floorwalker {

/// Holds `<data-dir>/lock`, which has the process's id in it, for as long as it lives. The system lets go of it when the
/// process ends, however it ends.
class data_directory_lock {
public:
  explicit data_directory_lock(open_file file) : file_{std::move(file)} {}

private:
  open_file file_;
};

/// Without a lock there is a problem, one clause.
struct locked_data_directory {
  std::unique_ptr<data_directory_lock> lock;
  std::string problem;
};

/// Makes the directory if it is missing.
locked_data_directory lock_data_directory(file_system& files, const std::filesystem::path& path);

} // namespace floorwalker
