// The texts of a request that we take apart ourselves: target, query, cookies, and what a client accepts. Pure.
#pragma once

#include "runtime/http/served_request.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// The parts of a request's target (RFC 9112 §3.2), as received.
struct request_target {
  std::string_view path;      ///< begins with /
  std::string_view query;     ///< without the question mark
  std::string_view authority; ///< of a target in absolute form, which then counts instead of Host; else empty
};

/// Takes origin form and absolute form; nothing for any other, for a fragment, or for bytes that belong in no target.
std::optional<request_target> split_target(std::string_view target);

/// Decodes %XX, and + as a space where `plus_is_space`; nothing for a broken escape or a zero byte.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

inline constexpr std::size_t parameters_max = 64;
/// The parameters of a query in their order; nothing if one can't be decoded or there are too many.
std::optional<named_texts> parse_query(std::string_view query);

/// The segments between slashes: "/a//b" has "a", "" and "b"; "/" has one, "".
std::vector<std::string_view> path_segments(std::string_view path);

/// The value of the first cookie of that name in a Cookie header (RFC 6265 §5.4); empty if there is none.
std::string_view cookie_value(std::string_view header, std::string_view name);

/// Whether an Accept-Encoding header takes gzip (RFC 9110 §12.5.3), by name or by *; a weight of 0 says no.
bool accepts_gzip(std::string_view header);

/// Whether an If-None-Match header names this entity tag, weakly compared (RFC 9110 §13.1.2), or is *.
bool names_etag(std::string_view header, std::string_view etag);

} // namespace floorwalker
