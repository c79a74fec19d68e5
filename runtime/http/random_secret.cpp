#include "runtime/http/random_secret.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <array>
#include <cstdint>
#include <stdexcept>

namespace floorwalker {

std::string random_secret() {
  std::array<std::uint8_t, 32> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw std::runtime_error{"the system gives no random numbers"};
  constexpr auto digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"; // RFC 4648 §5
  std::string text;
  unsigned bits = 0;
  int count = 0;
  for (auto byte : bytes) {
    bits = (bits << 8 | byte) & 0x3FFF;
    for (count += 8; count >= 6; count -= 6) text += digits[bits >> (count - 6) & 63];
  }
  text += digits[bits << (6 - count) & 63];
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return text;
}

std::string random_token() { return "fw_" + random_secret(); }

} // namespace floorwalker
