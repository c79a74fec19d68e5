// Where sinks keep how far they have come: a small file each, below the data directory.
#pragma once

#include "actors/sinks/cursor_store.hpp"
#include "runtime/audit/cursor_text.hpp"
#include "runtime/audit/file_system.hpp"

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace floorwalker {

/// Without a store there is a problem, one clause.
struct opened_cursors {
  cursor_store_ptr store;
  std::string problem;
};

/// Writes the cursors of every sink of the process, on a thread of its own: the first change at once, so that a process
/// that keeps dying young gets on too, then what changed, once an interval. A file that can't be written is tried again
/// at the next; until then, a crash would repeat deliveries. Callable from any thread.
class cursor_files {
public:
  /// Keeps them below `<data_dir>/sinks/`.
  cursor_files(file_system_ptr files, const std::filesystem::path& data_dir,
               std::chrono::milliseconds interval = std::chrono::seconds{1});
  ~cursor_files();
  cursor_files(const cursor_files&) = delete;
  cursor_files& operator=(const cursor_files&) = delete;

  /// The store of one sink, with what was kept before. One that is opened again goes on with what the store before it,
  /// which nobody may use any more, was told last. A file that is there and can't be read is a problem: to begin
  /// anew might leave records out.
  opened_cursors open(const std::string& sink);

  /// Cursors of that tenant, of every sink opened so far.
  std::vector<trail_cursor> of_tenant(const std::string& tenant) const;

  /// Writes what has changed and ends. False: the disk has not taken it within `patience`, and the thread still runs.
  /// What stores are told afterwards is not kept. May be repeated.
  bool stop(std::chrono::milliseconds patience);

private:
  class store;
  struct shared_state;

  void run();

  std::shared_ptr<shared_state> state_;
  std::filesystem::path folder_;
  std::thread thread_;
};

} // namespace floorwalker
