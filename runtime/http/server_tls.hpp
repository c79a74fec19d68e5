// TLS as a server: 1.2 or newer.
#pragma once

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>

namespace floorwalker {

/// A context with this certificate chain and key (PEM). Throws std::runtime_error with one clause if they can't be read
/// or don't belong together.
std::shared_ptr<boost::asio::ssl::context> make_server_tls(const std::string& certificate_file,
                                                           const std::string& key_file);

} // namespace floorwalker
