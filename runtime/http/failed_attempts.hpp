// How many wrong tokens an address may try. Pure; bounded.
#pragma once

#include "messages/time.hpp"

#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <string>
#include <string_view>

namespace floorwalker {

/// The address by which attempts are counted: an IPv4 address whole, of an IPv6 address its first 64 bits, since a
/// client has all addresses below them. A text that is no address counts as itself.
std::string counted_address(std::string_view address);

/// A bucket for each address: `burst` failures at once, then one more each `refill`. At most `addresses_max` addresses
/// are remembered; when full, the one that failed longest ago is forgotten.
class failed_attempts {
public:
  static constexpr int burst = 10;
  static constexpr std::chrono::seconds refill{6};
  static constexpr std::size_t addresses_max = 4096;

  /// How long the address must wait before its next attempt is looked at; zero: now.
  std::chrono::nanoseconds wait(std::string_view address, steady_time now);
  void failed(std::string_view address, steady_time now);
  std::size_t size() const { return by_failure_.size(); }

private:
  struct record {
    std::string address;
    steady_time full_again; ///< when the bucket has all its attempts again
  };
  std::list<record> by_failure_; ///< failed longest ago first
  std::map<std::string, std::list<record>::iterator, std::less<>> by_address_;
};

} // namespace floorwalker
