// One client's connection: requests in, answers and streams out, each step within its time.
#pragma once

#include "messages/time.hpp"
#include "runtime/http/answer_text.hpp"
#include "runtime/http/buffered_stream.hpp"
#include "runtime/http/client_wire.hpp"
#include "runtime/http/served_request.hpp"
#include "runtime/http/server_core.hpp"
#include "runtime/http/understood_request.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace floorwalker {

/// HTTP thread only. The server's core holds it until it is over.
class served_connection : public std::enable_shared_from_this<served_connection> {
public:
  served_connection(std::shared_ptr<server_core> core, std::unique_ptr<client_wire> wire, std::string peer,
                    bool from_loopback);
  ~served_connection();

  /// Adds itself to the core and serves. With `refused` it says 503 and ends.
  void start(bool refused);
  /// Ends what has outlasted its time, and streams whose caller may no longer see them.
  void look_at_clock(steady_time now);
  /// Ends when the request under way is answered; at once if there is none. A stream sends what waits.
  void drain();
  /// Ends at once.
  void close();

  /// What came of request `number`; late ones are dropped.
  void answered(std::uint64_t number, served_answer answer);
  void opened(std::uint64_t number, stream_head head, std::shared_ptr<buffered_stream> stream);

private:
  struct opened_stream {
    stream_head head;
    std::shared_ptr<buffered_stream> stream;
  };

  boost::asio::awaitable<void> run(bool refused);
  boost::asio::awaitable<bool> serve_one();
  boost::asio::awaitable<bool> wait_for_request();
  boost::asio::awaitable<bool> read_request(request_parser& from);
  boost::asio::awaitable<bool> read_until(request_parser& from, bool head_only);
  boost::asio::awaitable<void> wait_for_outcome();
  boost::asio::awaitable<bool> send_answer(served_answer answer, const answer_circumstances& circumstances);
  boost::asio::awaitable<void> send_stream(opened_stream opened, const answer_circumstances& circumstances);
  boost::asio::awaitable<void> watch_client();
  boost::asio::awaitable<bool> send(std::string_view bytes);
  boost::asio::awaitable<void> refuse(int status, std::string_view title, std::string_view detail);
  boost::asio::awaitable<void> linger();
  boost::asio::awaitable<boost::system::error_code> read_more();
  boost::asio::awaitable<void> sleep();

  std::optional<served_answer> refusal_of(const understood_request& asked, const route_match& route) const;
  void dispatch(understood_request& asked);
  void log_answer(const understood_request& asked, int status, std::size_t bytes) const;

  void limit(std::chrono::milliseconds time);
  void no_limit();
  void wake();
  void enter_idle();
  void leave_idle();

  std::shared_ptr<server_core> core_;
  std::unique_ptr<client_wire> wire_;
  std::string peer_;
  bool from_loopback_;
  boost::asio::steady_timer gate_; ///< never fires by itself; cancelled to wake whoever sleeps
  bool woken_ = false;
  boost::beast::flat_buffer buffer_;
  std::optional<std::list<served_connection*>::iterator> idle_;
  std::uint64_t number_ = 0; ///< of the request under way
  std::variant<std::monostate, served_answer, opened_stream> outcome_;
  std::shared_ptr<buffered_stream> stream_;
  std::string credential_; ///< of the stream's caller
  steady_time deadline_ = steady_time::max();
  steady_time checked_{}; ///< when the stream's caller was last looked up
  bool expired_ = false;
  bool client_gone_ = false;
  bool last_ = false; ///< no request after this one
};

} // namespace floorwalker
