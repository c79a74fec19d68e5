// How a tenant's platform is reached.
#pragma once

#include "messages/settings.hpp"
#include "runtime/network/base_url.hpp"

#include <boost/asio/ssl/context.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace floorwalker {

/// What every connection to one tenant's platform starts from. Immutable: sessions that outlive a reload keep theirs.
struct platform_access {
  base_url base;
  std::optional<base_url> proxy;                  ///< an HTTP CONNECT proxy
  std::shared_ptr<boost::asio::ssl::context> tls; ///< empty for http, which is for loopback only
  path_settings paths;
  std::uint32_t page_size = 0; ///< of the users listing
  std::string user_agent;
};

using platform_access_ptr = std::shared_ptr<const platform_access>;

/// From the tenant's settings. Throws std::invalid_argument that begins with the key at fault.
platform_access_ptr make_platform_access(const tenant_settings& tenant);

} // namespace floorwalker
