// What goes wrong on event streams, and when.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/instant.hpp"

namespace floorwalker::simulator {

enum class fault_kind : std::uint8_t {
  // at the subscription
  no_ack,   ///< the subscription is never answered
  slow_ack, ///< answered after a while
  reject,   ///< answered with subscribe.reject
  // on a stream that was acknowledged
  drop,         ///< the connection ends after the client's side took every byte; no close frame
  reset,        ///< the connection is torn down with an event half sent
  close,        ///< a close frame of our choice
  stall,        ///< nothing more is sent or answered, and the connection stays open
  oversized,    ///< a text frame larger than clients accept
  binary,       ///< a binary frame
  invalid_utf8, ///< a text frame that is not UTF-8
  bad_frame,    ///< a frame with a reserved opcode
  ping,         ///< a ping with a payload of our choice
  malformed,    ///< one malformed message
  second_ack,   ///< subscribe.ack once more
  late_reject,  ///< subscribe.reject after the ack
  fragments,    ///< an ignorable message in three frames with a ping between them; legal
};

enum class trigger_kind : std::uint8_t {
  now,        ///< as soon as there is a connection
  event,      ///< when the total of events sent reaches n (and 2n, 3n with a count)
  each,       ///< at the n-th event of every connection
  every,      ///< at random times this far apart on average, on a random connection
  connection, ///< on the n-th connection, once it has subscribed
};

struct fault {
  fault_kind kind{};
  trigger_kind when = trigger_kind::now;
  std::uint64_t n = 0;                       ///< for `event`, `each` and `connection`
  std::chrono::milliseconds mean_interval{}; ///< for `every`
  std::uint64_t count_max = 0;               ///< 0: without a limit
  std::uint16_t close_code = 0;              ///< for `close`
  std::string text;                          ///< reason, or ping payload
  std::uint64_t amount = 0;                  ///< bytes of `oversized`, milliseconds of `slow_ack`
};

/// Reads `KIND[:ARGUMENT…][@TRIGGER][*COUNT]`, e.g. `close:1008:rate limit exceeded@each:500*2`.
/// Throws std::invalid_argument with one line that names the text, the problem and what was expected.
fault parse_fault(std::string_view text);

/// As in the command line's grammar and the ledger: "drop", "invalid-utf8", …
std::string_view name_of(fault_kind kind);

/// True for faults that take the place of the subscription's answer.
bool is_at_subscription(fault_kind kind);

/// Reads "250ms", "45s", "5min" or "2h". Throws std::invalid_argument.
std::chrono::milliseconds parse_duration(std::string_view text);

/// Keeps count of what has happened. Pure: time and numbers come in, due faults go out. One thread.
class fault_plan {
public:
  explicit fault_plan(std::uint64_t seed) : seed_{seed} {}

  /// Adds a fault; a random one is due the first time about one mean interval after `now`.
  void add(fault what, instant now);

  /// The fault that takes the place of the answer to the subscription of connection number `connection` (from 1).
  std::optional<fault> at_subscription(std::uint64_t connection);

  /// Faults due on a connection that was just acknowledged.
  std::vector<fault> at_acknowledgement(std::uint64_t connection);

  /// The next total of events at which something is due; the largest number if never.
  std::uint64_t next_total() const { return next_total_; }
  /// The next number of events, above `sent`, at which something is due on every connection.
  std::uint64_t next_on_connection(std::uint64_t sent) const;

  /// Faults due at these numbers, for the connection that carried the event.
  std::vector<fault> at_event(std::uint64_t total, std::uint64_t sent_on_connection);

  /// Random faults that are due; the caller chooses the connection.
  std::vector<fault> at_time(instant now);

private:
  struct armed {
    fault what;
    std::uint64_t fired = 0;
    instant next{};
  };
  bool fire(armed& one);
  void find_next_total(std::uint64_t after);
  void schedule(armed& one, std::size_t place, instant now);

  std::uint64_t seed_;
  std::vector<armed> armed_;
  std::uint64_t next_total_ = ~std::uint64_t{0};
  std::uint64_t total_ = 0;
};

} // namespace floorwalker::simulator
