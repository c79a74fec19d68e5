#include "runtime/process/floor_system.hpp"

#include "messages/actors.hpp"

#include <caf/init_global_meta_objects.hpp>

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <thread>

namespace floorwalker {
namespace {

void register_types_once() {
  static std::once_flag once;
  std::call_once(once, [] {
    caf::init_global_meta_objects<caf::id_block::floorwalker>();
    caf::core::init_global_meta_objects();
  });
}

/// One core is the sockets' thread's.
std::size_t workers_for(std::size_t cores) { return std::max<std::size_t>(cores, 2) - 1; }

} // namespace

floor_configuration::floor_configuration() {
  register_types_once();
  // docs/decisions/0014-few-workers-that-block.md
  set("caf.scheduler.policy", "sharing");
  set("caf.scheduler.max-threads", workers_for(std::thread::hardware_concurrency()));
}

} // namespace floorwalker
