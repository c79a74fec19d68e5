#include "runtime/http/buffered_stream.hpp"

#include "runtime/http/stream_pacer.hpp"

#include <algorithm>
#include <utility>

namespace floorwalker {

buffered_stream::buffered_stream(std::size_t bytes_max, stream_events events, std::shared_ptr<stream_pacer> pacer)
    : bytes_max_(bytes_max), events_(std::move(events)), pacer_(std::move(pacer)) {}

bool buffered_stream::write(shared_text text) {
  {
    std::lock_guard lock{mutex_};
    if (closed_) return false;
    if (waiting_ >= bytes_max_) {
      wants_room_ = true;
      return false;
    }
    if (!text || text->empty()) return true;
    waiting_ += text->size();
    texts_.push_back(std::move(text));
    if (std::exchange(marked_, true)) return true;
  }
  pacer_->mark(shared_from_this());
  return true;
}

bool buffered_stream::has_room() const {
  std::lock_guard lock{mutex_};
  return !closed_ && waiting_ < bytes_max_;
}

std::size_t buffered_stream::waiting() const {
  std::lock_guard lock{mutex_};
  return waiting_;
}

void buffered_stream::close() {
  {
    std::lock_guard lock{mutex_};
    if (std::exchange(closed_, true) || std::exchange(marked_, true)) return;
  }
  pacer_->mark(shared_from_this());
}

void buffered_stream::attach(std::function<void()> wake) { wake_ = std::move(wake); }

std::size_t buffered_stream::take(std::string& out, std::size_t bytes) {
  std::lock_guard lock{mutex_};
  std::size_t taken = 0;
  while (taken < bytes && !texts_.empty()) {
    const auto& text = *texts_.front();
    auto size = std::min(bytes - taken, text.size() - front_position_);
    out.append(text, front_position_, size);
    taken += size;
    front_position_ += size;
    if (front_position_ < text.size()) break;
    texts_.pop_front();
    front_position_ = 0;
  }
  return taken;
}

void buffered_stream::sent(std::size_t bytes) {
  std::function<void()> room;
  {
    std::lock_guard lock{mutex_};
    waiting_ -= std::min(bytes, waiting_);
    // Half empty, so that the owner is not called for every few bytes.
    if (!wants_room_ || closed_ || waiting_ > bytes_max_ / 2) return;
    wants_room_ = false;
    room = events_.room;
  }
  if (room) room();
}

bool buffered_stream::finished() const {
  std::lock_guard lock{mutex_};
  return closed_ && texts_.empty();
}

void buffered_stream::end() {
  stream_events events;
  {
    std::lock_guard lock{mutex_};
    closed_ = true;
    texts_.clear();
    front_position_ = 0;
    waiting_ = 0;
    events = std::exchange(events_, {});
  }
  wake_ = nullptr;
  if (events.gone) events.gone();
}

void buffered_stream::abandon() {
  stream_events events;
  std::lock_guard lock{mutex_};
  closed_ = true;
  events = std::exchange(events_, {});
}

void buffered_stream::flush() {
  {
    std::lock_guard lock{mutex_};
    marked_ = false;
  }
  if (wake_) wake_();
}

} // namespace floorwalker
