#include "runtime/process/service_manager.hpp"

#include <spdlog/spdlog.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <system_error>
#include <utility>

namespace floorwalker {
namespace {

std::optional<std::int64_t> whole_number(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  std::int64_t value = 0;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  return error == std::errc{} && end == text->data() + text->size() ? std::optional{value} : std::nullopt;
}

} // namespace

service_wishes
read_service_wishes(const std::function<std::optional<std::string>(const std::string& name)>& environment,
                    int process_id) {
  service_wishes wishes;
  auto socket = environment("NOTIFY_SOCKET").value_or("");
  // A path, or a name in the abstract namespace; other kinds (vsock) are for virtual machines.
  if (socket.size() < 2 || (socket[0] != '/' && socket[0] != '@') || socket.size() >= sizeof(sockaddr_un::sun_path))
    return wishes;
  wishes.socket = std::move(socket);
  auto meant = environment("WATCHDOG_PID");
  auto microseconds = whole_number(environment("WATCHDOG_USEC"));
  if (microseconds && *microseconds > 0 && (!meant || whole_number(meant) == process_id))
    wishes.watchdog = std::chrono::microseconds{*microseconds};
  return wishes;
}

service_manager::service_manager(service_wishes wishes) : wishes_{std::move(wishes)} {
  if (!wishes_.socket.empty()) socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

service_manager::~service_manager() {
  if (socket_ >= 0) ::close(socket_);
}

bool service_manager::tell(std::string_view state) const {
  if (socket_ < 0) return false;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::ranges::copy(wishes_.socket, address.sun_path);
  if (wishes_.socket[0] == '@') address.sun_path[0] = '\0';
  auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + wishes_.socket.size());
  auto sent = ::sendto(socket_, state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                       reinterpret_cast<const sockaddr*>(&address), size);
  if (sent >= 0) return true;
  spdlog::debug("the service manager could not be told {}: {}", state, std::generic_category().message(errno));
  return false;
}

} // namespace floorwalker
