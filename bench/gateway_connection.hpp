// One connection of the load generator, the platform's side: tokens, the listing, the upgrade, the subscription, events.
#pragma once

#include "bench/byte_stream.hpp"
#include "bench/event_courses.hpp"
#include "messages/settings.hpp"
#include "simulator/websocket_codec.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker::bench {

/// Who works where. Tenants are called bench-1, bench-2…; their agents are spread over a hundred teams.
struct load_floor {
  std::uint64_t seed = 1;
  std::uint32_t tenants = 1;
  std::uint32_t agents = 10'000; ///< of each tenant
  state_matrix matrix;
  std::size_t piece_octets = 65'536;
};

/// Knows just enough of the protocol for a well-behaved client; whoever is not is disconnected. One thread.
class gateway_connection {
public:
  enum class outcome : std::uint8_t { goes_on, subscribed, ended };

  /// Takes the socket, which is non-blocking, over.
  gateway_connection(int socket, SSL_CTX* context, const load_floor& floor);

  /// Takes what the client sent. `subscribed` is told once.
  outcome readable();

  /// Writes what waits: answers first, then the rest of a piece. False: the socket takes no more, or the client is gone.
  bool flush();

  bool is_subscribed() const { return course_.has_value(); }
  std::size_t agents() const { return agents_; }
  std::size_t events_a_piece() const { return course_->size(); }
  /// Makes the whole course wait to be written, stamped with `at` or a microsecond after the piece before.
  /// Only when everything is flushed.
  void begin_piece(utc_time at);
  /// Makes the next event wait to be written. Only when everything is flushed.
  void begin_event(utc_time at);
  bool flushed() const { return answers_.empty() && pending_.empty(); }

  int socket() const { return stream_.socket(); }

private:
  outcome take_request();
  outcome take_messages();
  void answer(std::string_view status, std::string_view body);
  void answer_token(std::string_view body);
  void answer_listing(std::string_view target, std::uint32_t tenant);
  bool upgrade(std::string_view head);
  bool subscribe(const std::string& payload);

  byte_stream stream_;
  const load_floor& floor_;
  bool streaming_ = false;
  std::string input_;
  simulator::frame_decoder decoder_{false};
  std::string answers_;      ///< whole HTTP answers or control frames
  std::string_view pending_; ///< the rest of a piece or an event, in the course
  std::optional<event_course> course_;
  std::size_t agents_ = 0;
  std::size_t next_event_ = 0;
  utc_time stamped_;
};

} // namespace floorwalker::bench
