#include "messages/wire/users_listing.hpp"

#include "messages/wire/json_members.hpp"
#include "messages/wire/stream_decoder.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <optional>
#include <utility>

namespace floorwalker::wire {
namespace {

namespace json = boost::json;

/// A page number or count; 0 where the page says none. The alternative is what is wrong.
std::variant<std::uint32_t, std::string> count_of(const json::object& page, std::string_view name) {
  auto stated = find_member(page, name);
  if (!stated) return std::uint32_t{0};
  json::error_code error;
  auto count = stated->is_number() ? stated->to_number<std::int64_t>(error) : std::int64_t{-1};
  if (error || count < 0 || count > listing_pages_max)
    return fmt::format("{}: expected an integer from 0 to {}, found {}", name, listing_pages_max,
                       printable_sample(json::serialize(*stated)));
  return static_cast<std::uint32_t>(count);
}

std::optional<listed_agent> agent_of(const json::value& row) {
  if (!row.is_object()) return std::nullopt;
  const auto& members = row.get_object();
  auto id = text_of_member(members, "id");
  if (!is_agent_id(id)) return std::nullopt;
  std::string_view team_name;
  if (auto team = find_member(members, "team"); team && team->is_object())
    team_name = text_of_member(team->get_object(), "name");
  listed_agent agent{agent_identity::of(id, text_of_member(members, "name"), team_name), {}};
  auto state = text_of_member(members, "state");
  if (!state.empty() && state.size() <= state_bytes_max) agent.state = state;
  return agent;
}

} // namespace

bool is_agent_id(std::string_view id) {
  if (id.size() != 36) return false;
  for (std::size_t i = 0; i < id.size(); ++i) {
    char c = id[i];
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (c != '-') return false;
    } else if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) {
      return false;
    }
  }
  return true;
}

std::variant<users_page, std::string> parse_users_page(std::string_view body) {
  json::error_code error;
  auto parsed = json::parse(json::string_view{body.data(), body.size()}, error);
  if (error) return fmt::format("not JSON: {}", error.message());
  if (!parsed.is_object()) return std::string{"not a JSON object"};
  const auto& page = parsed.get_object();
  auto entities = find_member(page, "entities");
  if (!entities) return std::string{"entities is missing"};
  if (!entities->is_array()) return std::string{"entities is no array"};
  auto number = count_of(page, "pageNumber");
  if (auto wrong = std::get_if<std::string>(&number)) return std::move(*wrong);
  auto count = count_of(page, "pageCount");
  if (auto wrong = std::get_if<std::string>(&count)) return std::move(*wrong);

  users_page result;
  result.page_number = std::get<std::uint32_t>(number);
  result.page_count = std::get<std::uint32_t>(count);
  result.agents.reserve(entities->get_array().size());
  for (const auto& row : entities->get_array()) {
    if (auto agent = agent_of(row))
      result.agents.push_back(std::move(*agent));
    else
      ++result.skipped;
  }
  return result;
}

std::string users_page_target(const std::string& path, std::uint32_t page_size, std::uint32_t page_number) {
  return fmt::format("{}?pageSize={}&pageNumber={}", path, page_size, page_number);
}

} // namespace floorwalker::wire
