#include "runtime/http/http_routes.hpp"

#include "runtime/http/request_target.hpp"

#include <algorithm>
#include <utility>

namespace floorwalker {
namespace {

bool is_name(std::string_view segment) { return segment.size() > 2 && segment.front() == '{' && segment.back() == '}'; }

/// The captures if the pattern fits the decoded segments.
std::optional<named_texts> fit(const std::vector<std::string>& pattern, const std::vector<std::string>& segments) {
  if (pattern.size() != segments.size()) return {};
  named_texts captures;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (is_name(pattern[i])) {
      if (segments[i].empty()) return {};
      captures.emplace_back(pattern[i].substr(1, pattern[i].size() - 2), segments[i]);
    } else if (pattern[i] != segments[i]) {
      return {};
    }
  }
  return captures;
}

} // namespace

void http_routes::add(std::string method, std::string_view pattern, caller_role least, http_handler handler,
                      query_names takes) {
  std::vector<std::string> segments;
  for (auto segment : path_segments(pattern)) segments.emplace_back(segment);
  auto same = std::find_if(entries_.begin(), entries_.end(),
                           [&](const entry& known) { return known.method == method && known.segments == segments; });
  if (same != entries_.end()) entries_.erase(same);
  entries_.push_back({std::move(method), std::move(segments), least, std::move(handler), std::move(takes)});
}

route_match http_routes::match(std::string_view method, std::string_view path) const {
  route_match result;
  std::vector<std::string> segments;
  for (auto segment : path_segments(path)) {
    auto decoded = percent_decode(segment, false);
    if (!decoded) return result;
    segments.push_back(std::move(*decoded));
  }
  auto wanted = method == "HEAD" ? std::string_view{"GET"} : method;
  std::vector<std::string_view> methods;
  for (const auto& known : entries_) {
    auto captures = fit(known.segments, segments);
    if (!captures) continue;
    if (std::find(methods.begin(), methods.end(), known.method) == methods.end()) methods.push_back(known.method);
    if (known.method != wanted || (result.handler && captures->size() >= result.captures.size())) continue;
    result.handler = &known.handler;
    result.takes = &known.takes;
    result.least = known.least;
    result.captures = std::move(*captures);
  }
  if (methods.empty()) return result;
  for (auto known : methods) {
    result.allowed += std::string{known} + ", ";
    if (known == "GET") result.allowed += "HEAD, ";
  }
  result.allowed += "OPTIONS";
  return result;
}

} // namespace floorwalker
