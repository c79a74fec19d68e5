#include "messages/wire/token_answer.hpp"

#include "messages/wire/json_members.hpp"
#include "messages/wire/printable_sample.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace floorwalker::wire {
namespace {

namespace json = boost::json;
using std::chrono::seconds;

constexpr seconds life_max{365 * 24 * 3600};
/// Past any real token, below what gateways accept as one header.
constexpr std::size_t token_bytes_max = 16'384;

seconds life_of(double stated, seconds unstated) {
  if (!(stated > 0)) return unstated;
  if (stated >= static_cast<double>(life_max.count())) return life_max;
  // Below a second counts as one: rounded to nothing it would be read as not stated.
  return std::max(seconds{static_cast<seconds::rep>(stated)}, seconds{1});
}

seconds life_of(const json::value* stated, seconds unstated) {
  if (!stated) return unstated;
  if (stated->is_int64()) return life_of(static_cast<double>(stated->get_int64()), unstated);
  if (stated->is_uint64()) return life_max;
  if (stated->is_double()) return life_of(stated->get_double(), unstated);
  if (!stated->is_string()) return unstated;
  auto text = view(stated->get_string());
  // from_chars knows "inf" and "nan" too.
  if (text.empty() || text.front() < '0' || text.front() > '9') return unstated;
  double number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return unstated;
  return life_of(number, unstated);
}

/// True if a space-separated list (RFC 6749 §3.3) names the scope.
bool names_scope(std::string_view list, std::string_view scope) {
  while (!list.empty()) {
    auto end = std::min(list.find(' '), list.size());
    if (list.substr(0, end) == scope) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

bool names_scope(const json::array& lists, std::string_view scope) {
  return std::ranges::any_of(
      lists, [&](const json::value& list) { return list.is_string() && names_scope(view(list.get_string()), scope); });
}

bool is_bearer(std::string_view type) {
  constexpr std::string_view bearer = "bearer";
  return std::ranges::equal(type, bearer, [](char given, char lower) {
    return (given >= 'A' && given <= 'Z' ? static_cast<char>(given - 'A' + 'a') : given) == lower;
  });
}

/// A token goes into a header: a line break or a space in it would let the endpoint write headers of its own.
bool fits_header(std::string_view token) {
  return token.size() <= token_bytes_max && std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7f; });
}

/// The server's words about itself. Some servers quote the request: what follows a credential's name is left out.
std::string quoted(std::string_view words) {
  for (std::string_view name : {"client_secret=", "access_token=", "client_secret\":", "access_token\":"})
    if (auto at = words.find(name); at != std::string_view::npos) words = words.substr(0, at + name.size());
  return printable_sample(words);
}

token_verdict judge_grant(const http_answer& answer, const json::object& body, const token_terms& terms) {
  auto unavailable = [&](std::string reason) { return token_unavailable{std::move(reason), answer.retry_after}; };
  auto token = text_of_member(body, "access_token");
  if (token.empty()) return unavailable("OAuth response missing access_token");
  if (!fits_header(token)) return unavailable("OAuth response has an access_token that no header can carry");
  if (auto type = find_member(body, "token_type"); type && !(type->is_string() && is_bearer(view(type->get_string()))))
    return unavailable("OAuth response has a token_type other than Bearer");
  if (auto scope = find_member(body, "scope")) {
    if (!scope->is_string() && !scope->is_array())
      return unavailable("OAuth response has a scope that is no list of names");
    bool may_read = scope->is_string() ? names_scope(view(scope->get_string()), terms.scope)
                                       : names_scope(scope->get_array(), terms.scope);
    if (!may_read)
      return token_denied{fmt::format("OAuth token lacks the {} scope: the client may not read agents", terms.scope),
                          true};
  }
  return token_granted{std::string{token}, life_of(find_member(body, "expires_in"), terms.unstated_life)};
}

token_denied denial(const json::value& body, const std::string& scope) {
  auto reason = fmt::format("Invalid client credentials or missing {} scope", scope);
  if (!body.is_object()) return {reason};
  auto error = quoted(text_of_member(body.get_object(), "error"));
  auto description = quoted(text_of_member(body.get_object(), "error_description"));
  if (error.empty() && description.empty()) return {reason};
  auto separator = error.empty() || description.empty() ? "" : ": ";
  return {fmt::format("{} ({}{}{})", reason, error, separator, description)};
}

void append_form_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  constexpr std::string_view plain = "*-._";
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (alphanumeric || plain.find(c) != std::string_view::npos) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += '%';
      out += hex[byte >> 4];
      out += hex[byte & 15];
    }
  }
}

} // namespace

token_verdict judge_token_answer(const http_answer& answer, const token_terms& terms) {
  if (answer.status == 0) return token_unavailable{printable_sample(answer.failure), answer.retry_after};
  json::error_code error;
  json::value body = json::parse(json::string_view{answer.body.data(), answer.body.size()}, error);
  if (error) body = nullptr;
  switch (answer.status) {
  case 200:
    if (body.is_object()) return judge_grant(answer, body.get_object(), terms);
    return token_unavailable{"OAuth response is not a JSON object", answer.retry_after};
  case 400:
  case 401:
  case 403:
    return denial(body, terms.scope);
  default:
    return token_unavailable{fmt::format("token endpoint answered {}", answer.status), answer.retry_after};
  }
}

std::string token_request_body(const std::string& client_id, const std::string& client_secret,
                               const std::string& tenant) {
  std::string out = "grant_type=client_credentials&client_id=";
  append_form_encoded(out, client_id);
  out += "&client_secret=";
  append_form_encoded(out, client_secret);
  out += "&tenant=";
  append_form_encoded(out, tenant);
  return out;
}

} // namespace floorwalker::wire
