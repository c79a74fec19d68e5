// Tokens by the client credentials grant (RFC 6749 §4.4).
#pragma once

#include "actors/auth/token_endpoint.hpp"
#include "actors/wall_clock.hpp"
#include "runtime/network/http_client.hpp"
#include "runtime/network/network_threads.hpp"
#include "runtime/network/platform_access.hpp"

namespace floorwalker {

inline constexpr http_limits token_limits{.time = std::chrono::seconds{10}, .body = 64 * 1024};

/// The request for a token, with the secret as it is now. Throws network_failure if the secret can't be read.
http_request token_request(const tenant_settings& tenant);

/// One tenant's token endpoint, a POST to {base}{paths.token}. Threads and clock must outlive it and its requests.
class http_token_endpoint final : public token_endpoint {
public:
  http_token_endpoint(network_threads& threads, const wall_clock& clock, platform_access_ptr access,
                      tenant_settings tenant);

  void request_token(std::uint64_t number, auth_actor receiver) override;

private:
  network_threads& threads_;
  const wall_clock& clock_;
  platform_access_ptr access_;
  std::shared_ptr<const tenant_settings> tenant_; ///< shared with requests under way
};

} // namespace floorwalker
