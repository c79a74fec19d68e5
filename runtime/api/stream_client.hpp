// One client of a tenant's live stream: where it is, and what it gets next. Lives on the API's thread alone.
#pragma once

#include "messages/trail_reader.hpp"
#include "runtime/api/event_texts.hpp"
#include "runtime/api/stream_filter.hpp"
#include "runtime/api/tenant_board.hpp"
#include "runtime/http/http_exchange.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker {

/// For wallboards the newest row of each agent; for integrators every record in order.
enum class stream_mode : std::uint8_t { state, log };

/// What a client asked for.
struct stream_wish {
  stream_filter filter = {};
  stream_mode mode = stream_mode::state;
  std::optional<trail_cursor> last_seen = {}; ///< it comes back, and has seen everything up to here
};

/// What a client needs from around it.
struct stream_surroundings {
  std::function<void(std::function<void()>)> post; ///< runs a task on the API's thread; callable from any
  std::function<utc_time()> now;
  std::shared_ptr<const void> keeps = {}; ///< what the board stands in, as long as a client looks at it
};

/// Of a client that comes back in state mode, so much is told one by one; beyond that a snapshot says it shorter.
inline constexpr std::uint64_t replayed_records_max = 20'000;

/// The events of a batch's records up to sequence `through` that the filter wants, each the audit entry itself; behind a
/// transition that it traces, the trace.
std::string record_events(const committed_batch& batch, std::uint64_t through, const stream_filter& filter,
                          const tenant_board& board, const trace_stamps& stamps);

class stream_client : public std::enable_shared_from_this<stream_client> {
public:
  stream_client(const tenant_board& board, stream_wish wish, stream_surroundings around);

  /// The way to the client; before anything else.
  void attach(answer_stream_ptr out) { out_ = std::move(out); }
  const stream_filter& filter() const { return wish_.filter; }
  stream_mode mode() const { return wish_.mode; }

  /// Begins, if the board can say where; else it waits.
  void begin();
  /// The hub has begun anew: what was told without a record may be wrong.
  void begin_again();

  /// It has been told everything up to sequence `before`, so that it may get what others get behind it.
  bool in_step(std::uint64_t before) const {
    return course_ == course::follows && (mode() == stream_mode::state || next_ == before + 1);
  }

  /// A text that is the next one, for a client in step. False: there was no room, and what it tells has to be missed.
  bool tell(const shared_text& text);
  /// State mode: the agent of this place changed behind sequence `before`, and the client could not be told.
  void miss(std::size_t place, std::uint64_t before);
  void miss_alerts() { alerts_missed_ = true; }
  /// After an update: the board has come to its sequence.
  void settle();

  /// There is room again.
  void room();
  void beat(const shared_text& comment) { (void)out_->write(comment); }
  bool waits() const { return course_ == course::waits; }
  void close() { out_->close(); }

private:
  enum class course : std::uint8_t {
    waits,   ///< for the trail to be opened
    follows, ///< gets what comes
    behind,  ///< had no room: state mode collects, log mode reads when there is room
    reads    ///< what it missed, from the trail
  };

  void send_snapshot();
  void read_on();
  void take(const trail_stretch& stretch);
  void replay(const committed_batch& batch);
  void finish_replay();
  void catch_up();
  bool has_room();
  std::uint64_t position() const;
  void append(std::string& out, std::string_view name, std::string_view data) const;
  void append_row(std::string& out, std::size_t place) const;
  void append_alerts(std::string& out) const;
  bool send(std::string text);

  const tenant_board& board_;
  stream_wish wish_;
  stream_surroundings around_;
  answer_stream_ptr out_;
  course course_ = course::waits;
  std::uint64_t next_ = 0;     ///< log mode, and in a replay: the first record that was not told
  std::uint64_t position_ = 0; ///< state mode, while behind: what had been told when that began
  bool reading_ = false;       ///< a read is under way
  bool alerts_missed_ = false;
  std::uint64_t merged_ = 0;
  std::vector<bool> missed_;        ///< by place
  std::vector<std::size_t> places_; ///< those of `missed_`, in their order
  std::size_t caught_up_ = 0;       ///< how many of them have been told again
};
using stream_client_ptr = std::shared_ptr<stream_client>;

} // namespace floorwalker
