// How pages become one listing, and what a failed page means (docs/protocol.md, "Agents"). Pure.
#pragma once

#include "messages/agents.hpp"
#include "messages/http_answer.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace floorwalker {

/// Two listings do not start closer than this, however many slots come back at once.
inline constexpr std::chrono::seconds listing_spacing{1};
/// A page without any answer counts as failed after this; the port should have answered long before.
inline constexpr std::chrono::seconds page_answer_deadline{60};

/// What a page's answer leads to.
enum class listing_step : std::uint8_t {
  next_page,
  complete,
  retry,        ///< from the first page on, after a back-off
  renew_token,  ///< as retry, and the token was refused (401)
  not_available ///< the platform has no listing (404) or forbids it (403)
};

/// Collects the pages of one listing.
class listing_course {
public:
  /// Begins anew at `now`; nothing of an earlier attempt is kept, since its pages may be out of date.
  void begin(utc_time now);

  /// The page that is asked for, from 1.
  std::uint32_t page() const { return page_; }

  /// Reads the answer for page(). With `next_page`, page() has moved on.
  listing_step answered(const http_answer& answer);

  /// Why the last answer was no page; one clause.
  const std::string& problem() const { return problem_; }
  /// Rows of this listing that were skipped for the form of their ids.
  std::uint32_t skipped() const { return skipped_; }

  /// The finished listing, after `complete`; or an empty, unavailable one.
  agent_listing_ptr finish(bool available);

private:
  utc_time requested_at_;
  std::uint32_t page_ = 1;
  std::uint32_t skipped_ = 0;
  std::vector<listed_agent> rows_; ///< as they came: an agent that moved between pages stands there twice
  std::string problem_;
};

} // namespace floorwalker
