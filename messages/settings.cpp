#include "messages/settings.hpp"

namespace floorwalker {

state_matrix default_state_matrix() {
  return {{"available", {"busy", "wrap-up", "break"}},
          {"busy", {"wrap-up", "available"}},
          {"wrap-up", {"available", "break"}},
          {"break", {"available"}}};
}

} // namespace floorwalker
