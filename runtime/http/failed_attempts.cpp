#include "runtime/http/failed_attempts.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <iterator>

namespace floorwalker {

std::string counted_address(std::string_view address) {
  auto text = std::string{address.substr(0, address.find('%'))}; // without the zone of a link-local address
  in6_addr v6{};
  if (::inet_pton(AF_INET6, text.c_str(), &v6) != 1) return text;
  char shown[INET6_ADDRSTRLEN] = {};
  if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    ::inet_ntop(AF_INET, v6.s6_addr + 12, shown, sizeof shown);
    return shown;
  }
  std::memset(v6.s6_addr + 8, 0, 8);
  ::inet_ntop(AF_INET6, &v6, shown, sizeof shown);
  return std::string{shown} + "/64";
}

std::chrono::nanoseconds failed_attempts::wait(std::string_view address, steady_time now) {
  auto at = by_address_.find(counted_address(address));
  if (at == by_address_.end()) return {};
  // `burst` attempts are there when full; one is there again when no more than burst - 1 are missing.
  auto free_at = at->second->full_again - (burst - 1) * refill;
  return std::max<std::chrono::nanoseconds>(free_at - now, std::chrono::nanoseconds{0});
}

void failed_attempts::failed(std::string_view address, steady_time now) {
  while (!by_failure_.empty() && by_failure_.front().full_again <= now) {
    by_address_.erase(by_failure_.front().address);
    by_failure_.pop_front();
  }
  auto counted = counted_address(address);
  auto at = by_address_.find(counted);
  if (at == by_address_.end()) {
    if (by_failure_.size() >= addresses_max) {
      by_address_.erase(by_failure_.front().address);
      by_failure_.pop_front();
    }
    by_failure_.push_back({counted, now});
    at = by_address_.emplace(counted, std::prev(by_failure_.end())).first;
  }
  auto& known = *at->second;
  known.full_again = std::min(std::max(known.full_again, now) + refill, now + burst * refill);
  by_failure_.splice(by_failure_.end(), by_failure_, at->second);
}

} // namespace floorwalker
