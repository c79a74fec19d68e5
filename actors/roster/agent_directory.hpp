// The port through which the roster reads the platform's users listing.
#pragma once

#include "messages/actors.hpp"

#include <cstdint>

namespace floorwalker {

/// The users listing of one tenant's platform.
class agent_directory {
public:
  virtual ~agent_directory() = default;

  /// Asks for one page (from 1); returns at once. `receiver` gets exactly one directory_answered with `number`.
  virtual void request_page(std::uint64_t number, std::uint32_t page, access_token_ptr token,
                            roster_actor receiver) = 0;
};

} // namespace floorwalker
