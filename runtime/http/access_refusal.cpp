#include "runtime/http/access_refusal.hpp"

#include <fmt/format.h>

namespace floorwalker {

std::optional<served_answer> access_refusal(const identification& known, caller_role least) {
  if (known.result == identification::outcome::too_many_attempts) return too_many_attempts_answer();
  if (known.result != identification::outcome::known) return unknown_token_answer("Sign in with a token.");
  if (known.caller.may(least)) return {};
  return problem_answer(403, "Forbidden", fmt::format("This needs the role {}.", to_text(least)));
}

served_answer unknown_token_answer(std::string_view detail) {
  auto answer = problem_answer(401, "Not signed in", detail);
  answer.headers.emplace_back("WWW-Authenticate", "Bearer");
  return answer;
}

served_answer too_many_attempts_answer() {
  auto answer =
      problem_answer(429, "Too many attempts", "Too many wrong tokens came from this address. Wait a minute.");
  answer.headers.emplace_back("Retry-After", "60");
  return answer;
}

} // namespace floorwalker
