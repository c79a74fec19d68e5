// A tenant's hub, board and stream in one thread, and clients that read as fast as a test says.
#pragma once

#include "actors/hub/live_floor.hpp"
#include "runtime/api/live_stream.hpp"
#include "tests/actors/memory_trail.hpp"
#include "tests/actors/record_samples.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace floorwalker::testing {

/// A client's connection: takes text until `room` bytes wait, and hands it over when the test reads.
class scripted_client : public answer_stream {
public:
  explicit scripted_client(std::size_t room_for) : bytes_max_{room_for} {}

  bool write(shared_text text) override {
    if (closed) return false;
    if (waiting_.size() >= bytes_max_) {
      wants_room_ = true;
      return false;
    }
    waiting_ += *text;
    return true;
  }
  bool has_room() const override { return !closed && waiting_.size() < bytes_max_; }
  std::size_t waiting() const override { return waiting_.size(); }
  void close() override { closed = true; }

  /// Reads all that waits. True: the writer has to be told that there is room.
  bool read() {
    taken += std::exchange(waiting_, {});
    return std::exchange(wants_room_, false);
  }

  std::string taken;
  bool closed = false;

private:
  std::size_t bytes_max_;
  std::string waiting_;
  bool wants_room_ = false;
};

/// One event of a stream.
struct heard_event {
  std::string id;
  std::string name;
  std::string data;
};

inline std::vector<heard_event> events_in(const std::string& text) {
  std::vector<heard_event> all;
  heard_event now;
  for (std::size_t at = 0; at < text.size();) {
    auto end = text.find('\n', at);
    auto line = text.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("id: ")) now.id = line.substr(4);
    if (line.starts_with("event: ")) now.name = line.substr(7);
    if (line.starts_with("data: ")) now.data = line.substr(6);
    if (line.empty() && !now.name.empty()) all.push_back(std::exchange(now, {}));
  }
  return all;
}

class live_floor_samples {
public:
  struct connected {
    stream_client_ptr of;
    std::shared_ptr<scripted_client> connection;
  };

  live_floor_samples() {
    settings.name = "acme";
    board = std::make_unique<tenant_board>(settings);
    around = {[this](std::function<void()> task) { tasks.push_back(std::move(task)); }, [] { return opening; }};
    stream = std::make_unique<live_stream>(*board, around);
  }
  ~live_floor_samples() { trail->release(); }

  /// A hub begins, and knows what trackers tell of these agents.
  void begin(std::vector<agent_status> agents = {}) {
    floor = live_floor{"acme", nullptr};
    floor.open(position.sequence);
    auto update = next_update();
    update->begins = live_beginning{trail, trail->epochs};
    tell(std::move(update));
    hear(std::move(agents));
  }

  /// What the trackers answer.
  void hear(const std::vector<agent_status>& agents) {
    floor.asked(position.sequence);
    auto update = next_update();
    floor.answered(agents, true, update->changes);
    tell(std::move(update));
  }

  void commit(const std::vector<sample>& samples) { show(append(samples)); }

  /// The same by a tracker that says when it judged, and a journal that hands it over then.
  void commit(const std::vector<sample>& samples, utc_time judged_at, utc_time handed_at) {
    auto drafts = std::make_shared<draft_batch>(*drafts_of(samples));
    drafts->judged_at = judged_at;
    auto batch = number_batch(trail_of("acme"), drafts, position);
    trail->append(batch, position);
    show(batch, handed_at);
  }

  /// Into the trail, and not told yet.
  committed_batch_ptr append(const std::vector<sample>& samples) {
    auto batch = number_batch(trail_of("acme"), drafts_of(samples), position);
    trail->append(batch, position);
    return batch;
  }

  void show(const committed_batch_ptr& batch, std::optional<utc_time> handed_at = {}) {
    auto update = next_update();
    floor.apply(*batch, update->changes);
    update->batch = batch;
    update->journaled_at = handed_at;
    update->sequence = floor.sequence();
    tell(std::move(update));
  }

  void figures() {
    auto update = next_update();
    update->figures = live_figures{{}, 1.5, floor.stale_agents()};
    tell(std::move(update));
  }

  std::shared_ptr<live_update> next_update() const {
    auto update = std::make_shared<live_update>();
    update->tenant = std::make_shared<const std::string>("acme");
    update->epoch = 1;
    update->sequence = floor.sequence();
    return update;
  }

  void tell(const std::shared_ptr<live_update>& update) {
    auto before = board->sequence();
    stream->tell(*update, board->apply(*update), before);
    run();
  }

  connected connect(stream_wish wish = {}, std::size_t room_for = 1 << 20) {
    connected one{std::make_shared<stream_client>(*board, std::move(wish), around),
                  std::make_shared<scripted_client>(room_for)};
    one.of->attach(one.connection);
    stream->add(one.of);
    run();
    return one;
  }

  /// What the client has been sent since it was last asked, when it reads on and on.
  std::vector<heard_event> heard(connected& by) {
    while (by.connection->read()) {
      by.of->room();
      run();
    }
    return events_in(std::exchange(by.connection->taken, {}));
  }

  /// As "name id" with what is of interest of each event.
  std::vector<std::string> told(connected& to) {
    std::vector<std::string> texts;
    for (auto& event : heard(to)) texts.push_back(event.name + " " + event.id);
    return texts;
  }

  void run() {
    while (!tasks.empty()) {
      auto task = std::move(tasks.front());
      tasks.pop_front();
      task();
    }
  }

  tenant_settings settings;
  std::shared_ptr<memory_trail> trail = std::make_shared<memory_trail>();
  trail_position position;
  live_floor floor{"acme", nullptr};
  std::unique_ptr<tenant_board> board;
  std::deque<std::function<void()>> tasks;
  stream_surroundings around;
  std::unique_ptr<live_stream> stream;
};

inline agent_status known_agent(std::string_view id, std::string_view team = "Billing",
                                std::string state = "available") {
  agent_status status;
  status.who = agent_identity::of(id, "Ada", team);
  status.tenant_id = "acme";
  status.state = status.observed_state = std::move(state);
  status.verified = true;
  status.stale = false;
  return status;
}

} // namespace floorwalker::testing
