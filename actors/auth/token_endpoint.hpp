// The port through which auth asks for tokens.
#pragma once

#include "messages/actors.hpp"

#include <cstdint>

namespace floorwalker {

/// The platform's token endpoint of one tenant. The implementation reads the secret anew for each request, so that a
/// changed file or variable counts; the secret never enters an actor.
class token_endpoint {
public:
  virtual ~token_endpoint() = default;

  /// Asks for a token; returns at once. `receiver` gets exactly one token_answered with `number`, also when the secret
  /// can't be read (status 0 and a failure that names the file or variable).
  virtual void request_token(std::uint64_t number, auth_actor receiver) = 0;
};

} // namespace floorwalker
