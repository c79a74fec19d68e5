#include "runtime/network/stream_session.hpp"

#include "runtime/network/chunked_stream.hpp"
#include "runtime/network/dial.hpp"
#include "runtime/network/network_failure.hpp"
#include "runtime/network/observation_intake.hpp"
#include "runtime/network/stream_ends.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <type_traits>

namespace floorwalker {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using boost::system::error_code;
using clock = std::chrono::steady_clock;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds upgrade_limit{10'000};
constexpr std::chrono::seconds close_limit{2};       ///< for the peer's close frame, when the rest is discarded
constexpr std::chrono::seconds read_to_end_limit{5}; ///< the same when the rest is read; stands still while paused
constexpr std::chrono::seconds farewell_limit{2};    ///< for our last bytes and the end of TLS
constexpr std::size_t message_buffer_kept = 64 * 1024;
constexpr std::size_t outbox_bytes = 64 * 1024; // thousands of pongs that nobody reads

using strand = asio::strand<asio::io_context::executor_type>;

/// Everything below `public:` that is not `start` runs on the strand.
template <class Next>
class stream_session final : public event_stream_connection, public std::enable_shared_from_this<stream_session<Next>> {
public:
  stream_session(strand where, const stream_settings& settings, const wall_clock& wall, stream_request request,
                 socket_actor socket, tracker_actor tracker)
      : strand_(std::move(where)),
        settings_(settings),
        wall_(wall),
        request_(std::move(request)),
        label_("tenant " + settings.tenant + ", listener " + std::to_string(request_.slot) + ", connection " +
               std::to_string(request_.connection)),
        intake_(label_, request_.connection, std::move(socket), std::move(tracker), wall),
        time_(std::make_shared<deadline>(strand_)),
        timer_(strand_) {}

  void start() {
    auto self = this->shared_from_this();
    intake_.set_source(self);
    asio::co_spawn(strand_, open(self), [self](std::exception_ptr failure) {
      self->guarded([&] {
        if (failure) self->open_failed(failure);
      });
    });
  }

  void batch_done(observation_batch_ptr batch) noexcept override {
    on_strand([batch = std::move(batch)](stream_session& self) mutable {
      self.intake_.returned(std::move(batch));
      if (self.ended_) return;
      self.intake_.hand_over();
      if (self.paused_) self.resume();
    });
  }

  void ping() noexcept override {
    on_strand([](stream_session& self) {
      if (self.stage_ != stage::open || self.ended_) return;
      error_code error;
      self.ws_->ping({}, error);
      if (error) self.read_failed(error);
    });
  }

  void close(std::uint16_t code, std::string reason, bool read_to_end) noexcept override {
    on_strand([code, reason = std::move(reason), read_to_end](stream_session& self) {
      if (self.ended_ || self.by_us_) return;
      self.by_us_ = true;
      self.our_reason_ = reason;
      self.begin_close(code, reason, read_to_end);
    });
  }

  void drop(std::string why) noexcept override {
    on_strand([why = std::move(why)](stream_session& self) {
      stream_end end;
      end.reason = why;
      self.give_up(std::move(end));
    });
  }

  std::uint64_t octets_heard() const noexcept override { return heard_.load(std::memory_order_relaxed); }
  bool paused() const noexcept override { return paused_.load(std::memory_order_relaxed); }

private:
  static constexpr bool is_tls = std::is_same_v<Next, tls_socket>;
  /// So many octets hold at least one whole TLS record (RFC 8446 §5.2: 2^14 + 256, and its header).
  static constexpr std::size_t whole_record = 16'384 + 256 + 5;

  enum class stage : std::uint8_t {
    opening,
    open,
    closing, ///< our close frame is on its way; the peer's is awaited
    leaving  ///< the end is told; last bytes go out, then the socket closes
  };

  // --- opening ---

  static asio::awaitable<void> open(std::shared_ptr<stream_session> self) {
    auto& access = *self->settings_.access;
    auto& time = *self->time_;
    auto socket = co_await dial(access, time);
    typename chunked_stream<Next>::options options{.outbox_bytes = outbox_bytes + self->request_.subscription.size(),
                                                   .heard = &self->heard_,
                                                   .on_output = [raw = self.get()] { raw->pump(); },
                                                   .on_wait = [raw = self.get()] { (void)raw->intake_.hand_over(); }};
    if constexpr (is_tls) {
      auto secured = co_await secure(std::move(socket), access, time);
      self->ws_.emplace(std::move(secured), std::move(options));
    } else {
      self->ws_.emplace(std::move(socket), std::move(options));
    }
    self->configure();
    error_code error;
    {
      auto step = time.begin(upgrade_limit, [raw = self.get()] { raw->close_socket(); });
      auto [result] = co_await self->ws_->async_handshake(access.base.authority(), access.paths.stream, as_result);
      error = result;
    }
    // A refusal counts even where Beast, which wants its body too, calls it an error.
    auto& head = self->layer().head();
    if (head.complete() && !head.switches_protocols())
      co_return self->give_up(refused_upgrade(head.text(), self->wall_.now()));
    time.check();
    if (error) throw network_failure("WebSocket upgrade: " + failure_clause(error));
    self->opened();
  }

  void configure() {
    auto& ws = *ws_;
    ws.read_message_max(settings_.max_frame);
    ws.auto_fragment(false);
    ws.text(true);
    // Our own deadlines rule; Beast's would close the socket behind our back.
    ws.set_option(
        websocket::stream_base::timeout{websocket::stream_base::none(), websocket::stream_base::none(), false});
    websocket::permessage_deflate deflate;
    deflate.client_enable = settings_.compression;
    ws.set_option(deflate);
    ws.set_option(websocket::stream_base::decorator(
        [token = request_.token, access = settings_.access](websocket::request_type& request) {
          request.set(http::field::user_agent, access->user_agent);
          request.set(http::field::authorization, "Bearer " + token->reveal());
        }));
  }

  void opened() {
    stage_ = stage::open;
    layer().head().forget();
    ws_->set_option(websocket::stream_base::decorator([](websocket::request_type&) {})); // it holds the token
    request_.token = nullptr;
    intake_.upgraded();
    error_code error;
    ws_->write(asio::buffer(request_.subscription), error);
    if (error) return read_failed(error);
    std::string{}.swap(request_.subscription);
    read();
  }

  void open_failed(const std::exception_ptr& failure) {
    stream_end end;
    end.kind = stream_end_kind::connect_failed;
    try {
      std::rethrow_exception(failure);
    } catch (const network_failure& e) {
      end.reason = e.what();
    } catch (const std::exception& e) {
      spdlog::error("{}: connecting failed in an unforeseen way: {}", label_, e.what());
      end.reason = "internal failure";
    }
    give_up(std::move(end));
  }

  // --- reading ---

  void read() {
    ws_->async_read(buffer_, [self = this->shared_from_this()](error_code error, std::size_t) {
      self->guarded([&] {
        if (self->ended_) return;
        if (error) return self->read_failed(error);
        self->received_at_ = self->wall_.now();
        self->take_message();
        self->take_messages();
      });
    });
  }

  /// Takes what is complete in memory, as far as the tracker's credit reaches, then waits for more.
  void take_messages() {
    while (!ended_) {
      if (!discarding_ && !intake_.make_room()) return pause();
      if (layer().messages_ready() == 0) break;
      error_code error;
      ws_->read(buffer_, error);
      if (error) return read_failed(error);
      take_message();
    }
    if (ended_) return;
    if (intake_.sizeable() || !more_at_hand()) intake_.hand_over();
    read();
  }

  /// True if the next read is served at once: then its messages may join the open batch, which spares wake-ups and
  /// delays nothing.
  bool more_at_hand() {
    if (holds_bytes(layer().next_layer())) return true;
    error_code error;
    auto octets = beast::get_lowest_layer(*ws_).available(error);
    return !error && octets >= whole_record;
  }

  void take_message() {
    layer().message_taken();
    if (!discarding_) {
      auto bytes = buffer_.data();
      std::string_view frame{static_cast<const char*>(bytes.data()), bytes.size()};
      if (intake_.take(frame, ws_->got_text(), received_at_) == observation_intake::outcome::rejected) rejected();
    }
    buffer_.clear();
    if (buffer_.capacity() > message_buffer_kept) buffer_.shrink_to_fit();
  }

  void rejected() {
    stream_end end;
    end.kind = stream_end_kind::rejected;
    end.code = websocket::close_code::normal;
    end.reason = intake_.reject_reason();
    foretold_end_ = std::move(end);
    if (stage_ == stage::open) begin_close(websocket::close_code::normal, {}, false);
    discarding_ = true;
  }

  void pause() {
    paused_ = true;
    if (stage_ != stage::closing) return;
    closing_left_ = std::max(closing_end_ - clock::now(), clock::duration{});
    ++timer_number_;
  }

  void resume() {
    paused_ = false;
    if (stage_ == stage::closing) arm_closing(closing_left_);
    take_messages();
  }

  void read_failed(const error_code& error) {
    if (foretold_end_) return finish(*foretold_end_, error == websocket::error::closed);
    auto end = end_of_stream(error, ws_->reason());
    finish(std::move(end), end.code != websocket::close_code::abnormal);
  }

  // --- writing ---

  /// Writes what Beast and we put into the outbox, one write at a time.
  void pump() {
    if (writing_) return;
    auto bytes = layer().output().take();
    if (bytes.empty()) {
      if (stage_ == stage::leaving) say_farewell();
      return;
    }
    writing_ = true;
    asio::async_write(layer().next_layer(), asio::buffer(bytes),
                      [self = this->shared_from_this()](error_code error, std::size_t) {
                        self->guarded([&] {
                          self->writing_ = false;
                          self->layer().output().written();
                          // The reader finds out why, after the last bytes that the peer may have sent before.
                          if (error) self->layer().output().give_up();
                          self->pump();
                        });
                      });
  }

  // --- ending ---

  /// Sends our close frame, after which nothing of ours follows, and reads on until the peer's. Beast's own closing
  /// would throw away what still comes.
  void begin_close(std::uint16_t code, std::string_view reason, bool read_to_end) {
    if (stage_ == stage::opening) return time_->cancel(); // open() ends with "given up"
    if (stage_ != stage::open) return;
    stage_ = stage::closing;
    layer().output().seal(close_frame(code, reason, random_mask()));
    pump();
    if (read_to_end) {
      closing_left_ = read_to_end_limit;
      if (!paused_) arm_closing(closing_left_);
      return;
    }
    intake_.flush();
    discarding_ = true;
    closing_left_ = close_limit;
    if (paused_) return resume();
    arm_closing(closing_left_);
  }

  void arm_closing(clock::duration left) {
    closing_end_ = clock::now() + left;
    after(left, [](stream_session& self) {
      stream_end end;
      end.reason = "the gateway did not answer our close frame in time";
      self.give_up(self.foretold_end_.value_or(std::move(end)));
    });
  }

  /// Tells the end, and leaves at once or in good order: with what the outbox holds sent, so that a peer reads our
  /// close frame and not a reset.
  void finish(stream_end end, bool in_order) {
    if (ended_) return;
    ended_ = true;
    paused_ = false;
    end.by_us = by_us_;
    end.our_reason = our_reason_;
    if (end.kind == stream_end_kind::closed && end.reason.empty() && end.code == websocket::close_code::abnormal)
      end.reason = "the connection was lost";
    intake_.end(std::move(end));
    request_.token = nullptr;
    stage_ = stage::leaving;
    ++timer_number_;
    if (!in_order || !ws_) return leave();
    after(farewell_limit, [](stream_session& self) { self.leave(); });
    pump();
  }

  /// Ends without any handshake.
  void give_up(stream_end end) { finish(std::move(end), false); }

  /// Ends TLS (RFC 8446 §6.1) and TCP on our side, and waits for the peer to do the same: closing while bytes of his
  /// are unread would reset the connection and might take our close frame with it.
  void say_farewell() {
    if (left_ || farewell_said_) return;
    farewell_said_ = true;
    if constexpr (is_tls) {
      layer().next_layer().async_shutdown(
          [self = this->shared_from_this()](error_code) { self->guarded([&] { self->leave(); }); });
    } else {
      error_code ignored;
      layer().next_layer().shutdown(asio::socket_base::shutdown_send, ignored);
      read_until_end();
    }
  }

  void read_until_end() {
    auto rest = buffer_.prepare(message_buffer_kept);
    layer().next_layer().async_read_some(rest, [self = this->shared_from_this()](error_code error, std::size_t) {
      self->guarded([&] {
        if (error || self->left_) return self->leave();
        self->read_until_end();
      });
    });
  }

  void leave() {
    left_ = true;
    ++timer_number_;
    timer_.cancel();
    time_->cancel();
    if (ws_) layer().output().give_up();
    close_socket();
  }

  void close_socket() {
    if (!ws_) return;
    error_code ignored;
    beast::get_lowest_layer(*ws_).close(ignored);
  }

  // --- strand ---

  template <class F>
  void after(clock::duration delay, F f) {
    timer_.expires_after(delay);
    timer_.async_wait([self = this->shared_from_this(), number = ++timer_number_, f](error_code error) {
      self->guarded([&] {
        if (!error && number == self->timer_number_) f(*self);
      });
    });
  }

  template <class F>
  void on_strand(F f) noexcept {
    try {
      asio::post(strand_,
                 [self = this->shared_from_this(), f = std::move(f)]() mutable { self->guarded([&] { f(*self); }); });
    } catch (const std::exception& e) {
      spdlog::error("{}: a request was lost: {}", label_, e.what());
    }
  }

  /// An exception ends this connection and nothing else.
  template <class F>
  void guarded(F f) noexcept {
    try {
      f();
    } catch (const std::exception& e) {
      try {
        spdlog::error("{}: ended by an unforeseen failure: {}", label_, e.what());
        stream_end end;
        end.reason = "internal failure";
        give_up(std::move(end));
      } catch (const std::exception& again) {
        spdlog::critical("{}: could not even end: {}", label_, again.what());
      }
    }
  }

  chunked_stream<Next>& layer() { return ws_->next_layer(); }

  strand strand_;
  const stream_settings settings_;
  const wall_clock& wall_;
  stream_request request_;
  const std::string label_;
  observation_intake intake_;
  std::shared_ptr<deadline> time_; ///< of the opening
  std::optional<websocket::stream<chunked_stream<Next>>> ws_;
  beast::flat_buffer buffer_;
  utc_time received_at_;
  std::atomic<std::uint64_t> heard_{0};
  std::atomic<bool> paused_{false};
  stage stage_ = stage::opening;
  bool ended_ = false;
  std::string our_reason_;  ///< what that close says
  bool by_us_ = false;      ///< close was asked for
  bool discarding_ = false; ///< what still comes interests nobody
  bool writing_ = false;
  bool farewell_said_ = false;
  bool left_ = false;
  std::optional<stream_end> foretold_end_; ///< a reject, told when the connection has closed
  asio::steady_timer timer_;               ///< of closing, then of leaving
  std::uint64_t timer_number_ = 0;
  clock::duration closing_left_{};
  clock::time_point closing_end_;
};

template <class Next>
event_stream_connection_ptr started(asio::io_context& context, const stream_settings& settings, const wall_clock& wall,
                                    stream_request request, socket_actor socket, tracker_actor tracker) {
  auto session = std::make_shared<stream_session<Next>>(asio::make_strand(context), settings, wall, std::move(request),
                                                        std::move(socket), std::move(tracker));
  session->start();
  return session;
}

} // namespace

event_stream_connection_ptr start_stream_session(asio::io_context& context, const stream_settings& settings,
                                                 const wall_clock& clock, stream_request request, socket_actor socket,
                                                 tracker_actor tracker) {
  auto start = settings.access->base.tls ? started<tls_socket> : started<tcp_socket>;
  return start(context, settings, clock, std::move(request), std::move(socket), std::move(tracker));
}

} // namespace floorwalker
