// The platform's users listing over HTTPS.
#pragma once

#include "actors/roster/agent_directory.hpp"
#include "actors/wall_clock.hpp"
#include "runtime/network/http_client.hpp"
#include "runtime/network/network_threads.hpp"
#include "runtime/network/platform_access.hpp"

namespace floorwalker {

inline constexpr http_limits page_limits{.time = std::chrono::seconds{30}, .body = 8 * 1024 * 1024};

/// The request for one page of the listing, from 1. `token` is the bearer token's text.
http_request page_request(const platform_access& access, std::uint32_t page, const std::string& token);

/// One tenant's listing, a GET of {base}{paths.users}. Threads and clock must outlive it and its requests.
class http_agent_directory final : public agent_directory {
public:
  http_agent_directory(network_threads& threads, const wall_clock& clock, platform_access_ptr access);

  void request_page(std::uint64_t number, std::uint32_t page, access_token_ptr token, roster_actor receiver) override;

private:
  network_threads& threads_;
  const wall_clock& clock_;
  platform_access_ptr access_;
};

} // namespace floorwalker
