#include "runtime/network/deadline.hpp"

#include "runtime/network/network_failure.hpp"

#include <algorithm>
#include <utility>

namespace floorwalker {
namespace {

using clock = std::chrono::steady_clock;

std::string timed_out_after(std::chrono::milliseconds limit) {
  auto count = limit.count();
  return "timed out after " + (count % 1000 == 0 ? std::to_string(count / 1000) + " s" : std::to_string(count) + " ms");
}

} // namespace

deadline::deadline(const boost::asio::any_io_executor& strand, std::optional<std::chrono::milliseconds> overall)
    : timer_(strand) {
  if (!overall) return;
  overall_ = *overall;
  end_ = clock::now() + *overall;
}

deadline::step deadline::begin(std::chrono::milliseconds limit, std::function<void()> stop) {
  if (cancelled_ || overall_passed()) throw network_failure(clause());
  timed_out_ = false;
  limit_ = limit;
  stop_ = std::move(stop);
  auto until = clock::now() + limit;
  if (end_) until = std::min(until, *end_);
  timer_.expires_at(until);
  timer_.async_wait([self = shared_from_this(), number = ++number_](const boost::system::error_code& ec) {
    if (ec || number != self->number_ || !self->stop_) return;
    self->timed_out_ = true;
    self->fire();
  });
  return step{*this};
}

void deadline::fire() {
  if (auto stop = std::exchange(stop_, nullptr)) stop();
}

void deadline::end_step() {
  stop_ = nullptr;
  ++number_;
  timer_.cancel();
}

void deadline::cancel() {
  cancelled_ = true;
  fire();
}

bool deadline::overall_passed() const { return end_ && clock::now() >= *end_; }

std::string deadline::clause() const {
  if (cancelled_) return "given up";
  return timed_out_after(overall_passed() ? overall_ : limit_);
}

void deadline::check() const {
  if (cancelled_ || timed_out_) throw network_failure(clause());
}

} // namespace floorwalker
