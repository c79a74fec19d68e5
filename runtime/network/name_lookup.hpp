// Looking a name up without ever having to wait for the end of it.
#pragma once

#include "runtime/network/deadline.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/system/error_code.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace floorwalker {

/// The addresses of a name, or why there are none.
struct found_addresses {
  std::vector<boost::asio::ip::address> addresses;
  boost::system::error_code error;
};

/// Blocks until the name is looked up. Called on any thread.
using name_resolver = std::function<found_addresses(const std::string& host)>;

/// Asks the system (getaddrinfo), for IPv6 and IPv4.
found_addresses resolve_by_system(const std::string& host);

/// Looks one host up, on a thread of the look-up's own. getaddrinfo can't be interrupted and may take half a minute;
/// Asio's resolver queues the look-ups of a whole io_context behind it, and the context's end waits for it. This thread
/// is left to itself instead when time is up. Use on one strand.
class name_lookup {
public:
  explicit name_lookup(std::string host, name_resolver resolve = resolve_by_system);
  ~name_lookup();
  name_lookup(const name_lookup&) = delete;
  name_lookup& operator=(const name_lookup&) = delete;

  /// The host's addresses, at least one. A look-up that an earlier call gave up is waited for again, so there is never
  /// more than one thread. Throws network_failure, or std::system_error if there is no thread to be had.
  boost::asio::awaitable<std::vector<boost::asio::ip::address>> find(deadline& time);

private:
  struct search;
  class waiting;

  void begin(const std::shared_ptr<search>& begun);

  std::string host_;
  name_resolver resolve_;
  std::shared_ptr<search> under_way_;
};

} // namespace floorwalker
