#include "actors/sinks/sink.hpp"

#include "actors/sinks/delivery_queue.hpp"
#include "actors/sinks/sink_filter.hpp"
#include "actors/sinks/trail_course.hpp"
#include "actors/sinks/write_retry.hpp"
#include "actors/supervision/fault_containment.hpp"
#include "actors/supervision/timers.hpp"

#include <caf/actor_system.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace floorwalker {
namespace {

/// How long a sink that was told to stop goes on writing.
constexpr std::chrono::seconds stop_deadline{3};
/// Before a trail that could not be read is read again.
constexpr std::chrono::seconds reread_delay{5};
/// Of a trail, at a time.
constexpr std::size_t read_bytes = std::size_t{1} << 20;

class sink_state {
public:
  static constexpr const char* name = "sink";

  sink_state(sink_actor::pointer self, const sink_settings& settings, outlet_ptr outlet, cursor_store_ptr cursors,
             std::uint32_t earlier)
      : self_{self},
        name_{settings.name},
        filter_{settings},
        outlet_{std::move(outlet)},
        cursors_{std::move(cursors)},
        start_{settings.start},
        queue_{{}, std::uint64_t{earlier} << 32} {
    if (cursors_) kept_ = cursors_->kept();
    contain_faults(*self);
  }

  sink_actor::behavior_type make_behavior() {
    return {
        [this](const trail_opened& trail) { open(trail); },
        [this](const committed_batch_ptr& batch) -> caf::result<void> { return take(batch); },
        [this](const trail_grown& grown) {
          auto found = feeds_.find(grown.tenant);
          if (found == feeds_.end()) return;
          found->second.course.grown(grown.sequence);
          go_on_with(found->second);
        },
        [this](const trail_stretch& stretch) { take(stretch); },
        [this](const outlet_written& written) { settle(written); },
        [this](const timer_fired& timer) { obey(timer); },
        [this](caf::get_atom) { return progress(); },
        [this](stop_command) -> caf::result<void> { return stop(); },
    };
  }

private:
  enum purpose : std::uint8_t { retry, deadline, reread };

  /// One tenant's trail at this sink.
  struct feed {
    std::string tenant;
    trail_course course;
    trail_reader_ptr reader;
    std::uint64_t epoch;
    std::uint64_t kept;      ///< the sequence of the cursor
    bool unreadable = false; ///< the last read failed, and that was said
    bool rests = false;      ///< until it is read again after a failure
  };

  void open(const trail_opened& trail) {
    if (!filter_.wants(trail.tenant)) return;
    auto found = feeds_.find(trail.tenant);
    if (found == feeds_.end()) {
      auto next = first_sequence(trail);
      found =
          feeds_
              .emplace(trail.tenant,
                       feed{trail.tenant, {next, trail.sequence}, trail.reader, trail.epochs.back().epoch, next - 1})
              .first;
      // Kept at once: a sink that has delivered nothing yet goes on here, and not with what is newest then.
      if (cursors_) cursors_->keep(trail.tenant, {trail.epochs.back().epoch, next - 1});
    } else {
      found->second.reader = trail.reader;
      found->second.course.grown(trail.sequence);
    }
    go_on_with(found->second);
  }

  /// Where this process goes on in a trail.
  std::uint64_t first_sequence(const trail_opened& trail) const {
    auto cursor = kept_.find(trail.tenant);
    // A sink that keeps no cursor tells what happens from now on, and not everything again with each start.
    if (cursor == kept_.end()) return start_ == sink_start::now || !cursors_ ? trail.sequence + 1 : 1;
    auto next = next_after(cursor->second, trail.epochs);
    if (auto running = trail.epochs.back().epoch; cursor->second.epoch != running)
      spdlog::warn("sink {}: the trail of tenant {} was restored from a copy; it goes on with epoch {}, sequence {}",
                   name_, trail.tenant, running, next);
    if (next <= trail.sequence + 1) return next;
    spdlog::error(
        "sink {}: the trail of tenant {} ends with sequence {}, but {} were delivered before: records are gone "
        "from it",
        name_, trail.tenant, trail.sequence, next - 1);
    return trail.sequence + 1;
  }

  caf::result<void> take(const committed_batch_ptr& batch) {
    if (ended_) return floor_error::stopping;
    auto found = feeds_.find(*batch->tenant);
    if (found == feeds_.end()) return caf::unit;
    if (found->second.course.offered(batch, queue_.has_room())) deliver(batch);
    go_on_with(found->second);
    return caf::unit;
  }

  void take(const trail_stretch& stretch) {
    auto found = feeds_.find(stretch.tenant);
    if (found == feeds_.end() || ended_) return;
    auto& from = found->second;
    auto [wanted, missing, problem] = from.course.read(stretch);
    if (!wanted) return;
    if (!problem.empty()) return read_later(from, stretch.from, problem);
    if (std::exchange(from.unreadable, false))
      spdlog::info("sink {}: the trail of tenant {} can be read again", name_, from.tenant);
    if (missing > 0)
      spdlog::error("sink {}: {} records of tenant {} from sequence {} on were removed before they were delivered",
                    name_, missing, from.tenant, stretch.from);
    deliver(stretch.batch);
    while (queue_.has_room()) {
      auto batch = from.course.take_kept();
      if (!batch) break;
      deliver(batch);
    }
    if (!queue_.has_room()) from.course.drop_kept();
    go_on_with(from);
  }

  void read_later(feed& from, std::uint64_t sequence, const std::string& problem) {
    if (!std::exchange(from.unreadable, true))
      spdlog::error(
          "sink {}: the trail of tenant {} can't be read from sequence {} on: {}; it is tried again every {} s", name_,
          from.tenant, sequence, problem, reread_delay.count());
    from.course.drop_kept();
    from.rests = true;
    send_timer(*self_, reread_delay, {reread, 0});
  }

  void deliver(const committed_batch_ptr& batch) {
    auto chosen = filter_.select(batch);
    if (chosen.records > 0) queue_.push({std::move(chosen.text), batch, chosen.records, std::move(chosen.selected)});
  }

  /// Writes what can be written now, and reads on in this trail if that is due.
  void go_on_with(feed& of) {
    if (ended_) return;
    write();
    read(of);
    // Everything is written, also what nobody wanted of the last batches.
    if (queue_.empty()) keep_cursor(of, of.course.done());
    if (!stops_.empty()) end_if_caught_up();
  }

  void go_on() {
    if (ended_) return;
    write();
    for (auto& [tenant, each] : feeds_) {
      read(each);
      if (queue_.empty()) keep_cursor(each, each.course.done());
    }
    if (!stops_.empty()) end_if_caught_up();
  }

  void write() {
    if (!under_way_ && !waits_to_retry_ && queue_.begin_group()) hand_over_group();
  }

  void read(feed& of) {
    if (of.rests || !queue_.has_room()) return;
    auto from = of.course.to_read();
    if (!from) return;
    of.course.reading();
    auto detail = filter_.reads_records() || outlet_->reads_records() ? read_detail::records : read_detail::lines;
    of.reader->read(*from, read_bytes, detail,
                    [to = sink_actor{self_}](trail_stretch stretch) { caf::anon_send(to, std::move(stretch)); });
  }

  bool caught_up() const {
    return queue_.empty() &&
           std::ranges::all_of(feeds_, [](const auto& each) { return each.second.course.behind() == 0; });
  }

  void hand_over_group() {
    under_way_ = true;
    outlet_->write(queue_.group_number(), queue_.group(), sink_actor{self_});
  }

  void settle(const outlet_written& written) {
    if (ended_ || !under_way_ || written.number != queue_.group_number()) return;
    under_way_ = false;
    refused_ += written.refused;
    group_refused_ += written.refused;
    if (written.refused > 0)
      spdlog::error("sink {}: the receiver refused {} records for good; they are in its dead letters", name_,
                    written.refused);
    if (!written.problem.empty()) return try_later(written);
    if (auto failures = retry_.succeeded())
      spdlog::info("sink {} writes again after {} attempts that failed", name_, failures);
    delivered_ += queue_.group_records() - std::min(queue_.group_records(), std::exchange(group_refused_, 0));
    // From the end, so that a tenant's cursor moves once however many of its batches the group has.
    auto& group = *queue_.group();
    for (auto done = group.rbegin(); done != group.rend(); ++done)
      keep_cursor(feeds_.at(*done->batch->tenant), done->batch->positions.back().sequence);
    queue_.finish_group();
    go_on();
  }

  void keep_cursor(feed& of, std::uint64_t sequence) {
    if (sequence <= of.kept) return;
    of.kept = sequence;
    if (cursors_) cursors_->keep(of.tenant, {of.epoch, sequence});
  }

  void try_later(const outlet_written& failed) {
    auto [delay, log] = retry_.failed(failed.retry_after);
    if (log)
      spdlog::error("sink {} {}; it is {} records behind, and tries again until it succeeds ({} attempts so far)",
                    name_, failed.problem, lag(), retry_.failures());
    waits_to_retry_ = true;
    send_timer(*self_, delay, retry_timer_.start(retry));
  }

  void obey(const timer_fired& timer) {
    if (ended_) return;
    if (timer.purpose == deadline) return end();
    if (timer.purpose == reread) {
      for (auto& [tenant, each] : feeds_) each.rests = false;
      return go_on();
    }
    if (timer.number != retry_timer_.number() || !std::exchange(waits_to_retry_, false)) return;
    hand_over_group();
  }

  std::uint64_t lag() const {
    std::uint64_t sum = queue_.records();
    for (auto& [tenant, each] : feeds_) sum += each.course.behind();
    return sum;
  }

  sink_progress progress() const {
    return {name_, delivered_, refused_, retry_.failures_ever(), retry_.failures(), lag()};
  }

  caf::result<void> stop() {
    auto promise = self_->make_response_promise<void>();
    stops_.push_back(promise);
    if (stops_.size() > 1) return promise;
    send_timer(*self_, stop_deadline, {deadline, 0});
    for (auto& [tenant, each] : feeds_) each.rests = false;
    if (std::exchange(waits_to_retry_, false)) { // perhaps for longer than the deadline
      retry_timer_.cancel();
      retry_.hurry();
      hand_over_group();
    }
    go_on();
    return promise;
  }

  void end_if_caught_up() {
    if (caught_up()) end();
  }

  void end() {
    ended_ = true;
    if (!caught_up() && cursors_)
      spdlog::warn("sink {} was stopped {} records behind; it goes on there when the process starts again", name_,
                   lag());
    else if (!caught_up())
      spdlog::error("sink {} was stopped with {} records left that it could not write", name_, lag());
    for (auto& promise : stops_) promise.deliver();
    self_->quit();
  }

  sink_actor::pointer self_;
  std::string name_;
  sink_filter filter_;
  outlet_ptr outlet_;
  cursor_store_ptr cursors_; ///< null: a sink that begins anew with each process
  sink_start start_;
  std::map<std::string, trail_cursor> kept_; ///< when the process started
  std::map<std::string, feed> feeds_;
  delivery_queue queue_;
  bool under_way_ = false; ///< the outlet owes an answer
  bool waits_to_retry_ = false;
  bool ended_ = false;
  write_retry retry_;
  latest_timer retry_timer_;
  std::uint64_t delivered_ = 0;
  std::uint64_t refused_ = 0;
  std::size_t group_refused_ = 0;                        ///< of the group under way
  std::vector<caf::typed_response_promise<void>> stops_; ///< who asked for the stop
};

} // namespace

sink_actor spawn_sink(caf::actor_system& system, const sink_settings& settings, outlet_ptr outlet,
                      cursor_store_ptr cursors, std::uint32_t earlier) {
  return system.spawn<caf::stateful_actor<sink_state, sink_actor::impl>>(settings, std::move(outlet),
                                                                         std::move(cursors), earlier);
}

} // namespace floorwalker
