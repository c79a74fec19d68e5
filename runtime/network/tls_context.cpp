#include "runtime/network/tls_context.hpp"

#include "runtime/network/network_failure.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace floorwalker {

std::shared_ptr<boost::asio::ssl::context> make_tls_context(const std::string& ca_file) {
  namespace ssl = boost::asio::ssl;
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  boost::system::error_code ec;
  if (ca_file.empty()) {
    context->set_default_verify_paths(ec);
    if (ec) throw std::invalid_argument("the system's trust anchors can't be read: " + failure_clause(ec));
  } else {
    context->load_verify_file(ca_file, ec);
    if (ec) throw std::invalid_argument("\"" + ca_file + "\" holds no usable certificates: " + failure_clause(ec));
  }
  context->set_verify_mode(ssl::verify_peer);
  auto* handle = context->native_handle();
  ::SSL_CTX_set_min_proto_version(handle, TLS1_2_VERSION);
  // Hundreds of mostly quiet connections: their record buffers are given back between reads.
  ::SSL_CTX_set_mode(handle, SSL_MODE_RELEASE_BUFFERS);
  // It would make reads want to write; TLS 1.3 has done away with it, and no gateway needs it.
  ::SSL_CTX_set_options(handle, SSL_OP_NO_RENEGOTIATION);
  return context;
}

void expect_peer(ssl_st* connection, const base_url& peer) {
  bool fine = true;
  if (peer.is_address) {
    fine = ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(connection), peer.host.c_str()) == 1;
  } else {
    ::SSL_set_hostflags(connection, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    fine = ::SSL_set1_host(connection, peer.host.c_str()) == 1;
    fine = fine && ::SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                              const_cast<char*>(peer.host.c_str())) == 1;
  }
  if (!fine) throw network_failure("the host name can't be used for TLS");
}

} // namespace floorwalker
