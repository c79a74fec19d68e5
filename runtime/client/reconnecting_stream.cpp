#include "runtime/client/reconnecting_stream.hpp"

#include <random>
#include <utility>

namespace floorwalker {
namespace {

/// From half a second to ten: a node that starts again is back on the screen soon, and one that is gone is no burden.
reconnect_settings policy() {
  reconnect_settings settings;
  settings.base_delay = std::chrono::milliseconds{500};
  settings.max_delay = std::chrono::seconds{10};
  settings.jitter = 0.2;
  return settings;
}

} // namespace

reconnecting_stream::reconnecting_stream(boost::asio::io_context& context, const node_access& access,
                                         const std::string& target, reconnecting_stream_events events)
    : access_{access},
      events_{std::move(events)},
      timer_{context},
      chance_{std::random_device{}()},
      stream_{context,
              access,
              target,
              {[this] {
                 connected_ = true;
                 trouble_.clear();
                 events_.opened(std::exchange(was_connected_, true));
               },
               [this] {
                 heard_at_ = std::chrono::steady_clock::now();
                 attempt_ = 0;
               },
               [this](const server_event& event) {
                 last_id_ = event.id;
                 events_.event(event);
               },
               [this](const stream_closed& how) { closed(how); }}} {}

void reconnecting_stream::closed(const stream_closed& how) {
  connected_ = false;
  auto status = how.answer.status;
  if (status == 401 || status == 403 || status == 404) return events_.given_up(refusal(access_, how.answer));
  trouble_ = problem_of(how.answer);
  timer_.expires_after(
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(backoff(policy(), ++attempt_, chance_.next())));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) stream_.open(last_id_);
  });
  events_.lost(trouble_);
}

void reconnecting_stream::stop() {
  timer_.cancel();
  stream_.stop();
}

} // namespace floorwalker
