// Makes the floor change and brings each change to whoever listens. The centre of the simulator, without a socket and
// without a clock.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/fault_plan.hpp"
#include "simulator/floor_model.hpp"
#include "simulator/frames.hpp"
#include "simulator/ledger.hpp"
#include "simulator/options.hpp"
#include "simulator/turn_queue.hpp"
#include "simulator/websocket_codec.hpp"

namespace floorwalker::simulator {

/// A stream connection, as the switchboard sees it. Nothing is sent before flush().
class listener {
public:
  virtual ~listener() = default;

  /// False while as much waits for the socket as may wait.
  virtual bool can_take() const = 0;
  virtual void send_text(std::string_view message) = 0;
  virtual void send_frame(opcode kind, std::string_view payload, std::uint8_t first_bits) = 0;
  virtual void flush() = 0;
  /// Carries out a fault that ends or silences the connection; it is detached already.
  virtual void suffer(const fault& what) = 0;

  connection_account* account = nullptr; ///< set before it is attached
  std::vector<std::uint32_t> agents;     ///< set before it is attached

private:
  friend class switchboard;
  bool attached_ = false;
  bool touched_ = false;
  std::size_t next_place_ = 0;
  std::uint64_t next_fault_at_ = 0;
};

/// One thread; every call may send to and end any listener.
class switchboard {
public:
  switchboard(const options& chosen, floor_model& floor, ledger& book, fault_plan& plan);

  /// Events flow to the listener from here on; its ack is in its buffer already.
  void attach(listener& who, instant now);
  /// No event goes to the listener from here on. Harmless when it is not attached.
  void detach(listener& who, instant now);

  /// Full speed: fills the listener's buffer with events of its agents, and flushes. Does nothing when paced.
  void refill(listener& who, instant now);
  /// Paced: sends what is due since the last tick. Also carries out random faults. At least ten times a second.
  void tick(instant now);

  /// Changes one agent now, at the caller's wish.
  void change(std::uint32_t agent, state_index to, instant now);
  /// Carries a fault out now, on the given connection or else the oldest; false if there is none.
  bool inject(const fault& what, std::optional<std::uint32_t> connection, instant now);

  /// Adds a fault with a trigger to the plan.
  void plan_fault(fault what, instant now);

  void set_rate(double rate, instant now);
  void set_paused(bool paused, instant now);
  /// Raises the number of events after which generation stops.
  void add_events(std::uint64_t more, instant now);
  std::uint32_t hire(std::uint32_t tenant);
  void fire(std::uint32_t agent) { floor_.fire(agent); }

  double rate() const { return pace_.rate; }
  bool paused() const { return pace_.paused; }
  /// True once the wished number of events has been generated.
  bool finished() const;
  std::size_t agents_heard() const { return agents_heard_; }
  std::size_t listeners() const { return attached_.size(); }

private:
  struct pending_fault {
    fault what;
    listener* who;
  };

  bool full_speed() const { return pace_.rate <= 0; }
  bool running() const { return started_ && !pace_.paused; }
  bool may_change(std::uint32_t agent) const;
  bool has_room(std::uint32_t agent) const;
  std::uint64_t quota(std::uint32_t agent) const;
  void move(std::uint32_t agent, instant now, const rhythm& pace);
  void send(const transition& what, const oddities& odd, instant now);
  void send_oddities(listener& who, const transition& what, const oddities& odd);
  void look_for_faults(listener& who);
  void carry_out_pending(instant now);
  void carry_out(const fault& what, listener& who, instant now);
  void speak_out_of_turn(const fault& what, listener& who);
  void burst(listener& who, instant now);
  void move_unheard(const std::vector<std::uint32_t>& agents, instant now);
  void generate_paced(std::chrono::nanoseconds elapsed, instant now);
  void wake_all(instant now);
  void touch(listener& who);
  void flush_touched();

  pace_options pace_;
  std::uint64_t seed_;
  std::uint32_t agents_at_start_;
  floor_model& floor_;
  ledger& book_;
  fault_plan& plan_;
  frame_writer writer_;
  turn_queue turns_;
  std::vector<std::vector<listener*>> heard_by_; ///< by agent
  std::vector<listener*> attached_;              ///< in the order of their acks
  std::vector<listener*> touched_;
  std::vector<pending_fault> pending_;
  std::size_t agents_heard_ = 0;
  std::uint64_t random_places_ = 0;
  std::uint64_t strangers_ = 0;
  double budget_ = 0; ///< events owed to the pace
  instant last_tick_{};
  bool started_ = false;
  bool wake_wanted_ = false; ///< at the next tick, since somebody may have waited for a buffer that is gone
};

} // namespace floorwalker::simulator
