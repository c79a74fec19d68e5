// The server's parts as the configuration wants them.
#pragma once

#include "messages/settings.hpp"
#include "runtime/http/access_control.hpp"
#include "runtime/http/http_server.hpp"

#include <memory>
#include <string>

namespace floorwalker {

/// The options of a server that listens where `settings.listen` says; that must be a checked host:port.
server_options server_options_of(const http_settings& settings);

/// Who may use the API: the tokens of the file, or everybody where none is named. Without `access` there is one clause
/// on what is wrong with the file in `problem`; a missing file is wrong too.
struct opened_access {
  std::shared_ptr<access_control> access;
  std::string problem;
};
opened_access open_access(const http_settings& settings);

/// Reads the tokens again. Gives one clause on what is wrong, then the old ones stay; or nothing.
std::string reload_tokens(access_control& access, const http_settings& settings);

} // namespace floorwalker
