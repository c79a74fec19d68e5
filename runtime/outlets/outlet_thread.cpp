#include "runtime/outlets/outlet_thread.hpp"

#include "runtime/audit/quiet_thread.hpp"

#include <caf/send.hpp>

#include <exception>
#include <utility>

namespace floorwalker {

outlet_thread::outlet_thread(outlet_duties duties)
    : duties_{std::move(duties)}, next_refresh_{std::chrono::steady_clock::now()} {
  thread_ = start_quiet_thread("outlet", [this] { run(); });
}

void outlet_thread::post(std::uint64_t number, delivery_group_ptr group, write_answer done) {
  {
    std::lock_guard lock{mutex_};
    jobs_.push_back({number, std::move(group), std::move(done)});
  }
  changed_.notify_one();
}

void outlet_thread::stop() {
  {
    std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void outlet_thread::run() {
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    if (wait_for_job(lock)) {
      auto next = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      perform(std::move(next));
      lock.lock();
    }
    if (duties_.refresh && std::chrono::steady_clock::now() >= next_refresh_) {
      lock.unlock();
      duties_.refresh();
      next_refresh_ = std::chrono::steady_clock::now() + duties_.refresh_interval;
      lock.lock();
    }
  }
}

bool outlet_thread::wait_for_job(std::unique_lock<std::mutex>& lock) {
  auto woken = [this] { return stopping_ || !jobs_.empty(); };
  if (duties_.refresh)
    changed_.wait_until(lock, next_refresh_, woken);
  else
    changed_.wait(lock, woken);
  return !stopping_ && !jobs_.empty();
}

void outlet_thread::perform(job next) {
  write_result result;
  try {
    result = duties_.write(next.number, *next.group);
  } catch (const std::exception& failure) { // memory, most likely; the sink tries again
    result.problem = std::string{"cannot write: "} + failure.what();
  }
  next.done(std::move(result));
}

void threaded_outlet::write(std::uint64_t number, delivery_group_ptr group, sink_actor receiver) {
  write_then(number, std::move(group), [receiver = std::move(receiver), number](write_result result) {
    caf::anon_send(receiver, outlet_written{number, std::move(result.problem), result.refused, result.retry_after});
  });
}

} // namespace floorwalker
