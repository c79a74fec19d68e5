// The course of one listener slot: when it connects, waits, hands over and stops (docs/protocol.md, "Close codes" and
// "Hand-over"). Pure: inputs in, commands out; time and chance are arguments.
#pragma once

#include "actors/connection/close_policy.hpp"
#include "messages/actors.hpp"
#include "messages/settings.hpp"
#include "messages/stream_connection.hpp"
#include "messages/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace floorwalker {

/// Open a connection under this number; with `handover` it takes over from the one that is read now.
struct open_connection {
  std::uint64_t connection = 0;
  bool handover = false;
};
struct close_connection {
  std::uint64_t connection = 0;
  std::uint16_t code = 1000;
  std::string reason;
  bool read_to_end = false;
};
/// Ask the supervisor for its leave to connect.
struct want_connect {
  std::uint64_t number = 0;
  bool handover = false;
};
/// Give that leave back.
struct settle_connect {
  std::uint64_t number = 0;
};
/// Call retry_due(number) after `delay`.
struct wait_for_retry {
  std::uint64_t number = 0;
  std::chrono::nanoseconds delay{};
};
struct renew_token {};
/// The condition changed. `cause` says why, with `stopped` and `waiting`.
struct report_condition {
  slot_condition condition = slot_condition::waiting;
  std::string cause;
};
/// A hand-over was given up; the old connection goes on.
struct handover_abandoned {
  std::string cause;
};

using slot_command = std::variant<open_connection, close_connection, want_connect, settle_connect, wait_for_retry,
                                  renew_token, report_condition, handover_abandoned>;
using slot_commands = std::vector<slot_command>;

/// One slot's course. At most two connections are alive: the one that is read and, during a hand-over, its successor
/// (or, after the successor's acknowledgement, the one that is being closed).
class slot_course {
public:
  explicit slot_course(const reconnect_settings& policy) : policy_(policy) {}

  /// The first token is here.
  slot_commands begin();
  /// The agents are new: hand over, as soon as there is something to hand over from.
  slot_commands renew();
  /// The token is new: as renew(), and what waited for it goes on.
  slot_commands new_token();
  slot_commands granted(const connect_granted& grant);
  slot_commands subscribed(std::uint64_t connection, steady_time now);
  void carried_event(std::uint64_t connection);
  slot_commands paused(std::uint64_t connection, bool paused);
  slot_commands ended(std::uint64_t connection, const stream_end& end, steady_time now, double chance);
  slot_commands retry_due(std::uint64_t number, double chance);
  /// Close everything with 1000 and this reason. The slot has ended when finished() says so.
  slot_commands stop(std::string_view reason);

  bool finished() const { return stopping_ && !reading_ && !successor_ && closing_.empty(); }
  bool stopped() const { return stopped_; }
  /// Retries in a row since the last good connection.
  std::uint32_t failures() const { return failures_; }

private:
  struct connection {
    std::uint64_t number = 0;
    std::uint64_t token = 0; ///< which of our tokens it was opened with
    std::optional<steady_time> subscribed;
    bool carried_event = false;
    bool breaking = false; ///< closed by us to be followed by its successor at once
  };
  enum class waiting_for : std::uint8_t { nothing, leave, retry };

  void open(bool handover, slot_commands& out);
  void ask_leave(bool handover, slot_commands& out);
  static void settle(std::optional<std::uint64_t>& leave, slot_commands& out);
  void hand_over_if_wanted(slot_commands& out);
  void renew_if_refused(const close_decision& decision, const connection& gone, slot_commands& out);
  void attempt_failed(std::string cause, const stream_end& end, double chance, slot_commands& out);
  void handover_failed(std::string cause, const stream_end& end, double chance, slot_commands& out);
  void try_again(slot_commands& out);
  void reading_ended(const stream_end& end, steady_time now, double chance, slot_commands& out);
  void successor_ended(const stream_end& end, double chance, slot_commands& out);
  void give_up(std::string cause, slot_commands& out);
  void wait(std::uint32_t retry, const stream_end& end, double chance, slot_commands& out);

  reconnect_settings policy_;
  std::optional<connection> reading_;   ///< the main connection, from its opening on
  std::optional<connection> successor_; ///< of a hand-over, until its acknowledgement
  std::vector<std::uint64_t> closing_;  ///< handed over from, not yet at their end
  waiting_for main_waits_ = waiting_for::nothing;
  waiting_for handover_waits_ = waiting_for::nothing;
  bool renewal_wanted_ = false;
  std::uint64_t tokens_ = 0;         ///< received so far
  bool renewed_for_refusal_ = false; ///< once until a connection stands
  bool token_awaited_ = false;       ///< the newest one was refused: nothing is tried until there is another
  bool retry_overdue_ = false;       ///< a retry was due meanwhile
  bool stopped_ = false;
  bool stopping_ = false;
  std::uint32_t failures_ = 0;
  std::uint32_t handover_failures_ = 0;
  std::uint64_t connections_ = 0;
  std::uint64_t wishes_ = 0;
  std::optional<std::uint64_t> leave_;         ///< the wish whose grant is in use
  std::optional<std::uint64_t> closing_leave_; ///< a hand-over's, kept until the old connection is gone
  std::uint64_t retries_ = 0;
};

} // namespace floorwalker
