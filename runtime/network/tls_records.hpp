// Reading what TLS holds already.
#pragma once

#include "runtime/network/dial.hpp"

#include <boost/system/error_code.hpp>

#include <cstddef>

namespace floorwalker {

/// Decrypts records that have arrived together with the ones just read, without touching the socket: Asio gives out one
/// record a read, and gateways like to send each event in a record of its own. Returns the bytes written to `to`.
/// `error` is set if the connection can't be read any more. Not while a read is under way.
std::size_t read_buffered(tls_stream& stream, char* to, std::size_t size, boost::system::error_code& error);

} // namespace floorwalker
