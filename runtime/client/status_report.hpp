// What `floorwalker status` prints, from the answers of a node. Pure.
#pragma once

#include "runtime/client/watch_model.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// One tenant, put together from several answers.
struct tenant_overview {
  boost::json::object tenant; ///< as /api/v1/tenants has it
  boost::json::object metrics;
  boost::json::array alerts; ///< those that fire
  std::map<std::string, std::size_t> agents_by_state;
  std::size_t agents = 0;
  std::size_t stale_agents = 0;

  std::string name() const;
  void count(const watched_agent& agent);
};

/// For people, without colours. Ends with a line end.
std::string overview_text(const std::vector<tenant_overview>& tenants);

/// {"tenants": […]}: the API's objects with "metrics", "alerts" and "agents" added. One line with its end.
std::string overview_json(const std::vector<tenant_overview>& tenants);

/// An agent's row for people. `now` is the node's time as far as it is known.
std::string agent_text(const watched_agent& agent, utc_time now);

/// `text` with every byte but letters, digits and -._~ as %XX (RFC 3986 §2.1).
std::string percent_encoded(std::string_view text);

} // namespace floorwalker
