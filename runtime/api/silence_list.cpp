#include "runtime/api/silence_list.hpp"

#include "messages/alert_kinds.hpp"
#include "messages/json_text.hpp"
#include "messages/wire/json_members.hpp"
#include "messages/wire/timestamp.hpp"
#include "runtime/configuration/text_forms.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

namespace floorwalker {
namespace {

constexpr std::int64_t minutes_max = std::int64_t{7} * 24 * 60;
/// 200 characters of any script.
constexpr std::size_t reason_bytes_max = 800;

std::optional<boost::json::object> object_in(std::string_view text) {
  boost::json::error_code error;
  boost::json::parse_options options;
  options.max_depth = 4;
  auto value = boost::json::parse({text.data(), text.size()}, error, {}, options);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

served_answer bad_body(std::string_view detail) { return problem_answer(400, "Bad request", detail); }

} // namespace

std::variant<silence_wish, served_answer> silence_wish_of(const served_request& request) {
  if (!request.brings_json()) return not_json_answer();
  auto body = object_in(request.body);
  if (!body) return bad_body(R"(Expected {"kind": "latency", "minutes": 30, "reason": "…"}.)");
  for (const auto& member : *body)
    if (auto name = std::string_view{member.key()}; name != "kind" && name != "minutes" && name != "reason")
      return bad_body(
          fmt::format("There is no member {} here: expected kind, minutes and reason.", printable_value(name)));
  silence_wish wish;
  wish.kind = wire::text_of_member(*body, "kind");
  if (!is_alert_kind(wish.kind))
    return bad_body(fmt::format("kind has to be one of {}.", fmt::join(alert_kinds, ", ")));
  const auto* minutes = wire::find_member(*body, "minutes");
  const auto* count = minutes ? minutes->if_int64() : nullptr;
  if (!count || *count < 1 || *count > minutes_max)
    return bad_body(fmt::format("minutes has to be a whole number from 1 to {}.", minutes_max));
  wish.length = std::chrono::minutes{*count};
  wish.reason = wire::text_of_member(*body, "reason");
  if (wish.reason.empty() || wish.reason.size() > reason_bytes_max)
    return bad_body(
        fmt::format("reason has to be a text of 1 to {} bytes, so that others understand.", reason_bytes_max));
  return wish;
}

std::string to_json(const silence& one) {
  std::string out = R"({"id":)";
  append_json_string(out, one.id);
  out += R"(,"kind":)";
  append_json_string(out, one.kind);
  out += R"(,"reason":)";
  append_json_string(out, one.reason);
  out += R"(,"by":)";
  append_json_string(out, one.by);
  out += R"(,"until":")";
  wire::append_timestamp(out, one.until, 3);
  out += R"("})";
  return out;
}

const silence* silence_list::add(const silence_wish& wish, const std::string& by, utc_time now) {
  expire(now);
  if (all_.size() >= most) return nullptr;
  return &all_.emplace_back(
      silence{fmt::format("silence-{}", ++number_), wish.kind, wish.reason, by, now + wish.length});
}

bool silence_list::remove(std::string_view id) {
  return std::erase_if(all_, [&](const silence& each) { return each.id == id; }) > 0;
}

bool silence_list::expire(utc_time now) {
  return std::erase_if(all_, [&](const silence& each) { return each.until <= now; }) > 0;
}

std::vector<std::string> silence_list::kinds() const {
  std::vector<std::string> kinds;
  for (const auto& each : all_) kinds.push_back(each.kind);
  return kinds;
}

bool silence_list::covers(std::string_view kind) const {
  return std::ranges::any_of(all_, [&](const silence& each) { return each.kind == kind; });
}

} // namespace floorwalker
