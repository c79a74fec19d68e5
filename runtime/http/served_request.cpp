#include "runtime/http/served_request.hpp"

namespace floorwalker {
namespace {

std::optional<std::string_view> first_of(const named_texts& texts, std::string_view name) {
  for (const auto& [known, value] : texts)
    if (known == name) return value;
  return {};
}

} // namespace

std::string_view served_request::capture(std::string_view name) const {
  return first_of(captures, name).value_or(std::string_view{});
}
std::optional<std::string_view> served_request::parameter(std::string_view name) const {
  return first_of(parameters, name);
}
std::optional<std::string_view> served_request::header(std::string_view name) const { return first_of(headers, name); }

} // namespace floorwalker
