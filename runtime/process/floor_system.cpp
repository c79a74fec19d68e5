#include "runtime/process/floor_system.hpp"

#include "messages/actors.hpp"

#include <caf/init_global_meta_objects.hpp>

#include <mutex>

namespace floorwalker {
namespace {

void register_types_once() {
  static std::once_flag once;
  std::call_once(once, [] {
    caf::init_global_meta_objects<caf::id_block::floorwalker>();
    caf::core::init_global_meta_objects();
  });
}

} // namespace

floor_configuration::floor_configuration() { register_types_once(); }

} // namespace floorwalker
