// A platform that is never the bottleneck: events are encoded ahead and written in pieces of 64 KiB.
// Talks in lines, so that a script can lead it: see --help. docs/performance.md says what it is for.
#include "bench/gateway_connection.hpp"
#include "simulator/certificate_authority.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

namespace {

using namespace floorwalker;
using namespace floorwalker::bench;
using steady = std::chrono::steady_clock;

constexpr int send_buffer_bytes = 256 * 1024;
constexpr std::string_view leading = R"(Standard input takes, a line each:
  go EVENTS RATE   sends EVENTS over all listeners, RATE a second, or as fast as they are taken if RATE is 0
  quit             ends; so does the end of the input
Standard output tells, a JSON object each:
  listening        baseUrl, caFile, matrix
  subscribed       every time all expected listeners have subscribed: listeners, agents, at
  sent             a run is over: events, octets, seconds, cpuSeconds, began, at; for paced ones
                   skippedEvents, which met a socket that took no more, and were left out
Times are seconds since 1970.)";

utc_time now() { return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now()); }

double epoch_seconds() { return std::chrono::duration<double>(now().time_since_epoch()).count(); }

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
}

void tell(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

std::string to_json(const state_matrix& matrix) {
  std::string text = "{";
  for (auto& [from, targets] : matrix) {
    if (text.size() > 1) text += ',';
    text += fmt::format(R"("{}":["{}"])", from, fmt::join(targets, R"(",")"));
  }
  return text + '}';
}

class load_generator {
public:
  load_generator(load_floor floor, std::size_t listeners, tls_context context, std::string ca_file)
      : floor_{std::move(floor)}, expected_{listeners}, context_{std::move(context)}, ca_file_{std::move(ca_file)} {
    poll_ = checked(::epoll_create1(EPOLL_CLOEXEC), "epoll");
    timer_ = checked(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd");
    acceptor_ = checked(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
    // Small, so that what is sent is soon received; accepted sockets inherit it.
    ::setsockopt(acceptor_, SOL_SOCKET, SO_SNDBUF, &send_buffer_bytes, sizeof send_buffer_bytes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    checked(::bind(acceptor_, reinterpret_cast<sockaddr*>(&address), sizeof address), "bind");
    checked(::listen(acceptor_, SOMAXCONN), "listen");
    socklen_t size = sizeof address;
    checked(::getsockname(acceptor_, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
    for (auto descriptor : {acceptor_, timer_, STDIN_FILENO}) watch(descriptor, EPOLLIN, EPOLL_CTL_ADD);
    tell(fmt::format(R"({{"event":"listening","baseUrl":"{}://localhost:{}","caFile":"{}","matrix":{}}})",
                     context_ ? "https" : "http", ntohs(address.sin_port), ca_file_, to_json(floor_.matrix)));
  }
  ~load_generator() {
    for (auto descriptor : {acceptor_, timer_, poll_}) ::close(descriptor);
  }
  load_generator(const load_generator&) = delete;
  load_generator& operator=(const load_generator&) = delete;

  void run() {
    std::vector<epoll_event> ready(256);
    while (!quits_) {
      auto count = ::epoll_wait(poll_, ready.data(), static_cast<int>(ready.size()), -1);
      if (count < 0 && errno != EINTR) checked(count, "epoll_wait");
      for (auto i = 0; i < count; ++i) {
        auto& each = ready[static_cast<std::size_t>(i)];
        if (each.data.fd == acceptor_)
          accept();
        else if (each.data.fd == STDIN_FILENO)
          take_command();
        else if (each.data.fd == timer_)
          send_due();
        else
          serve(each.data.fd, each.events);
      }
    }
  }

private:
  struct client {
    std::unique_ptr<gateway_connection> connection;
    std::uint64_t pieces = 0; ///< to be begun in this run
    bool awaits_room = false;
  };

  void watch(int descriptor, std::uint32_t events, int operation) {
    epoll_event wanted{};
    wanted.events = events;
    wanted.data.fd = descriptor;
    checked(::epoll_ctl(poll_, operation, descriptor, &wanted), "epoll_ctl");
  }

  void await_room(client& of, bool awaits) {
    if (std::exchange(of.awaits_room, awaits) == awaits) return;
    watch(of.connection->socket(), awaits ? EPOLLIN | EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
  }

  void accept() {
    while (true) {
      auto socket = ::accept4(acceptor_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (socket < 0) return;
      watch(socket, EPOLLIN, EPOLL_CTL_ADD);
      clients_[socket].connection = std::make_unique<gateway_connection>(socket, context_.get(), floor_);
    }
  }

  void serve(int socket, std::uint32_t events) {
    auto found = clients_.find(socket);
    if (found == clients_.end()) return;
    auto& of = found->second;
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
      auto result = of.connection->readable();
      if (result == gateway_connection::outcome::ended) return lose(socket);
      if (result == gateway_connection::outcome::subscribed) {
        streams_.push_back(socket);
        agents_ += of.connection->agents();
        if (streams_.size() == expected_)
          tell(fmt::format(R"({{"event":"subscribed","listeners":{},"agents":{},"at":{:.6f}}})", streams_.size(),
                           agents_, epoch_seconds()));
      }
    }
    if (events & EPOLLOUT || !of.connection->flushed()) pump(of);
  }

  void lose(int socket) {
    auto& gone = clients_[socket];
    if (gone.connection->is_subscribed()) agents_ -= gone.connection->agents();
    std::erase(streams_, socket);
    pieces_left_ -= gone.pieces;
    clients_.erase(socket); // closes the socket, which epoll then forgets
    end_of_pieces();
  }

  /// One piece at most, so that everybody has a turn.
  void pump(client& of) {
    auto& to = *of.connection;
    if (to.flush() && of.pieces > 0) {
      to.begin_piece(now());
      sent_events_ += to.events_a_piece();
      --of.pieces, --pieces_left_;
      (void)to.flush();
    }
    await_room(of, !to.flushed() || of.pieces > 0);
    end_of_pieces();
  }

  void end_of_pieces() {
    if (!running_ || rate_ > 0 || pieces_left_ > 0) return;
    for (auto socket : streams_)
      if (!clients_[socket].connection->flushed()) return;
    end_run();
  }

  void take_command() {
    char bytes[4096];
    auto size = ::read(STDIN_FILENO, bytes, sizeof bytes);
    if (size <= 0) {
      quits_ = true;
      return;
    }
    commands_.append(bytes, static_cast<std::size_t>(size));
    for (auto end = commands_.find('\n'); end != std::string::npos; end = commands_.find('\n')) {
      auto line = commands_.substr(0, end);
      commands_.erase(0, end + 1);
      unsigned long long events = 0;
      double rate = 0;
      if (line == "quit")
        quits_ = true;
      else if (std::sscanf(line.c_str(), "go %llu %lf", &events, &rate) == 2 && !running_ && !streams_.empty())
        begin_run(events, rate);
      else
        tell(R"({"event":"refused"})");
    }
  }

  void begin_run(std::uint64_t events, double rate) {
    running_ = true;
    rate_ = rate;
    wanted_events_ = events;
    sent_events_ = skipped_events_ = 0;
    began_ = steady::now();
    began_at_ = epoch_seconds();
    began_cpu_ = cpu_seconds();
    if (rate_ > 0) return send_due();
    for (auto socket : streams_) {
      auto& of = clients_[socket];
      auto share = of.connection->events_a_piece() * streams_.size();
      of.pieces = (events + share - 1) / share;
      pieces_left_ += of.pieces;
      await_room(of, true);
    }
  }

  void send_due() {
    std::uint64_t expirations = 0;
    (void)!::read(timer_, &expirations, sizeof expirations);
    if (!running_ || rate_ <= 0) return;
    auto elapsed = std::chrono::duration<double>(steady::now() - began_).count();
    auto due = std::min(static_cast<std::uint64_t>(elapsed * rate_) + 1, wanted_events_);
    for (; sent_events_ < due && !streams_.empty(); ++sent_events_) {
      auto& of = clients_[streams_[turn_++ % streams_.size()]];
      if (!of.connection->flush()) {
        // To wait would make every later event late by the generator's own fault.
        ++skipped_events_;
        await_room(of, true);
        continue;
      }
      of.connection->begin_event(now());
      if (!of.connection->flush()) await_room(of, true);
    }
    if (sent_events_ >= wanted_events_ || streams_.empty()) return end_run();
    auto next = began_ + std::chrono::duration_cast<steady::duration>(
                             std::chrono::duration<double>(static_cast<double>(sent_events_) / rate_));
    auto at = next.time_since_epoch();
    auto whole = std::chrono::floor<std::chrono::seconds>(at);
    itimerspec alarm{};
    alarm.it_value = {static_cast<time_t>(whole.count()), static_cast<long>((at - whole).count())};
    checked(::timerfd_settime(timer_, TFD_TIMER_ABSTIME, &alarm, nullptr), "timerfd_settime");
  }

  void end_run() {
    running_ = false;
    tell(fmt::format(R"({{"event":"sent","events":{},"skippedEvents":{},"seconds":{:.6f},"cpuSeconds":{:.6f},)"
                     R"("began":{:.6f},"at":{:.6f}}})",
                     sent_events_ - skipped_events_, skipped_events_,
                     std::chrono::duration<double>(steady::now() - began_).count(), cpu_seconds() - began_cpu_,
                     began_at_, epoch_seconds()));
  }

  load_floor floor_;
  std::size_t expected_;
  tls_context context_;
  std::string ca_file_;
  int poll_ = -1;
  int timer_ = -1;
  int acceptor_ = -1;
  std::unordered_map<int, client> clients_; ///< by socket
  std::vector<int> streams_;                ///< those that have subscribed
  std::size_t agents_ = 0;
  std::string commands_;
  bool quits_ = false;

  bool running_ = false;
  double rate_ = 0;
  std::uint64_t wanted_events_ = 0;
  std::uint64_t sent_events_ = 0;
  std::uint64_t skipped_events_ = 0;
  std::uint64_t pieces_left_ = 0;
  std::size_t turn_ = 0;
  steady::time_point began_;
  double began_at_ = 0;
  double began_cpu_ = 0;
};

} // namespace

int main(int argc, char** argv) {
  load_floor floor;
  std::size_t listeners = 200;
  std::size_t states = 4;
  std::string tls_directory;
  CLI::App app{"The platform's side of Floorwalker's benchmark."};
  app.footer(std::string{leading});
  app.add_option("--seed", floor.seed, "Equal seeds give equal agents and courses")->capture_default_str();
  app.add_option("--tenants", floor.tenants, "bench-1, bench-2…, with any secret")->capture_default_str();
  app.add_option("--agents", floor.agents, "Of each tenant")->capture_default_str();
  app.add_option("--listeners", listeners, "How many are expected, over all tenants")->capture_default_str();
  app.add_option("--states", states, "Of the state matrix: 4, or at least 10")->capture_default_str();
  app.add_option("--piece", floor.piece_octets, "Octets that are written at once")->capture_default_str();
  app.add_option("--tls-directory", tls_directory, "TLS, with the identity kept there; without it plain TCP");
  CLI11_PARSE(app, argc, argv);
  try {
    ::prctl(PR_SET_TIMERSLACK, 1);
    floor.matrix = matrix_of(states);
    tls_context context;
    if (!tls_directory.empty()) {
      simulator::kept_identity(tls_directory);
      context = server_context(tls_directory + "/server.pem", tls_directory + "/server-key.pem");
    }
    load_generator{std::move(floor), listeners, std::move(context),
                   tls_directory.empty() ? "" : tls_directory + "/ca.pem"}
        .run();
  } catch (const std::exception& problem) {
    fmt::print(stderr, "load_generator: {}\n", problem.what());
    return 1;
  }
  return 0;
}
