// The first byte chooses the status; the rest is the body of the token endpoint's answer.
#include "messages/wire/token_answer.hpp"
#include "tests/fuzzing/expect.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace {

using namespace floorwalker;
using namespace floorwalker::wire;
using fuzzing::expect;

constexpr std::array<int, 8> statuses = {200, 400, 401, 403, 429, 503, 302, 0};

void check(const http_answer& answer) {
  auto verdict = judge_token_answer(answer);
  if (auto granted = std::get_if<token_granted>(&verdict)) {
    expect(answer.status == 200, "tokens come with 200");
    expect(!granted->access_token.empty(), "a token has text");
    expect(std::ranges::all_of(granted->access_token, [](char c) { return c > ' ' && c < 0x7f; }),
           "a token fits a header");
    expect(granted->life >= std::chrono::seconds{1} && granted->life <= std::chrono::hours{24 * 365},
           "a token lives for a second to a year");
  } else if (auto denied = std::get_if<token_denied>(&verdict)) {
    expect(denied->scope_missing == (answer.status == 200), "a 200 denies by its scope only");
    expect(answer.status >= 400 || answer.status == 200, "few statuses deny");
    expect(fuzzing::one_line(denied->reason) && denied->reason.size() < 2'000, "a reason is one short line");
  } else {
    const auto& unavailable = std::get<token_unavailable>(verdict);
    expect(fuzzing::one_line(unavailable.reason) && unavailable.reason.size() < 1'000, "a reason is one short line");
    expect(unavailable.retry_after == answer.retry_after, "the server's wait is passed on");
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  http_answer answer;
  answer.status = statuses[data[0] % statuses.size()];
  std::string body{reinterpret_cast<const char*>(data) + 1, size - 1};
  (answer.status == 0 ? answer.failure : answer.body) = body;
  answer.retry_after = std::chrono::seconds{data[0]};
  check(answer);

  auto form = token_request_body("id", body, "tenant");
  expect(fuzzing::one_line(form) && std::ranges::count(form, '&') == 3 && std::ranges::count(form, '=') == 4,
         "a secret cannot add to the form");
  return 0;
}
