// What the HTTP server takes apart itself: targets, queries, cookies, lists of codings and tags, hosts, and the tokens
// file. The first byte chooses.
#include "runtime/http/access_token.hpp"
#include "runtime/http/request_origin.hpp"
#include "runtime/http/request_target.hpp"
#include "runtime/http/tokens_text.hpp"
#include "tests/fuzzing/expect.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace floorwalker;
using floorwalker::fuzzing::expect;

namespace {

void target(std::string_view text) {
  auto parts = split_target(text);
  if (!parts) return;
  expect(parts->path.starts_with('/'), "a path begins with a slash");
  expect(parts->path.find('?') == std::string_view::npos, "the query is no part of the path");
  for (auto segment : path_segments(parts->path)) {
    auto decoded = percent_decode(segment, false);
    expect(!decoded || decoded->size() <= segment.size(), "decoding never makes a text longer");
    expect(!decoded || decoded->find('\0') == std::string::npos, "no zero byte is let through");
  }
}

void query(std::string_view text) {
  auto parameters = parse_query(text);
  if (!parameters) return;
  expect(parameters->size() <= parameters_max, "parameters are bounded");
}

void cookie(std::string_view text) {
  auto value = cookie_value(text, "floorwalker_session");
  expect(value.find(';') == std::string_view::npos, "a value ends with its pair");
  (void)accepts_gzip(text);
  expect(names_etag(std::string{"\"a\", "} + std::string{text}, "\"a\""), "what follows in a list changes nothing");
}

void host(std::string_view text) {
  auto host = host_of_authority(text);
  expect(host.find('/') == std::string_view::npos, "a host has no path");
  auto served = serves_host(hosts_of("127.0.0.1", {"wall.example"}), text);
  expect(!served || !host.empty(), "nothing is served without a host");
  if (is_own_origin(std::string{"http://"} + std::string{text}, {}, "localhost:1", false))
    expect(text.size() == std::string_view{"localhost:1"}.size(), "only our own origin is ours");
}

void tokens(std::string_view text) {
  auto read = parse_tokens(text);
  expect(read.tokens.size() <= tokens_max, "tokens are bounded");
  std::string again;
  for (const auto& token : read.tokens) again = with_token(std::move(again), token);
  auto second = parse_tokens(again);
  expect(second.problems.empty() && second.tokens == read.tokens, "what is read can be written and read again");
  if (read.tokens.empty()) return;
  auto fewer = parse_tokens(without_token(again, read.tokens.front().name));
  expect(fewer.problems.empty() && fewer.tokens.size() + 1 == read.tokens.size(), "one token is taken away");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view text{reinterpret_cast<const char*>(data + 1), size - 1};
  switch (data[0] % 5) {
  case 0:
    target(text);
    break;
  case 1:
    query(text);
    break;
  case 2:
    cookie(text);
    break;
  case 3:
    host(text);
    break;
  default:
    tokens(text);
    break;
  }
  return 0;
}
