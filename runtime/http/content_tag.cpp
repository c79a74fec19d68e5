#include "runtime/http/content_tag.hpp"

#include "runtime/http/access_token.hpp"

#include <fmt/format.h>

namespace floorwalker {

std::string content_tag(std::string_view content, std::string_view variant) {
  return fmt::format("\"{:.32}{}\"", hash_text(hash_secret(content)), variant);
}

} // namespace floorwalker
