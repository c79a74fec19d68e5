#include "runtime/http/stream_pacer.hpp"

#include "runtime/http/buffered_stream.hpp"

#include <utility>

namespace floorwalker {

stream_pacer::stream_pacer(boost::asio::io_context& context, std::shared_ptr<http_thread_door> door,
                           std::chrono::milliseconds pace)
    : door_(std::move(door)), pace_(pace), timer_(std::in_place, context) {}

void stream_pacer::mark(std::shared_ptr<buffered_stream> stream) {
  {
    std::lock_guard lock{mutex_};
    marked_.push_back(std::move(stream));
    if (marked_.size() > 1) return; // the first one has seen to it
  }
  door_->post([self = shared_from_this()] { self->arm(); });
}

void stream_pacer::arm() {
  if (!timer_) return;
  if (pace_.count() == 0) return flush();
  timer_->expires_after(pace_);
  timer_->async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error) self->flush();
  });
}

void stream_pacer::flush() {
  std::vector<std::shared_ptr<buffered_stream>> due;
  {
    std::lock_guard lock{mutex_};
    due.swap(marked_);
  }
  for (auto& stream : due) stream->flush();
}

void stream_pacer::stop() {
  timer_.reset();
  std::vector<std::shared_ptr<buffered_stream>> dropped;
  std::lock_guard lock{mutex_};
  dropped.swap(marked_);
}

} // namespace floorwalker
