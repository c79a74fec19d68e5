#include "simulator/users_listing.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "simulator/form.hpp"

namespace floorwalker::simulator {

namespace json = boost::json;

users_listing::users_listing(const options& chosen, const floor_model& floor, const token_endpoint& tokens,
                             ledger& book)
    : floor_{floor}, tokens_{tokens}, book_{book}, faults_{chosen.users_faults} {
  for (const auto& account : chosen.tenants) tenant_ids_.push_back(account.id);
}

http_reply users_listing::answer(std::string_view method, std::string_view target, std::string_view authorization,
                                 instant now) {
  auto fault = faults_.next_request();
  auto who = tokens_.find(authorization, now);
  auto reply = method != "GET" ? refusal(405, "invalid_request", "the listing takes GET")
               : !who.tenant   ? refusal(401, "invalid_token", "the bearer token is missing, unknown or expired")
                               : page(target, *who.tenant);
  if (fault) reply = spoiled(std::move(reply), *fault);
  auto& totals = book_.totals();
  auto answered = !reply.never && !reply.cut;
  auto good = answered && reply.status == 200;
  auto form = read_form(query_of(target));
  auto first = !form.contains("pageNumber") || form["pageNumber"] == "1";
  if (good) {
    totals.listings += first ? 1 : 0;
    ++totals.listing_pages;
  } else {
    ++totals.listings_refused;
  }
  book_.request({now, "users", who.tenant ? tenant_ids_[*who.tenant] : "", answered ? reply.status : 0,
                 std::string{query_of(target).substr(0, 100)}});
  return reply;
}

http_reply users_listing::page(std::string_view target, std::uint32_t tenant) {
  auto form = read_form(query_of(target));
  auto size = 25u;
  auto number = 1u;
  if (!read_number(form, "pageSize", 1, 1000, size)) return refusal(400, "invalid_request", "pageSize: 1 to 1000");
  if (!read_number(form, "pageNumber", 1, 1'000'000, number))
    return refusal(400, "invalid_request", "pageNumber: a whole number above 0");
  auto entities = json::array{};
  auto total = 0u;
  auto first = (number - 1) * std::uint64_t{size};
  for (auto which = std::uint32_t{0}; which < floor_.size(); ++which) {
    const auto& who = floor_.agent(which);
    if (who.tenant != tenant || !who.employed) continue;
    if (total >= first && total < first + size) {
      const auto& group = floor_.team_of(who);
      entities.push_back(json::object{{"id", who.id},
                                      {"name", who.name},
                                      {"state", floor_.states()[who.state]},
                                      {"team", json::object{{"id", group.id}, {"name", group.name}}}});
    }
    ++total;
  }
  auto reply = http_reply{};
  reply.body = json::serialize(json::object{{"entities", std::move(entities)},
                                            {"pageNumber", number},
                                            {"pageSize", size},
                                            {"pageCount", (total + size - 1) / size},
                                            {"total", total}});
  return reply;
}

} // namespace floorwalker::simulator
