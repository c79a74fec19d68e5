#include "actors/roster/listing_rules.hpp"

#include "messages/wire/users_listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace floorwalker {

void listing_course::begin(utc_time now) {
  requested_at_ = now;
  page_ = 1;
  skipped_ = 0;
  rows_.clear();
  problem_.clear();
}

listing_step listing_course::answered(const http_answer& answer) {
  if (answer.status != 200) {
    problem_ = answer.status == 0 ? answer.failure : fmt::format("the listing answered HTTP {}", answer.status);
    switch (answer.status) {
    case 401:
      return listing_step::renew_token;
    case 403:
    case 404:
      return listing_step::not_available;
    default:
      return listing_step::retry;
    }
  }
  auto parsed = wire::parse_users_page(answer.body);
  if (auto wrong = std::get_if<std::string>(&parsed)) {
    problem_ = fmt::format("page {} of the listing: {}", page_, *wrong);
    return listing_step::retry;
  }
  auto& read = std::get<wire::users_page>(parsed);
  if (read.page_number != 0 && read.page_number != page_) {
    // Believing it would make the agents of the page that was asked for look as if they had left.
    problem_ = fmt::format("page {} of the listing was asked for, and page {} came", page_, read.page_number);
    return listing_step::retry;
  }
  skipped_ += read.skipped;
  std::ranges::move(read.agents, std::back_inserter(rows_));
  if (page_ >= read.page_count) return listing_step::complete;
  if (page_ >= wire::listing_pages_max) {
    problem_ =
        fmt::format("the listing claims {} pages; at most {} are believed", read.page_count, wire::listing_pages_max);
    return listing_step::retry;
  }
  ++page_;
  return listing_step::next_page;
}

agent_listing_ptr listing_course::finish(bool available) {
  auto listing = std::make_shared<agent_listing>();
  listing->requested_at = requested_at_;
  listing->available = available;
  auto rows = std::exchange(rows_, {});
  if (!available) return listing;
  auto key_of = [](const listed_agent& row) { return row.who->key(); };
  std::ranges::stable_sort(rows, {}, key_of);
  // Of an agent that moved between pages the later row counts.
  auto last = std::unique(rows.rbegin(), rows.rend(),
                          [&](const auto& one, const auto& other) { return key_of(one) == key_of(other); });
  listing->agents.assign(std::make_move_iterator(last.base()), std::make_move_iterator(rows.end()));
  return listing;
}

} // namespace floorwalker
