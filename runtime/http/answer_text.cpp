#include "runtime/http/answer_text.hpp"

#include "runtime/configuration/text_forms.hpp"
#include "runtime/http/gzip_text.hpp"
#include "runtime/http/request_target.hpp"

#include <boost/beast/http/status.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <utility>

namespace floorwalker {
namespace {

/// Of answers that are no page: nothing in them may run or load anything, whatever a browser takes them for.
constexpr std::string_view bare_policy = "default-src 'none'; frame-ancestors 'none'";

void add(std::string& head, std::string_view name, std::string_view value) {
  head += name;
  head += ": ";
  // A line end in a value would begin a header of somebody else's making.
  for (char c : value) head += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  head += "\r\n";
}

bool has(const named_texts& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(),
                     [&](const auto& header) { return ascii_lower(header.first) == ascii_lower(name); });
}

std::string begin_head(int status, const answer_circumstances& circumstances) {
  auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  auto head = fmt::format("HTTP/1.1 {} {}\r\n", status, std::string_view{reason.data(), reason.size()});
  add(head, "Date", http_date(circumstances.now));
  return head;
}

void add_security(std::string& head, const named_texts& given) {
  add(head, "X-Content-Type-Options", "nosniff");
  add(head, "X-Frame-Options", "DENY");
  add(head, "Referrer-Policy", "no-referrer");
  add(head, "Cross-Origin-Opener-Policy", "same-origin");
  add(head, "Cross-Origin-Resource-Policy", "same-origin");
  if (!has(given, "Content-Security-Policy")) add(head, "Content-Security-Policy", bare_policy);
}

void add_connection(std::string& head, const answer_circumstances& circumstances, bool keep_alive) {
  if (!keep_alive)
    add(head, "Connection", "close");
  else if (circumstances.old_protocol)
    add(head, "Connection", "keep-alive");
}

} // namespace

std::string http_date(std::chrono::sys_seconds time) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

answer_text compose_answer(served_answer answer, const answer_circumstances& circumstances) {
  bool held = answer.status == 200 && !answer.etag.empty() && !circumstances.if_none_match.empty() &&
              names_etag(circumstances.if_none_match, answer.etag);
  if (held) answer.status = 304;
  bool bodiless = answer.status == 204 || answer.status == 304 || answer.status < 200;
  bool varies = packs_well(answer.content_type) && !has(answer.headers, "Content-Encoding");
  bool packed = false;
  bool packs = varies && answer.body.size() >= gzip_from_bytes && accepts_gzip(circumstances.accept_encoding);
  // The same content in other bytes: the tag may only promise the content (RFC 9110 §8.8.1); a 304 bears the same tag
  // as the 200 would (§15.4.5).
  if (packs && answer.etag.starts_with('"')) answer.etag.insert(0, "W/");
  if (packs && !bodiless) {
    auto smaller = gzip(answer.body);
    packed = !smaller.empty() && smaller.size() < answer.body.size();
    if (packed) answer.body = std::move(smaller);
  }
  answer_text text;
  text.status = answer.status;
  auto& head = text.head;
  head = begin_head(answer.status, circumstances);
  if (!bodiless) {
    if (!answer.content_type.empty()) add(head, "Content-Type", answer.content_type);
    add(head, "Content-Length", fmt::format("{}", answer.body.size()));
    if (packed) add(head, "Content-Encoding", "gzip");
  }
  if (varies && !has(answer.headers, "Vary")) add(head, "Vary", "Accept-Encoding");
  if (!answer.etag.empty()) add(head, "ETag", answer.etag);
  if (answer.cache_control.empty()) answer.cache_control = answer.etag.empty() ? "no-store" : "private, no-cache";
  add(head, "Cache-Control", answer.cache_control);
  for (const auto& [name, value] : answer.headers) add(head, name, value);
  add_security(head, answer.headers);
  add_connection(head, circumstances, circumstances.keep_alive);
  head += "\r\n";
  if (!bodiless && !circumstances.head_only) text.body = std::move(answer.body);
  return text;
}

std::string compose_stream_head(const stream_head& from, const answer_circumstances& circumstances) {
  auto head = begin_head(200, circumstances);
  add(head, "Content-Type", from.content_type);
  if (!circumstances.old_protocol) add(head, "Transfer-Encoding", "chunked");
  add(head, "Cache-Control", "no-store");
  // Proxies in front (nginx) would otherwise collect what must go out at once.
  add(head, "X-Accel-Buffering", "no");
  for (const auto& [name, value] : from.headers) add(head, name, value);
  add_security(head, from.headers);
  add_connection(head, circumstances, false);
  head += "\r\n";
  return head;
}

} // namespace floorwalker
