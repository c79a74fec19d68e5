// The actors' side for tests of the network: real threads, and actors that write down what they are told.
#pragma once

#include "messages/actors.hpp"
#include "runtime/network/network_threads.hpp"
#include "runtime/network/platform_event_stream.hpp"
#include "runtime/network/system_wall_clock.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker::test {

/// What the actors were told, in the order of arrival at each; waited for, never slept for.
class protocol_of_mail {
public:
  template <class F>
  void note(F f) {
    std::lock_guard lock{mutex_};
    f(*this);
    changed_.notify_all();
  }
  /// Waits until `holds(*this)`; false after 15 s.
  template <class F>
  bool wait(F holds) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{15}, [&] { return holds(*this); });
  }

  std::vector<std::string> socket_steps;  ///< "upgraded", "subscribed", …
  std::vector<std::string> tracker_steps; ///< "opened", "batch" (once for several in a row), "source ended"
  std::vector<std::size_t> batches;       ///< their sizes
  std::vector<std::string> reasons;       ///< of every event, in order
  std::uint64_t malformed = 0;
  std::uint64_t ignored = 0;
  std::vector<observation_batch_ptr> held; ///< batches whose credit was not returned
  bool holds_credit = false;
  observation_source_ptr source;
  std::optional<source_ended> ended_source;
  std::optional<stream_end> end;
  std::deque<http_answer> answers;
  std::vector<std::uint64_t> answer_numbers;

private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

struct network_floor {
  network_floor();
  ~network_floor();

  /// Connects to `url` and remembers the connection, which the destructor drops.
  event_stream_connection_ptr connect(const std::string& url, const std::string& ca_file = {},
                                      std::uint64_t max_frame = 1'048'576);
  bool wait_for_end();
  bool wait_for_events(std::size_t count);
  /// Returns every batch held so far and holds no further ones.
  void return_credit();
  /// What each actor was told, in order. There is no order between two mailboxes.
  std::vector<std::string> socket_steps();
  std::vector<std::string> tracker_steps();

  network_threads threads;
  protocol_of_mail mail; // the actors write to it until their system has ended
  system_wall_clock clock;
  struct two_workers : caf::actor_system_config {
    two_workers() { set("caf.scheduler.max-threads", 2); }
  } config;
  caf::actor_system system{config};
  socket_actor socket;
  tracker_actor tracker;
  tenant_settings tenant;
  std::vector<event_stream_connection_ptr> connections;
};

/// One state change with `reason`, as the platform words it.
std::string event_text(const std::string& reason);

} // namespace floorwalker::test
