#include "runtime/process/version.hpp"

#include <caf/config.hpp>
#include <fmt/format.h>
#include <openssl/crypto.h>

namespace floorwalker {

std::string version_text() {
  constexpr auto caf = CAF_VERSION;
  return fmt::format("{} (CAF {}.{}.{}, {})", FLOORWALKER_VERSION, caf / 10000, caf / 100 % 100, caf % 100,
                     OpenSSL_version(OPENSSL_VERSION));
}

std::string client_name() { return fmt::format("floorwalker/{}", FLOORWALKER_VERSION); }

} // namespace floorwalker
