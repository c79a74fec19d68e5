// The ledger as others read it: GET /ledger.
#pragma once

#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "simulator/platform.hpp"

namespace floorwalker::simulator {

/// What a reader asks for: `?events=1`, `?agents=0`, `?connections=0`, `?requests=0`, `?agent=ID`.
struct ledger_query {
  bool agents = true;
  bool connections = true;
  bool requests = true;
  bool events = false; ///< each agent's events and each connection's agents
  std::string agent;   ///< only this one; empty: all
};

ledger_query read_ledger_query(std::string_view query);

boost::json::object ledger_json(const platform& home, const ledger_query& query, instant now);
boost::json::object totals_json(const ledger_totals& totals);

} // namespace floorwalker::simulator
