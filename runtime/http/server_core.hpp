// What all connections of a server share. HTTP thread only, but for what says otherwise of itself.
#pragma once

#include "runtime/http/access_control.hpp"
#include "runtime/http/http_routes.hpp"
#include "runtime/http/http_server.hpp"
#include "runtime/http/http_thread_door.hpp"
#include "runtime/http/request_origin.hpp"
#include "runtime/http/stream_pacer.hpp"

#include <functional>
#include <list>
#include <memory>

namespace floorwalker {

class served_connection;

struct server_core {
  server_limits limits;
  http_routes routes;
  std::shared_ptr<access_control> access;
  served_hosts hosts;
  std::shared_ptr<http_thread_door> door;
  std::shared_ptr<stream_pacer> pacer;
  std::list<std::shared_ptr<served_connection>> connections;
  std::list<served_connection*> idle; ///< waiting for a request, longest first
  bool draining = false;
  std::function<void()> on_empty = {}; ///< the last connection has gone
};

} // namespace floorwalker
