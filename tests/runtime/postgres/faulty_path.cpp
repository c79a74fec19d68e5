#include "tests/runtime/postgres/faulty_path.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <vector>

namespace floorwalker::testing {
namespace {

using namespace std::string_view_literals;

/// What a server says of a statement that committed: CommandComplete with its tag.
constexpr std::string_view commit_answer = "COMMIT\0"sv;

void check(bool fine, const char* what) {
  if (!fine) throw std::system_error{errno, std::generic_category(), what};
}

int connect_to(const std::filesystem::path& socket) {
  auto descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket.string().copy(address.sun_path, sizeof address.sun_path - 1);
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return descriptor;
  ::close(descriptor);
  return -1;
}

struct pair {
  int client = -1;
  int server = -1;

  void close() {
    ::close(client);
    if (server >= 0) ::close(server);
    client = server = -1;
  }
};

void send_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    auto sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return; // the next read tells that the other side is gone
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

} // namespace

faulty_path::faulty_path(const std::filesystem::path& server_socket) : server_socket_{server_socket} {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* name = reinterpret_cast<sockaddr*>(&address);
  check(::bind(listener_, name, size) == 0 && ::listen(listener_, 16) == 0 &&
            ::getsockname(listener_, name, &size) == 0,
        "cannot listen");
  port_ = ntohs(address.sin_port);
  end_ = ::eventfd(0, EFD_CLOEXEC);
  thread_ = std::thread{[this] { run(); }};
}

faulty_path::~faulty_path() {
  std::uint64_t one = 1;
  check(::write(end_, &one, sizeof one) == sizeof one, "cannot end");
  thread_.join();
  ::close(listener_);
  ::close(end_);
}

void faulty_path::run() {
  std::vector<pair> pairs;
  std::array<char, 65536> buffer;
  for (;;) {
    std::vector<pollfd> events{{end_, POLLIN, 0}, {listener_, POLLIN, 0}};
    for (auto& each : pairs) {
      events.push_back({each.client, POLLIN, 0});
      events.push_back({each.server, POLLIN, 0});
    }
    if (::poll(events.data(), events.size(), -1) < 0) continue;
    if (events[0].revents != 0) break;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      auto& each = pairs[i];
      auto from_client = events[2 + 2 * i].revents != 0;
      if (!from_client && events[3 + 2 * i].revents == 0) continue;
      auto got = ::recv(from_client ? each.client : each.server, buffer.data(), buffer.size(), 0);
      std::string_view bytes{buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
      auto committed = !from_client && bytes.find(commit_answer) != std::string_view::npos;
      if (committed && losing_.exchange(false)) {
        lost_ = true;
        each.close();
      } else if (got <= 0) {
        each.close();
      } else if (from_client) {
        send_all(each.server, bytes);
      } else if (!silent_) {
        send_all(each.client, bytes);
      }
    }
    std::erase_if(pairs, [](auto& each) { return each.client < 0; });
    if (events[1].revents != 0) {
      pair next{::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC), connect_to(server_socket_)};
      if (next.server < 0)
        next.close();
      else
        pairs.push_back(next);
    }
  }
  for (auto& each : pairs) each.close();
}

} // namespace floorwalker::testing
