#include "runtime/http/served_request.hpp"

#include "runtime/configuration/text_forms.hpp"

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
  auto text = first_of(parameters, name);
  return text && text->empty() ? std::nullopt : text;
}
bool served_request::brings_json() const {
  if (ascii_lower(header("content-encoding").value_or("identity")) != "identity") return false;
  auto type = header("content-type").value_or(std::string_view{});
  type = type.substr(0, type.find_first_of("; \t"));
  return ascii_lower(type) == "application/json";
}
std::optional<std::string_view> served_request::header(std::string_view name) const { return first_of(headers, name); }

} // namespace floorwalker
