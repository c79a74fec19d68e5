#include "runtime/network/name_lookup.hpp"

#include "runtime/network/network_failure.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace floorwalker {

namespace asio = boost::asio;

/// Shared by whoever waits and the thread, which may outlive the other and its executor.
struct name_lookup::search {
  std::mutex mutex;
  bool finished = false;
  found_addresses found;
  std::function<void()> wake; ///< empty: nobody waits

  bool is_finished() {
    std::lock_guard lock{mutex};
    return finished;
  }
  void finish(found_addresses with) noexcept {
    std::lock_guard lock{mutex};
    finished = true;
    found = std::move(with);
    try {
      if (wake) wake();
    } catch (const std::exception&) { // no memory to post with: who waits ends at his limit, as if nothing had come
      wake = nullptr;
    }
  }
};

/// While it lives, the thread may wake who waits. The thread wakes under the lock, so afterwards it never does.
class name_lookup::waiting {
public:
  waiting(std::shared_ptr<search> in, std::function<void()> wake) : in_{std::move(in)} {
    std::lock_guard lock{in_->mutex};
    in_->wake = std::move(wake);
  }
  ~waiting() {
    std::lock_guard lock{in_->mutex};
    in_->wake = nullptr;
  }
  waiting(const waiting&) = delete;
  waiting& operator=(const waiting&) = delete;

private:
  std::shared_ptr<search> in_;
};

namespace {

constexpr std::chrono::milliseconds lookup_limit{10'000};

found_addresses resolved(const name_resolver& resolve, const std::string& host) {
  try {
    return resolve(host);
  } catch (const std::exception&) { // memory, most likely; nothing may leave a thread
    return {{}, asio::error::no_memory};
  }
}

} // namespace

found_addresses resolve_by_system(const std::string& host) {
  found_addresses found;
  asio::io_context unused; // a synchronous look-up runs on the calling thread
  asio::ip::tcp::resolver resolver{unused};
  for (auto& entry : resolver.resolve(host, "0", asio::ip::tcp::resolver::numeric_service, found.error))
    found.addresses.push_back(entry.endpoint().address());
  return found;
}

name_lookup::name_lookup(std::string host, name_resolver resolve)
    : host_{std::move(host)}, resolve_{std::move(resolve)} {}

name_lookup::~name_lookup() = default;

asio::awaitable<std::vector<asio::ip::address>> name_lookup::find(deadline& time) {
  auto executor = co_await asio::this_coro::executor;
  auto woken = std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max());
  // One that was given up and has ended since says what held then; one that still runs will say what holds now.
  if (under_way_ && under_way_->is_finished()) under_way_ = nullptr;
  auto begins = !under_way_;
  if (begins) under_way_ = std::make_shared<search>();
  auto current = under_way_;
  {
    waiting wait{current, [executor, woken] { asio::post(executor, [woken] { woken->cancel(); }); }};
    if (begins) begin(current);
    auto step = time.begin(lookup_limit, [woken] { woken->cancel(); });
    co_await woken->async_wait(asio::as_tuple(asio::use_awaitable));
  }
  time.check();
  under_way_ = nullptr;
  // The thread touches it no more: the wait ended in time, so the search is finished.
  if (current->found.error) throw network_failure(failure_clause(current->found.error) + ": " + host_);
  if (current->found.addresses.empty()) throw network_failure("host not found: " + host_);
  co_return std::move(current->found.addresses);
}

void name_lookup::begin(const std::shared_ptr<search>& begun) {
  try {
    std::thread{[begun, host = host_, resolve = resolve_] { begun->finish(resolved(resolve, host)); }}.detach();
  } catch (...) {
    under_way_ = nullptr; // there is no thread that could finish it
    throw;
  }
}

} // namespace floorwalker
