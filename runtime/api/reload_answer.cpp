#include "runtime/api/reload_answer.hpp"

namespace floorwalker {

served_answer reload_answer(const reload_outcome& outcome) {
  switch (outcome.end) {
  case reload_end::applied:
    return json_answer(to_json(outcome));
  case reload_end::busy:
    return problem_answer(409, "Reload under way", "Another reload has not ended. Try again when it has.");
  case reload_end::stopping:
    return problem_answer(503, "Stopping", "This process is about to end.");
  case reload_end::refused:
    break;
  }
  auto answer = problem_answer(422, "Configuration refused",
                               "The configuration has problems, and nothing was changed. They are listed in problems.");
  answer.body.pop_back(); // the brace behind the document's last member
  answer.body += R"(,"problems":)" + problems_json(outcome.problems) + '}';
  return answer;
}

} // namespace floorwalker
