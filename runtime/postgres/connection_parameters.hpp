// With which parameters a sink connects to its PostgreSQL server.
#pragma once

#include "messages/settings.hpp"

#include <string>
#include <utility>
#include <vector>

namespace floorwalker::postgres {

/// Keywords and values of libpq, in the order in which later ones count more.
using connection_parameters = std::vector<std::pair<std::string, std::string>>;

/// What the sink's connection string says, over defaults that keep a connection safe and bounded in time: the server's
/// certificate and name are verified (sslmode=verify-full) unless the string says otherwise or every host is this
/// machine, with the trust anchors of `ca_file` or else the system's. Throws server_failure if libpq can't read the
/// string. The password, if not empty, goes in as a parameter of its own.
connection_parameters parameters_for(const sink_settings& settings, const std::string& password);

} // namespace floorwalker::postgres
