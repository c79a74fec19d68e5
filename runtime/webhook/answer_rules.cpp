#include "runtime/webhook/answer_rules.hpp"

#include "actors/supervision/backoff.hpp"
#include "messages/wire/printable_sample.hpp"

#include <algorithm>

namespace floorwalker {
namespace {

constexpr int request_timeout = 408;
constexpr int too_many_requests = 429;

answer_verdict deferred(std::string clause, std::optional<std::chrono::seconds> retry_after) {
  if (retry_after) retry_after = std::min(*retry_after, retry_after_max);
  return {receipt::deferred, std::move(clause), retry_after};
}

} // namespace

answer_verdict judge_answer(const http_answer& answer) {
  auto status = answer.status;
  if (status == 0) return deferred(answer.failure, {});
  if (status >= 200 && status <= 299) return {};
  auto clause = "HTTP " + std::to_string(status);
  if (status >= 300 && status <= 399)
    return deferred("the answer is " + clause + ", a redirect, and none is followed: url has to name the place itself",
                    answer.retry_after);
  if (status < 400 || status > 499 || status == request_timeout || status == too_many_requests)
    return deferred("the answer is " + clause, answer.retry_after);
  if (!answer.body.empty()) clause += ": " + wire::printable_sample(answer.body);
  return {receipt::refused, std::move(clause)};
}

} // namespace floorwalker
