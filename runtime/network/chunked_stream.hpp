// The layer between Beast's WebSocket and the connection, for reading hundreds of messages at the price of one wake-up.
#pragma once

#include "runtime/network/message_counter.hpp"
#include "runtime/network/outbox.hpp"
#include "runtime/network/tls_socket.hpp"
#include "runtime/network/upgrade_head.hpp"

#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/websocket/teardown.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace floorwalker {

/// Lies under websocket::stream, over a connected tcp_socket or tls_socket: what read_now and holds_bytes know. One
/// strand; the read is Beast's only.
///
/// Reading takes a chunk at a time and counts how many complete messages Beast can take from it. An asynchronous read
/// of Beast's wakes its caller once a chunk; while `messages_ready` says so, Beast's synchronous read then finds the
/// further ones in memory and never waits. Memory for a chunk is there only while there are bytes in it.
///
/// Writing, synchronous or not, goes to an outbox and succeeds at once; whoever owns the stream is told by the callback
/// and writes the outbox to the next layer. So Beast's own pongs and closes, which it writes wherever it meets the
/// cause, can neither block nor run into another frame.
template <class Next>
class chunked_stream {
public:
  using error_code = boost::beast::error_code;
  using next_layer_type = Next;
  using executor_type = typename Next::executor_type;

  struct options {
    std::size_t chunk_bytes = 64 * 1024;
    std::size_t outbox_bytes = 64 * 1024;
    std::atomic<std::uint64_t>* heard = nullptr; ///< counts the bytes that arrive
    std::function<void()> on_output = {};        ///< the outbox has got something; called from within a write
    std::function<void()> on_wait = {};          ///< nothing more has arrived; called from within a read; may be empty
  };

  chunked_stream(Next next, options wanted)
      : next_(std::move(next)), options_(std::move(wanted)), outbox_(options_.outbox_bytes) {}

  executor_type get_executor() noexcept { return next_.get_executor(); }
  Next& next_layer() noexcept { return next_; }
  const Next& next_layer() const noexcept { return next_; }

  outbox& output() { return outbox_; }
  upgrade_head& head() { return head_; }

  /// Complete messages that arrived and were not yet taken.
  std::size_t messages_ready() const { return ready_; }
  /// One of them was taken from Beast.
  void message_taken() { --ready_; }

  // --- for Beast ---

  template <class Buffers>
  std::size_t read_some(const Buffers& to, error_code& error) {
    error = {};
    if (has_bytes()) return take(to);
    error = boost::asio::error::would_block; // only by a defect: who reads synchronously asked messages_ready first
    return 0;
  }
  template <class Buffers>
  std::size_t read_some(const Buffers& to) {
    return or_throw([&](error_code& error) { return read_some(to, error); });
  }
  template <class Buffers, class Token>
  auto async_read_some(const Buffers& to, Token&& token) {
    return boost::asio::async_compose<Token, void(error_code, std::size_t)>(
        [this, to, started = false](auto& self, error_code error = {}) mutable {
          auto first = !std::exchange(started, true);
          if (!error && !has_end()) {
            auto got = has_bytes() || (!(first && waits_first_) && fill());
            if (!got) {
              if (options_.on_wait) options_.on_wait();
              return boost::beast::get_lowest_layer(next_).async_wait(wait_read, std::move(self));
            }
          }
          if (first) return boost::asio::post(get_executor(), std::move(self));
          if (has_bytes()) return self.complete({}, take(to));
          if (!error) error = failure_;
          if (!error) error = boost::asio::error::eof; // a refusal's body interests nobody
          self.complete(error, 0);
        },
        token, next_);
  }

  template <class Buffers>
  std::size_t write_some(const Buffers& from, error_code& error) {
    error = {};
    auto size = boost::asio::buffer_size(from);
    if (!outbox_.append(from)) {
      error = boost::asio::error::no_buffer_space;
      return 0;
    }
    options_.on_output();
    return size;
  }
  template <class Buffers>
  std::size_t write_some(const Buffers& from) {
    return or_throw([&](error_code& error) { return write_some(from, error); });
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& from, Token&& token) {
    return boost::asio::async_compose<Token, void(error_code, std::size_t)>(
        [this, from, started = false, error = error_code{}, size = std::size_t{0}](auto& self) mutable {
          if (started) return self.complete(error, size);
          started = true;
          size = write_some(from, error);
          boost::asio::post(get_executor(), std::move(self));
        },
        token, next_);
  }

  // Beast ends a failed connection by tearing this layer down, which would wait for the peer, even in a synchronous
  // read. The owner ends it in its own time instead.
  friend void teardown(boost::beast::role_type, chunked_stream&, error_code& error) { error = {}; }
  template <class Handler>
  friend void async_teardown(boost::beast::role_type, chunked_stream& stream, Handler&& handler) {
    boost::asio::post(stream.get_executor(), boost::beast::bind_handler(std::forward<Handler>(handler), error_code{}));
  }

private:
  static constexpr auto wait_read = boost::asio::socket_base::wait_read;

  bool has_bytes() const { return position_ < end_; }
  bool refused() const { return head_.complete() && !upgraded_; }

  /// Nothing more comes, however long one waits.
  bool has_end() const { return !has_bytes() && (refused() || failure_); }

  /// Reads what there is. False: nothing yet.
  bool fill() {
    chunk_ = std::make_unique_for_overwrite<char[]>(options_.chunk_bytes);
    error_code error;
    auto size = read_now(next_, std::span{chunk_.get(), options_.chunk_bytes}, error);
    waits_first_ = size < options_.chunk_bytes && !holds_bytes(next_);
    if (size > 0) {
      arrived(size);
      return true;
    }
    chunk_ = nullptr;
    if (error == boost::asio::error::would_block) return false;
    failure_ = error;
    return true;
  }

  void arrived(std::size_t size) {
    position_ = 0;
    end_ = size;
    *options_.heard += size;
    if (upgraded_) ready_ += counter_.feed(chunk_.get(), size);
  }

  template <class Buffers>
  std::size_t take(const Buffers& to) {
    auto size = std::min(end_ - position_, boost::asio::buffer_size(to));
    auto* from = chunk_.get() + position_;
    // Of the chunk that ends the upgrade's answer Beast gets the answer and not a byte more, or it would keep the first
    // frames in a buffer of its own, uncounted.
    bool in_head = !head_.complete();
    if (in_head) size = head_.feed({from, size});
    boost::asio::buffer_copy(to, boost::asio::buffer(from, size));
    position_ += size;
    if (in_head && head_.complete() && head_.switches_protocols()) {
      upgraded_ = true;
      ready_ += counter_.feed(chunk_.get() + position_, end_ - position_);
    }
    if (!has_bytes()) chunk_ = nullptr;
    return size;
  }

  template <class F>
  static std::size_t or_throw(F f) {
    error_code error;
    auto size = f(error);
    if (error) throw boost::beast::system_error{error};
    return size;
  }

  Next next_;
  options options_;
  outbox outbox_;
  std::unique_ptr<char[]> chunk_; ///< null: no bytes
  bool waits_first_ = false;      ///< the last read left nothing behind, so that the next one would come to nothing
  std::size_t position_ = 0;
  std::size_t end_ = 0;
  upgrade_head head_;
  bool upgraded_ = false;
  message_counter counter_;
  std::size_t ready_ = 0;
  error_code failure_; ///< of the next layer
};

} // namespace floorwalker
