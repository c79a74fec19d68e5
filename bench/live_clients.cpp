// Live clients by the hundred, to measure how late a transition reaches them.
//
//   live_clients PORT TENANT SECONDS CLIENTS_A_TEAM CLIENTS_OF_ALL IDLE_CLIENTS < TEAMS
//
// Standard input has the teams' names, a line each.
// Every client follows /api/v1/stream in mode=state; idle ones never read. Prints how late transitions came, from their
// receipt (event time and latency, as the event tells them) to being read here: count, p50, p99, max in milliseconds;
// and from the event's own time, which a load generator on the same machine sets to the microsecond or finer.
// SIGTERM ends it early.
#include "messages/wire/timestamp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

using namespace std::chrono;

struct client {
  int descriptor = -1;
  std::string rest;
  bool reads = true;
};

volatile std::sig_atomic_t told_to_end = 0;

struct sums {
  std::vector<std::int64_t> late_ms;
  std::vector<std::int64_t> age_us; ///< since the event's own time
  std::uint64_t bytes = 0;
  std::uint64_t conflated = 0;
};

client connect_to(std::uint16_t port, const std::string& target, bool reads) {
  client made{::socket(AF_INET, SOCK_STREAM, 0), {}, reads};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(made.descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) std::abort();
  auto request = fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", target, port);
  if (::send(made.descriptor, request.data(), request.size(), 0) != static_cast<ssize_t>(request.size())) std::abort();
  return made;
}

std::string_view behind(std::string_view text, std::string_view mark) {
  auto at = text.find(mark);
  return at == std::string_view::npos ? std::string_view{} : text.substr(at + mark.size());
}

void take_line(std::string_view line, floorwalker::utc_time now, sums& into) {
  if (line.starts_with("data: {\"conflated\"")) ++into.conflated;
  if (!line.starts_with("data: {\"sequence\"")) return;
  auto latency = behind(line, "\"latencyMs\":");
  std::int64_t latency_ms = 0;
  std::from_chars(latency.data(), latency.data() + latency.size(), latency_ms);
  auto updated = behind(latency, "\"lastUpdated\":\"");
  auto at = floorwalker::wire::parse_timestamp(updated.substr(0, updated.find('"')));
  if (!at) return;
  into.late_ms.push_back(duration_cast<milliseconds>(now - at->at).count() - latency_ms);
  into.age_us.push_back(duration_cast<microseconds>(now - at->at).count());
}

void take(client& from, std::string_view text, sums& into) {
  auto now = time_point_cast<nanoseconds>(system_clock::now());
  into.bytes += text.size();
  from.rest += text;
  std::size_t begin = 0;
  for (auto end = from.rest.find('\n'); end != std::string::npos; end = from.rest.find('\n', begin)) {
    take_line(std::string_view{from.rest}.substr(begin, end - begin), now, into);
    begin = end + 1;
  }
  from.rest.erase(0, begin);
}

} // namespace

int main(int count, char** given) {
  if (count != 7) {
    fmt::print(stderr, "live_clients PORT TENANT SECONDS CLIENTS_A_TEAM CLIENTS_OF_ALL IDLE_CLIENTS < TEAMS\n");
    return 2;
  }
  auto number = [&](int i) { return static_cast<int>(std::strtol(given[i], nullptr, 10)); };
  auto port = static_cast<std::uint16_t>(number(1));
  auto stream = fmt::format("/api/v1/stream?tenant={}&types=snapshot,transition", given[2]);
  std::vector<client> clients;
  for (std::string team; std::getline(std::cin, team);) {
    std::ranges::replace(team, ' ', '+');
    for (auto i = 0; i < number(4); ++i)
      clients.push_back(connect_to(port, fmt::format("{}&team={}", stream, team), true));
  }
  for (auto i = 0; i < number(5); ++i) clients.push_back(connect_to(port, stream, true));
  for (auto i = 0; i < number(6); ++i) clients.push_back(connect_to(port, stream, false));
  auto poll = ::epoll_create1(0);
  for (std::size_t i = 0; i < clients.size(); ++i) {
    epoll_event wanted{};
    wanted.events = clients[i].reads ? EPOLLIN : 0u;
    wanted.data.u64 = i;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, clients[i].descriptor, &wanted);
  }
  sums all;
  std::vector<epoll_event> ready(256);
  std::vector<char> buffer(1 << 18);
  auto begun = steady_clock::now();
  auto measured = begun + seconds{2}; // snapshots first
  auto end = measured + seconds{number(3)};
  auto ended = 0;
  std::signal(SIGTERM, [](int) { told_to_end = 1; });
  while (steady_clock::now() < end && !told_to_end) {
    auto found = ::epoll_wait(poll, ready.data(), static_cast<int>(ready.size()), 100);
    if (measured > begun && steady_clock::now() > measured) {
      all = {};
      measured = begun;
    }
    for (auto i = 0; i < found; ++i) {
      auto& from = clients[ready[static_cast<std::size_t>(i)].data.u64];
      auto got = ::recv(from.descriptor, buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (got > 0) take(from, {buffer.data(), static_cast<std::size_t>(got)}, all);
      if (got == 0 || (got < 0 && errno != EAGAIN)) {
        ++ended;
        ::epoll_ctl(poll, EPOLL_CTL_DEL, from.descriptor, nullptr);
      }
    }
  }
  std::ranges::sort(all.late_ms);
  std::ranges::sort(all.age_us);
  auto of = [](const std::vector<std::int64_t>& sorted, double share) {
    if (sorted.empty()) return std::int64_t{-1};
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
  };
  auto at = [&](double share) { return of(all.late_ms, share); };
  fmt::print("clients {} ended {} events {} a second {} bytes a second {} conflated {}\n", clients.size(), ended,
             all.late_ms.size(), all.late_ms.size() / static_cast<std::size_t>(number(3)),
             all.bytes / static_cast<std::size_t>(number(3)), all.conflated);
  fmt::print("ms from receipt to the client: p50 {} p90 {} p99 {} p99.9 {} max {}\n", at(0.5), at(0.9), at(0.99),
             at(0.999), at(1));
  fmt::print("us from the event's own time to the client: p50 {} p99 {} p99.9 {} max {}\n", of(all.age_us, 0.5),
             of(all.age_us, 0.99), of(all.age_us, 0.999), of(all.age_us, 1));
  return 0;
}
