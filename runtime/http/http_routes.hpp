// Which handler answers what, and who may ask it.
#pragma once

#include "runtime/http/http_exchange.hpp"
#include "runtime/http/query_check.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// Where a request goes.
struct route_match {
  const http_handler* handler = nullptr;   ///< none: 404, or 405 if `allowed` is not empty
  const query_names* takes = nullptr;      ///< the query's parameters; there whenever a handler is
  caller_role least = caller_role::nobody; ///< what the caller must be
  named_texts captures;                    ///< percent-decoded
  std::string allowed;                     ///< methods of the path, for Allow: "GET, HEAD, POST, OPTIONS"
};

/// A table of routes, complete before the server starts and never changed after. A pattern is a path whose segments are
/// texts or {names}: "/api/v1/tenants/{tenant}/agents". Texts go before names.
///
/// The server checks before it calls a handler: the role, that the caller sees the tenant in a capture "tenant" (if not:
/// unknown_tenant_answer), and that the query holds only what the route takes, each once (query_refusal). HEAD goes to
/// GET's handler, OPTIONS is answered with Allow.
class http_routes {
public:
  /// `method` in capitals; `least` nobody: open to everybody. One route for a method and pattern: the later one counts.
  /// The names in `takes` have to outlive the routes; without it any query will do.
  void add(std::string method, std::string_view pattern, caller_role least, http_handler handler,
           query_names takes = {});

  /// `path` as received: it is split before it is decoded, so %2F never is a separator. A path that can't be decoded
  /// matches nothing.
  route_match match(std::string_view method, std::string_view path) const;

private:
  struct entry {
    std::string method;
    std::vector<std::string> segments; ///< names with their braces
    caller_role least;
    http_handler handler;
    query_names takes;
  };
  std::vector<entry> entries_;
};

} // namespace floorwalker
