// Pages of the platform's users listing (docs/protocol.md, "Agents").
#pragma once

#include "messages/agents.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace floorwalker::wire {

/// More pages than any tenant has: a listing that claims more is not believed.
inline constexpr std::uint32_t listing_pages_max = 10'000;

/// True for the only form of agent id that this platform uses: 8-4-4-4-12 hexadecimal digits, any case.
bool is_agent_id(std::string_view id);

struct users_page {
  std::vector<listed_agent> agents;
  std::uint32_t page_number = 0; ///< 1 on the first page; 0 if the page does not say
  std::uint32_t page_count = 0;
  std::uint32_t skipped = 0; ///< rows whose id has another form, or that are no objects
};

/// Reads one page. The alternative is one clause that says what is wrong. States over 128 bytes count as absent.
std::variant<users_page, std::string> parse_users_page(std::string_view body);

/// Path and query of one page of `page_size` rows; `path` is where the listing is.
std::string users_page_target(const std::string& path, std::uint32_t page_size, std::uint32_t page_number);

} // namespace floorwalker::wire
