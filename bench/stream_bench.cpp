// How long an event takes from a write to a stream to the client's socket:
//   stream_bench [EVENTS_A_SECOND [SECONDS]]
// 100 teams; 1,000 clients that watch one team each, 10 that watch all, one that reads nothing. The texts are shared, as
// the routes share them; no JSON is made and nothing is judged, so the figure is the server's alone.
#include "runtime/http/http_server.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace {

using namespace floorwalker;
using clock_type = std::chrono::steady_clock;

constexpr int teams = 100;
constexpr int team_clients = 1000;
constexpr int floor_clients = 10;
constexpr std::string_view mark = "at=";

int number(std::string_view text, int otherwise) {
  int value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? value : otherwise;
}

std::int64_t now_ns() { return clock_type::now().time_since_epoch().count(); }

struct watchers {
  std::mutex mutex;
  std::vector<answer_stream_ptr> of_team[teams];
  std::vector<answer_stream_ptr> of_all;
  std::atomic<int> open = 0;
};

int connect_to(std::uint16_t port, int team) {
  auto socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return -1;
  auto request = fmt::format("GET /stream?team={} HTTP/1.1\r\nHost: localhost\r\n\r\n", team);
  (void)!::write(socket, request.data(), request.size());
  return socket;
}

/// Reads all sockets and notes how old each event was when it came; of chunks that break an event in two, that one is
/// left out.
std::vector<std::int64_t> read_all(const std::vector<int>& sockets, const std::atomic<bool>& done) {
  std::vector<std::int64_t> ages;
  auto poll = ::epoll_create1(0);
  for (auto socket : sockets) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = socket;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event);
  }
  std::vector<char> bytes(256 * 1024);
  epoll_event ready[256];
  while (!done) {
    auto count = ::epoll_wait(poll, ready, 256, 50);
    for (int i = 0; i < count; ++i) {
      auto size = ::read(ready[i].data.fd, bytes.data(), bytes.size());
      if (size <= 0) continue;
      auto now = now_ns();
      std::string_view text{bytes.data(), static_cast<std::size_t>(size)};
      for (auto at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
        auto digits = text.substr(at + mark.size(), 20);
        std::int64_t written = 0;
        auto end = std::from_chars(digits.data(), digits.data() + digits.size(), written);
        if (end.ptr != digits.data() + digits.size() && *end.ptr == ';') ages.push_back(now - written);
      }
    }
  }
  ::close(poll);
  return ages;
}

double cpu_seconds() {
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

} // namespace

int main(int argc, char** argv) {
  auto rate = argc > 1 ? number(argv[1], 5000) : 5000;
  auto seconds = argc > 2 ? number(argv[2], 10) : 10;
  watchers all;
  http_routes routes;
  routes.add("GET", "/stream", caller_role::viewer,
             [&](const served_request& request, const http_exchange_ptr& exchange) {
               auto team = number(request.parameter("team").value_or("-1"), -1);
               auto stream = exchange->open_stream({}, {});
               std::lock_guard lock{all.mutex};
               (team < 0 ? all.of_all : all.of_team[team]).push_back(std::move(stream));
               ++all.open;
             });
  http_server server{{}, std::move(routes), std::make_shared<access_control>()};
  std::vector<int> sockets;
  for (int i = 0; i < team_clients; ++i) sockets.push_back(connect_to(server.port(), i % teams));
  for (int i = 0; i < floor_clients; ++i) sockets.push_back(connect_to(server.port(), -1));
  auto deaf = connect_to(server.port(), -1);
  while (all.open < team_clients + floor_clients + 1) std::this_thread::yield();

  std::atomic<bool> done = false;
  std::vector<std::int64_t> ages;
  std::thread reader{[&] { ages = read_all(sockets, done); }};
  auto padding = std::string(380, 'x');
  std::uint64_t refused = 0;
  auto cpu = cpu_seconds();
  auto begun = clock_type::now();
  for (int i = 0; i < rate * seconds; ++i) {
    auto due = begun + std::chrono::nanoseconds{1'000'000'000LL * i / rate};
    if (clock_type::now() < due) std::this_thread::sleep_until(due);
    auto text = std::make_shared<const std::string>(fmt::format("data: {} at={};\n\n", padding, now_ns()));
    std::lock_guard lock{all.mutex};
    for (auto& stream : all.of_team[i % teams]) refused += stream->write(text) ? 0 : 1;
    for (auto& stream : all.of_all) refused += stream->write(text) ? 0 : 1;
  }
  std::this_thread::sleep_for(std::chrono::milliseconds{500});
  cpu = cpu_seconds() - cpu;
  done = true;
  reader.join();
  std::sort(ages.begin(), ages.end());
  auto at = [&](double share) {
    return static_cast<double>(ages[static_cast<std::size_t>(share * static_cast<double>(ages.size() - 1))]) / 1e6;
  };
  std::size_t deaf_bytes = 0;
  for (auto& stream : all.of_all) deaf_bytes = std::max(deaf_bytes, stream->waiting());
  fmt::print(
      "{} events/s for {} s to {} clients: {} received, p50 {:.1f} ms, p99 {:.1f} ms, max {:.1f} ms; CPU {:.2f} s a "
      "second (clients included)\nthe client that reads nothing: {} bytes wait, {} writes refused\n",
      rate, seconds, team_clients + floor_clients, ages.size(), at(0.5), at(0.99), at(1.0), cpu / seconds, deaf_bytes,
      refused);
  ::close(deaf);
  for (auto socket : sockets) ::close(socket);
  return 0;
}
