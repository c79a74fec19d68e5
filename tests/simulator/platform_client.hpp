// A small blocking client of the platform's protocol, on Beast, so that our own frames are read by somebody else's code.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/json.hpp>

#include "simulator/gateway.hpp"

namespace floorwalker::simulator::testing {

namespace asio = boost::asio;
namespace json = boost::json;
using tcp = asio::ip::tcp;
using plain_stream = tcp::socket;
using tls_stream = asio::ssl::stream<tcp::socket>;
using error_code = boost::system::error_code;

/// Connects, without TLS or with the gateway's own authority and host name verified.
template <class Stream>
std::unique_ptr<Stream> connect(asio::io_context& io, const gateway& to);

struct response {
  unsigned status = 0;
  std::string body;
};

/// One request on a connection of its own.
template <class Stream = plain_stream>
response call(const gateway& to, const std::string& method, const std::string& target, const std::string& body = {},
              const std::string& token = {});

template <class Stream = plain_stream>
std::string get_token(const gateway& from);

/// The first thousand agents, as listed.
json::array list_agents(const gateway& from, const std::string& token);
std::vector<std::string> agent_ids(const gateway& from, const std::string& token);

/// One event stream.
template <class Stream = plain_stream>
class stream_client {
public:
  stream_client(const gateway& to, const std::string& token, bool compression = false);
  ~stream_client();

  void subscribe(const std::vector<std::string>& ids);
  /// Subscribes and takes the answer.
  json::value subscribed(const std::vector<std::string>& ids);
  /// The next message; empty once the connection has ended, and then `problem` says how.
  std::string next();
  bool got_binary() const;
  void write(const std::string& message);
  void ping(const std::string& payload);
  void close();
  /// The close code received; 0 without a close frame.
  int close_code() const;
  std::string close_reason() const;

  unsigned handshake_status = 0;
  std::string extensions; ///< as agreed in the handshake
  error_code problem;
  std::vector<std::string> pings; ///< payloads, in the order of arrival

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

/// Options for tests: plain, nothing generated until asked for.
options quiet_options(std::uint32_t agents = 3);

/// Full speed: so many events in all, as soon as every agent is subscribed; each is kept in the ledger.
options counted_options(std::uint32_t agents, std::uint64_t events);

} // namespace floorwalker::simulator::testing
