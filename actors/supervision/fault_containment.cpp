#include "actors/supervision/fault_containment.hpp"

#include <spdlog/spdlog.h>

#include <exception>

namespace floorwalker {

void contain_faults(caf::scheduled_actor& self) {
  self.set_exception_handler([](caf::scheduled_actor* failed, std::exception_ptr& thrown) -> caf::error {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& e) {
      spdlog::error("actor {} {} failed: {}", failed->name(), failed->id(), e.what());
      return caf::make_error(floor_error::crashed, std::string{e.what()});
    } catch (...) {
      spdlog::error("actor {} {} failed with an exception of unknown type", failed->name(), failed->id());
      return caf::make_error(floor_error::crashed, std::string{"unknown exception"});
    }
  });
}

} // namespace floorwalker
