#include "runtime/http/understood_request.hpp"

#include "runtime/http/request_target.hpp"

#include <algorithm>
#include <utility>

namespace floorwalker {
namespace {

namespace http = boost::beast::http;

constexpr std::string_view session_cookie = "floorwalker_session";

std::string_view text_of(boost::beast::string_view text) { return {text.data(), text.size()}; }

/// A list may come in several lines (RFC 9110 §5.3).
void append_to_list(std::string& list, std::string_view line) {
  if (!list.empty()) list += ", ";
  list += line;
}

} // namespace

understood_request understand(request_parser& from, std::string_view peer) {
  understood_request asked;
  auto& message = from.get();
  asked.old_protocol = message.version() < 11;
  asked.keep_alive = from.keep_alive();
  asked.request.method = text_of(message.method_string());
  asked.is_head = asked.request.method == "HEAD";
  if (asked.is_head) asked.request.method = "GET";
  asked.request.peer = peer;
  int hosts = 0;
  for (const auto& field : message) {
    auto value = text_of(field.value());
    switch (field.name()) {
    case http::field::host:
      ++hosts;
      asked.authority = value;
      break;
    case http::field::origin:
      asked.origin = value;
      break;
    case http::field::if_none_match:
      append_to_list(asked.if_none_match, value);
      break;
    case http::field::accept_encoding:
      append_to_list(asked.accept_encoding, value);
      break;
    case http::field::forwarded:
      asked.proxied = true;
      break;
    case http::field::authorization:
      if (!asked.authorization) asked.authorization = value;
      continue; // secrets don't reach the routes
    case http::field::proxy_authorization:
      continue;
    case http::field::cookie:
      if (asked.session.empty()) asked.session = cookie_value(value, session_cookie);
      continue;
    default:
      break;
    }
    std::string name{text_of(field.name_string())};
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (name == "sec-fetch-site") asked.fetch_site = value;
    if (name.starts_with("x-forwarded-")) asked.proxied = true;
    asked.request.headers.emplace_back(std::move(name), value);
  }
  constexpr request_problem bad_target = {400, "Bad request", "The request's address can't be read."};
  auto target = split_target(text_of(message.target()));
  if (!target) {
    asked.problem = bad_target;
    return asked;
  }
  asked.request.path = target->path;
  if (!target->authority.empty()) asked.authority = target->authority;
  auto parameters = parse_query(target->query);
  if (!parameters)
    asked.problem = {400, "Bad query",
                     "The query can't be read: at most 64 parameters, and two hexadecimal digits "
                     "behind each %, which are not 00."};
  else
    asked.request.parameters = std::move(*parameters);
  if (hosts > 1 || (hosts == 0 && !asked.old_protocol))
    asked.problem = {400, "Bad request", "Expected one Host header."};
  asked.request.body = std::move(message.body());
  return asked;
}

} // namespace floorwalker
