// What a client asks, read, checked and signed in, as a route's handler gets it. Pure.
#pragma once

#include "runtime/http/caller.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floorwalker {

/// Names and values in the order received.
using named_texts = std::vector<std::pair<std::string, std::string>>;

/// A request whose size, host, origin and caller were found right. Texts are decoded and may hold any byte but zero:
/// what must be UTF-8 is for the handler to check.
struct served_request {
  std::string method;     ///< "GET" also for HEAD: the server leaves the body out by itself
  std::string path;       ///< as received, without the query
  named_texts captures;   ///< what stood in the pattern's {…}, percent-decoded: {"tenant", "acme"}
  named_texts parameters; ///< of the query, decoded as by HTML forms (+ is a space)
  named_texts headers;    ///< names in lower case; without authorization and cookie
  std::string body;
  http_caller caller;
  std::string credential; ///< which token or session stood for the caller; no secret, and empty for anonymous
  std::string peer;       ///< the client's address, without port

  /// The text of a capture; empty if the pattern has none of the name.
  std::string_view capture(std::string_view name) const;
  /// The first query parameter of the name. An empty one is one that was left out: forms and pages send them so.
  std::optional<std::string_view> parameter(std::string_view name) const;
  /// The first header of the name, given in lower case.
  std::optional<std::string_view> header(std::string_view name) const;
  /// Whether the body is said to be application/json, whatever its parameters, and not to be packed.
  bool brings_json() const;
};

} // namespace floorwalker
