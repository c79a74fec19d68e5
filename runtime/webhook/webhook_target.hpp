// Where a webhook's requests go, taken from its URL.
#pragma once

#include "runtime/network/base_url.hpp"

#include <string>
#include <string_view>

namespace floorwalker {

/// A webhook's URL in parts. Path and query often are a secret of the receiver's, so they are shown nowhere.
struct webhook_target {
  base_url base;
  std::string path; ///< with the query; "/" if the URL has none
};

/// Reads "https://host[:port][/path][?query]"; http only for loopback hosts. Throws std::invalid_argument whose text
/// says what was expected, and shows nothing of path and query.
webhook_target parse_webhook_url(std::string_view url);

} // namespace floorwalker
