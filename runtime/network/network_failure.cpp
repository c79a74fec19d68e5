#include "runtime/network/network_failure.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace floorwalker {
namespace {

std::string starting_low(std::string text) {
  // "Connection refused" reads badly behind a colon; "SSL…" and the like stay.
  if (text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && !(text[1] >= 'A' && text[1] <= 'Z'))
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

} // namespace

std::string failure_clause(const boost::system::error_code& error) {
  namespace asio = boost::asio;
  if (error == asio::error::eof) return "the peer closed the connection";
  if (error == asio::ssl::error::stream_truncated) return "the peer closed the connection without ending TLS";
  if (error == asio::error::host_not_found || error == asio::error::no_data) return "host not found";
  if (error == asio::error::host_not_found_try_again) return "host not found for now (the name server did not answer)";
  if (error.category() == asio::error::get_ssl_category()) {
    auto* reason = ::ERR_reason_error_string(static_cast<unsigned long>(error.value()));
    return reason ? starting_low(reason) : "TLS error " + std::to_string(error.value());
  }
  return starting_low(error.message());
}

std::string handshake_failure_clause(const boost::system::error_code& error, const ssl_st* connection) {
  auto verdict = ::SSL_get_verify_result(connection);
  if (verdict != X509_V_OK)
    return "certificate verify failed: " + starting_low(::X509_verify_cert_error_string(verdict));
  if (error == boost::asio::error::eof || error == boost::asio::ssl::error::stream_truncated)
    return "the peer closed the connection during the TLS handshake";
  return "TLS handshake failed: " + failure_clause(error);
}

} // namespace floorwalker
