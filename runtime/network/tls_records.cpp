#include "runtime/network/tls_records.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace floorwalker {

std::size_t read_buffered(tls_stream& stream, char* to, std::size_t size, boost::system::error_code& error) {
  error = {};
  auto* connection = stream.native_handle();
  std::size_t total = 0;
  while (total < size) {
    ::ERR_clear_error();
    std::size_t count = 0;
    // Reads from the memory that Asio filled. What OpenSSL wants to say in answer waits there for Asio's next write.
    auto result = ::SSL_read_ex(connection, to + total, size - total, &count);
    if (result == 1) {
      total += count;
      continue;
    }
    // An orderly end shows again in the next read; a failure would not, so it is kept.
    if (::SSL_get_error(connection, result) == SSL_ERROR_SSL) {
      auto code = static_cast<int>(::ERR_get_error());
      error = code != 0 ? boost::system::error_code{code, boost::asio::error::get_ssl_category()}
                        : boost::system::error_code{boost::asio::ssl::error::stream_truncated};
    }
    break;
  }
  ::ERR_clear_error();
  return total;
}

} // namespace floorwalker
