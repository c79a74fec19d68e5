#include "runtime/http/server_tls.hpp"

#include "runtime/network/network_failure.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <iterator>
#include <stdexcept>

namespace floorwalker {
namespace {

/// A key with a pass phrase is no key for a service; without this, OpenSSL would ask at the terminal.
std::string no_pass_phrase(std::size_t, boost::asio::ssl::context::password_purpose) { return {}; }

/// Of the protocols that a client offers (RFC 7301) we speak one; to others the handshake says nothing.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
  static constexpr unsigned char ours[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  auto found = SSL_select_next_proto(const_cast<unsigned char**>(chosen), chosen_size, ours, std::size(ours), offered,
                                     offered_size);
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

void expect(const boost::system::error_code& error, std::string_view what, const std::string& file) {
  if (error) throw std::runtime_error{fmt::format("the {} {} can't be used: {}", what, file, failure_clause(error))};
}

} // namespace

std::shared_ptr<boost::asio::ssl::context> make_server_tls(const std::string& certificate_file,
                                                           const std::string& key_file) {
  namespace ssl = boost::asio::ssl;
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  auto* handle = context->native_handle();
  ::SSL_CTX_set_min_proto_version(handle, TLS1_2_VERSION);
  ::SSL_CTX_set_options(handle, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // Many quiet connections: their record buffers are given back between reads.
  ::SSL_CTX_set_mode(handle, SSL_MODE_RELEASE_BUFFERS);
  ::SSL_CTX_set_alpn_select_cb(handle, choose_protocol, nullptr);
  boost::system::error_code error;
  context->set_password_callback(no_pass_phrase, error);
  context->use_certificate_chain_file(certificate_file, error);
  expect(error, "certificate", certificate_file);
  context->use_private_key_file(key_file, ssl::context::pem, error);
  expect(error, "key", key_file);
  if (::SSL_CTX_check_private_key(handle) != 1)
    throw std::runtime_error{
        fmt::format("the key {} does not belong to the certificate {}", key_file, certificate_file)};
  return context;
}

} // namespace floorwalker
