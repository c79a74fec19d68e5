// Why something on the network failed, in words fit for a log line or a stream_end.
#pragma once

#include <boost/system/error_code.hpp>

#include <stdexcept>
#include <string>

struct ssl_st; // OpenSSL's SSL

namespace floorwalker {

/// Thrown by the steps of a connection; `what()` is one clause without secrets.
class network_failure : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// The error as one clause in lower case: "connection refused", "host not found".
std::string failure_clause(const boost::system::error_code& error);

/// The same for a TLS handshake, with OpenSSL's verdict on the certificate where that was the trouble:
/// "certificate verify failed: unable to get local issuer certificate".
std::string handshake_failure_clause(const boost::system::error_code& error, const ssl_st* connection);

} // namespace floorwalker
