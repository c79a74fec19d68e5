// What a node lists, as documents: its tenants, and a tenant's pages of agents.
#pragma once

#include "runtime/client/node_access.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <functional>
#include <string>
#include <vector>

namespace floorwalker {

/// The object that a node answers with. Throws client_failure for anything else.
boost::json::object ask_object(const node_access& access, const std::string& target);

/// The tenants that the token may see, or only the one of that name. Throws client_failure (1) if that is not there.
std::vector<boost::json::object> ask_tenants(const node_access& access, const std::string& only);

/// The name of the tenant that is meant: `only`, or the one that the token may see. Throws client_failure: 1 if there is
/// none, 2 if several could be meant.
std::string the_one_tenant(const node_access& access, const std::string& only);

/// Calls `take` for each agent of the tenant, page by page.
void ask_agents(const node_access& access, const std::string& tenant,
                const std::function<void(const boost::json::object&)>& take);

} // namespace floorwalker
