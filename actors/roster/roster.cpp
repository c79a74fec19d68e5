#include "actors/roster/roster.hpp"

#include "actors/roster/listing_rules.hpp"
#include "actors/supervision/backoff.hpp"
#include "actors/supervision/fault_containment.hpp"
#include "actors/supervision/timers.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace floorwalker {
namespace {

enum class roster_timer : std::uint8_t { start, refresh, deadline };

/// A tracker that waits for a listing.
struct listing_wish {
  caf::strong_actor_ptr tracker;
  caf::typed_response_promise<agent_listing_ptr> answer;
};

class roster_state {
public:
  static inline constexpr const char* name = "roster";

  roster_state(roster_actor::pointer self, const tenant_settings& settings, std::shared_ptr<agent_directory> directory,
               std::shared_ptr<const wall_clock> wall, roster_peers peers, std::uint64_t seed)
      : self_(self),
        tenant_(settings.name),
        refreshes_(settings.all_agents),
        refresh_(settings.limits.agents_refresh),
        reconnect_(settings.reconnect),
        directory_(std::move(directory)),
        wall_(std::move(wall)),
        peers_(std::move(peers)),
        chance_(seed) {}

  roster_actor::behavior_type make_behavior() {
    contain_faults(*self_);
    wanted_ = refreshes_;
    return {
        [this](const access_token_ptr& token) {
          token_ = token;
          start_if_due();
        },
        [this](const directory_answered& answered) {
          if (answered.number == request_) take(answered.answer);
        },
        [this](const listing_wanted&) -> caf::result<agent_listing_ptr> {
          auto tracker = self_->current_sender(); // making the promise takes the sender away
          auto answer = self_->make_response_promise<agent_listing_ptr>();
          remember({std::move(tracker), answer});
          wanted_ = true;
          start_if_due();
          return answer;
        },
        [this](const timer_fired& timer) { fired(timer); },
        [this](const stop_command&) {
          for (auto wishes : {&waiting_, &served_})
            for (auto& wish : *wishes) wish.answer.deliver(caf::make_error(floor_error::stopping));
          self_->quit();
        },
    };
  }

private:
  void fired(const timer_fired& timer) {
    switch (static_cast<roster_timer>(timer.purpose)) {
    case roster_timer::start:
      if (timer.number != start_.number()) return;
      start_pending_ = false;
      start_if_due();
      return;
    case roster_timer::refresh:
      if (timer.number != refreshing_.number()) return;
      wanted_ = true;
      start_if_due();
      return;
    case roster_timer::deadline:
      if (timer.number == request_) take({0, {}, "no answer", {}});
      return;
    }
  }

  /// A tracker's newer wish replaces its older one, so a slot that comes and goes while listings fail adds nothing.
  void remember(listing_wish wish) {
    for (auto& older : waiting_)
      if (older.tracker == wish.tracker) {
        older.answer.deliver(caf::make_error(floor_error::stopping));
        older = std::move(wish);
        return;
      }
    waiting_.push_back(std::move(wish));
  }

  void start_if_due() {
    if (!wanted_ || running_ || start_pending_ || !token_) return;
    auto now = self_->clock().now();
    if (last_start_ && now - *last_start_ < listing_spacing) {
      start_after(*last_start_ + listing_spacing - now);
      return;
    }
    last_start_ = now;
    wanted_ = false;
    running_ = true;
    // Who asks from now on wants a listing that is requested later than this one.
    served_.insert(served_.end(), std::make_move_iterator(waiting_.begin()), std::make_move_iterator(waiting_.end()));
    waiting_.clear();
    course_.begin(wall_->now());
    request();
  }

  void start_after(std::chrono::nanoseconds delay) {
    start_pending_ = true;
    send_timer(*self_, delay, start_.start(static_cast<std::uint8_t>(roster_timer::start)));
  }

  void request() {
    directory_->request_page(++request_, course_.page(), token_, roster_actor{self_});
    send_timer(*self_, page_answer_deadline, {static_cast<std::uint8_t>(roster_timer::deadline), request_});
  }

  void take(const http_answer& answer) {
    ++request_; // a second answer to this request comes too late
    switch (course_.answered(answer)) {
    case listing_step::next_page:
      request();
      return;
    case listing_step::complete:
      finish(true);
      return;
    case listing_step::not_available:
      if (!unavailable_warned_)
        spdlog::warn("tenant {}: {}: agents can't be listed; they stay stale until their first event", tenant_,
                     course_.problem());
      unavailable_warned_ = true;
      finish(false);
      return;
    case listing_step::renew_token:
      self_->send(peers_.tenant, token_refused{token_->number()});
      [[fallthrough]];
    case listing_step::retry:
      retry();
      return;
    }
  }

  void retry() {
    auto delay = backoff(reconnect_, ++failures_, chance_.next());
    spdlog::warn("tenant {}: listing agents failed: {}; trying again in {} ms", tenant_, course_.problem(),
                 std::chrono::ceil<std::chrono::milliseconds>(delay).count());
    running_ = false;
    wanted_ = true;
    // Nobody is forgotten: who was to be served by this listing is served by the next.
    auto newer = std::exchange(waiting_, std::exchange(served_, {}));
    for (auto& wish : newer) remember(std::move(wish));
    start_after(delay);
  }

  void finish(bool available) {
    running_ = false;
    failures_ = 0;
    if (available) unavailable_warned_ = false;
    if (course_.skipped() > 0)
      spdlog::warn("tenant {}: the listing held {} rows whose ids have another form; they are skipped", tenant_,
                   course_.skipped());
    auto listing = course_.finish(available);
    for (auto& wish : served_) wish.answer.deliver(listing);
    served_.clear();
    self_->send(peers_.tenant, listing);
    if (refreshes_) send_timer(*self_, refresh_, refreshing_.start(static_cast<std::uint8_t>(roster_timer::refresh)));
    start_if_due();
  }

  roster_actor::pointer self_;
  std::string tenant_;
  bool refreshes_;
  std::chrono::nanoseconds refresh_;
  reconnect_settings reconnect_;
  std::shared_ptr<agent_directory> directory_;
  std::shared_ptr<const wall_clock> wall_;
  roster_peers peers_;
  chance_source chance_;
  access_token_ptr token_;
  listing_course course_;
  std::vector<listing_wish> waiting_; ///< for the next listing; at most one a tracker
  std::vector<listing_wish> served_;  ///< by the listing that runs
  std::optional<steady_time> last_start_;
  std::uint64_t request_ = 0;
  std::uint32_t failures_ = 0;
  latest_timer start_;
  latest_timer refreshing_;
  bool wanted_ = false;
  bool running_ = false;
  bool start_pending_ = false;
  bool unavailable_warned_ = false;
};

} // namespace

roster_actor spawn_roster(caf::actor_system& system, const tenant_settings& settings,
                          std::shared_ptr<agent_directory> directory, std::shared_ptr<const wall_clock> wall,
                          roster_peers peers, std::uint64_t seed) {
  return system.spawn<caf::stateful_actor<roster_state, roster_actor::impl>>(settings, std::move(directory),
                                                                             std::move(wall), std::move(peers), seed);
}

} // namespace floorwalker
