// A whole platform in memory behind the actors' ports: token endpoint, users listing and event stream, with a schedule
// of faults that one random source decides. Time is the floor's virtual time.
#pragma once

#include "actors/auth/token_endpoint.hpp"
#include "actors/connection/event_stream.hpp"
#include "actors/roster/agent_directory.hpp"
#include "messages/settings.hpp"
#include "tests/actors/virtual_floor.hpp"
#include "tests/simulation/random.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <set>
#include <string>
#include <vector>

namespace floorwalker::simulation {

using std::chrono::milliseconds;

/// How unkind the world is in one run. Probabilities are per opportunity.
struct fault_options {
  double token_failure = 0;
  double listing_failure = 0;
  double connect_failure = 0;
  double upgrade_refused = 0; ///< 401
  double no_ack = 0;
  double reject_for_rate = 0;
  double close_with_code = 0; ///< per second and connection
  double drop = 0;            ///< per second and connection: ended after every byte was taken
  double reset = 0;           ///< per second and connection: bytes under way are lost
  double stall = 0;           ///< per second and connection: open, but silent for ever
  double tracker_failure = 0; ///< per second and connection: no fault of the world's, but of ours
  double duplicate = 0;       ///< per event and connection
  double malformed = 0;
  double other_type = 0;
  double unauthorized = 0;
  double late = 0; ///< per event: an older event is sent after a newer one
  milliseconds latency_max{50};
};

/// One event of the platform, and what became of it on its side.
struct platform_event {
  std::uint64_t agent = 0;
  std::string previous;
  std::string current;
  utc_time at;
  struct sending {
    std::uint64_t connection = 0; ///< of the platform's own numbering
    utc_time leaves;
    utc_time arrives; ///< when the client has it, if nothing happens on the way
  };
  std::vector<sending> sent; ///< on acknowledged subscriptions; empty: nobody listened
};

/// What the platform saw that must never happen.
using complaints = std::vector<std::string>;

class virtual_connection;

class virtual_platform : public token_endpoint, public agent_directory, public event_stream {
public:
  virtual_platform(const tenant_settings& tenant, const fault_options& faults, std::size_t agents, std::uint64_t seed,
                   testing::virtual_floor& floor);
  ~virtual_platform() override;

  void request_token(std::uint64_t number, auth_actor receiver) override;
  void request_page(std::uint64_t number, std::uint32_t page, access_token_ptr token, roster_actor receiver) override;
  event_stream_connection_ptr connect(stream_request request, socket_actor socket, tracker_actor tracker) override;

  /// The process has ended; its connections and requests are answered no more.
  void abandon_all();
  /// A new process begins on another floor, whose time stands where that of the one before it stood.
  void attach(testing::virtual_floor& floor) {
    abandon_all();
    floor_ = &floor;
  }

  /// Lets `time` pass on the floor and on the platform; with `events_a_second` over all agents.
  void pass(milliseconds time, double events_a_second);
  /// From here on nothing goes wrong any more, and tokens live long.
  void heal();
  /// Agents come and go (for agents = "all").
  void hire();
  void dismiss();

  const std::vector<platform_event>& events() const { return events_; }
  const complaints& complained() const { return complaints_; }
  const std::string& id(std::uint64_t agent) const { return agents_[agent].id; }
  const std::string& state(std::uint64_t agent) const { return agents_[agent].state; }
  /// True if the platform itself never told anybody of the agent's last change, so that nobody can know of it.
  bool untold(std::uint64_t agent) const { return agents_[agent].untold; }
  bool employed(std::uint64_t agent) const { return agents_[agent].employed; }
  bool employs(const std::string& id) const;
  std::size_t agents() const { return agents_.size(); }
  std::uint64_t handovers() const { return handovers_; }
  std::uint64_t connects() const { return connects_; }
  std::uint64_t trackers_failed() const { return trackers_failed_; }

  utc_time now() const { return floor_->wall.now(); }
  void after(milliseconds delay, std::function<void()> what) { at(now() + delay, std::move(what)); }

private:
  friend class virtual_connection;

  struct employee {
    std::string id;
    std::string state = "available";
    utc_time last_event;
    bool employed = true;
    bool untold = false; ///< the last change was to be sent late, and nobody listened on its connection any more
  };

  struct action {
    utc_time at;
    std::uint64_t order;
    std::function<void()> what;
    bool operator<(const action& other) const { return std::tie(at, order) > std::tie(other.at, other.order); }
  };

  void at(utc_time when, std::function<void()> what) { actions_.push({when, ++actions_made_, std::move(what)}); }
  milliseconds latency() { return random_.between(milliseconds{1}, faults_.latency_max); }
  void advance_to(utc_time when);
  void make_event();
  void send_event(std::size_t event, const std::shared_ptr<virtual_connection>& to);
  void trouble();
  void fail_tracker(virtual_connection& connection);
  void watch_slot(std::uint32_t slot);
  void add_agent();

  testing::virtual_floor* floor_;
  const tenant_settings& tenant_;
  fault_options faults_;
  random_source random_;
  std::uint64_t process_ = 0; ///< answers to one that has ended go nowhere
  std::vector<employee> agents_;
  std::vector<platform_event> events_;
  std::priority_queue<action> actions_;
  std::uint64_t actions_made_ = 0;
  std::uint64_t tokens_ = 0;
  std::set<std::string> valid_tokens_;
  std::vector<std::shared_ptr<virtual_connection>> connections_;
  std::uint64_t connects_ = 0;
  std::uint64_t handovers_ = 0;
  std::uint64_t trackers_failed_ = 0;
  std::map<std::uint32_t, utc_time> tracker_failed_at_; ///< by slot: too many in a row would stop the listener
  complaints complaints_;
  bool healed_ = false;
};

} // namespace floorwalker::simulation
