#include "runtime/webhook/webhook_target.hpp"

#include <algorithm>
#include <stdexcept>

namespace floorwalker {

webhook_target parse_webhook_url(std::string_view url) {
  auto scheme = url.find("://");
  auto end = url.find_first_of("/?#", scheme == url.npos ? 0 : scheme + 3);
  auto place = url.substr(0, end);
  auto path = end == url.npos ? std::string_view{} : url.substr(end);
  webhook_target target{parse_base_url(place), {}};
  if (!target.base.tls && !target.base.is_loopback())
    throw std::invalid_argument("http is accepted only for loopback addresses, found \"" + target.base.http_text() +
                                "\"");
  // Whatever stands here ends up in the request's first line.
  if (!std::ranges::all_of(path, [](char c) { return c > ' ' && c < '\x7f' && c != '#'; }))
    throw std::invalid_argument("expected path and query of printable ASCII without a fragment, behind " +
                                target.base.http_text());
  if (!path.starts_with('/')) target.path.push_back('/');
  target.path += path;
  return target;
}

} // namespace floorwalker
