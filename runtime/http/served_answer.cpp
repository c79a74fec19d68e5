#include "runtime/http/served_answer.hpp"

#include "messages/json_text.hpp"
#include "runtime/http/content_tag.hpp"

#include <cstdint>
#include <utility>

namespace floorwalker {

served_answer json_answer(std::string json, std::string etag) {
  served_answer answer;
  answer.content_type = "application/json";
  answer.body = std::move(json);
  answer.etag = std::move(etag);
  return answer;
}

served_answer tagged_json_answer(std::string json) {
  auto etag = content_tag(json);
  return json_answer(std::move(json), std::move(etag));
}

served_answer text_answer(std::string content_type, std::string text) {
  served_answer answer;
  answer.content_type = std::move(content_type);
  answer.body = std::move(text);
  return answer;
}

served_answer empty_answer() {
  served_answer answer;
  answer.status = 204;
  return answer;
}

served_answer problem_answer(int status, std::string_view title, std::string_view detail) {
  served_answer answer;
  answer.status = status;
  answer.content_type = "application/problem+json";
  auto& out = answer.body;
  out = R"({"type":"about:blank","title":)";
  append_json_string(out, title);
  out += R"(,"status":)";
  append_decimal(out, std::int64_t{status});
  out += R"(,"detail":)";
  append_json_string(out, detail);
  out += '}';
  return answer;
}

served_answer unknown_tenant_answer() {
  return problem_answer(404, "No such tenant", "There is no tenant of this name for you.");
}

served_answer not_json_answer() {
  return problem_answer(415, "Unsupported media type", "Expected application/json, without a Content-Encoding.");
}

served_answer unknown_path_answer() {
  return problem_answer(404, "Not found",
                        "There is nothing at this address. /api/v1/openapi.json names what there is.");
}

} // namespace floorwalker
