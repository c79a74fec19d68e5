#include "runtime/audit/checksummed_text.hpp"

#include "runtime/audit/crc32c.hpp"

#include <fmt/format.h>

namespace floorwalker {

std::string checksummed(std::string_view kind, std::uint32_t version, std::string body) {
  body.insert(0, fmt::format("{} {} {:08x}\n", kind, version, crc32c(body))); // a body may be large, and is not copied
  return body;
}

checksummed_text parse_checksummed(std::string_view kind, std::uint32_t version, std::string_view text) {
  auto line_end = text.find('\n');
  auto line = text.substr(0, line_end);
  if (line_end == std::string_view::npos || !line.starts_with(kind)) return {{}, "it does not begin as it should"};
  auto body = text.substr(line_end + 1);
  if (!line.starts_with(fmt::format("{} {} ", kind, version)))
    return {{}, fmt::format("it has another version than {}", version)};
  if (line != fmt::format("{} {} {:08x}", kind, version, crc32c(body))) return {{}, "its checksum is wrong"};
  return {body, {}};
}

} // namespace floorwalker
