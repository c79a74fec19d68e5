// TLS as a client: 1.2 or newer, the peer's certificate and name verified, always.
#pragma once

#include "runtime/network/base_url.hpp"

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>

struct ssl_st; // OpenSSL's SSL

namespace floorwalker {

/// A context that trusts the certificates in `ca_file` (PEM), or the system's if that is empty.
/// Throws std::invalid_argument if the file can't be used. The result is shared by all connections of a tenant.
std::shared_ptr<boost::asio::ssl::context> make_tls_context(const std::string& ca_file);

/// Makes one connection ask for (SNI, RFC 6066 §3: names only) and insist on the host of `peer`, by name or address
/// (RFC 6125; wildcards only as a whole first label). Call before the handshake. Throws network_failure.
void expect_peer(ssl_st* connection, const base_url& peer);

} // namespace floorwalker
