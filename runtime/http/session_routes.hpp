// GET, POST and DELETE /api/v1/session: signing in to a cookie, and out.
#pragma once

#include "runtime/http/access_control.hpp"
#include "runtime/http/http_routes.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace floorwalker {

struct session_route_options {
  bool secure = false;                               ///< the server speaks TLS: the cookie is sent over nothing else
  std::function<std::vector<std::string>()> tenants; ///< the names of all tenants now; called on the HTTP thread
};

/// Adds the three routes.
void add_session_routes(http_routes& routes, std::shared_ptr<access_control> access, session_route_options options);

} // namespace floorwalker
