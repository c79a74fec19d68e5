#include "simulator/token_endpoint.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "simulator/floor_model.hpp"
#include "simulator/form.hpp"
#include "simulator/random.hpp"

namespace floorwalker::simulator {

namespace {

constexpr std::size_t tokens_max = 100'000;

} // namespace

token_endpoint::token_endpoint(const options& chosen, ledger& book)
    : tenants_{chosen.tenants}, chosen_{chosen.token}, seed_{chosen.seed}, book_{book}, faults_{chosen.token_faults} {}

http_reply token_endpoint::answer(std::string_view method, std::string_view content_type, std::string_view body,
                                  instant now) {
  auto fault = faults_.next_request();
  auto tenant_id = std::string{};
  auto replaces = fault && fault->kind == http_fault_kind::status;
  auto reply = replaces ? http_reply{} : judge(method, content_type, body, now, fault ? &*fault : nullptr, tenant_id);
  if (fault) reply = spoiled(std::move(reply), *fault);
  auto& totals = book_.totals();
  ++totals.token_requests;
  auto answered = !reply.never && !reply.cut;
  ++(answered && reply.status == 200 ? totals.tokens_issued : totals.tokens_refused);
  book_.request({now, "token", tenant_id, answered ? reply.status : 0, fault ? "as the fault plan says" : ""});
  return reply;
}

http_reply token_endpoint::judge(std::string_view method, std::string_view content_type, std::string_view body,
                                 instant now, const http_fault* fault, std::string& tenant_id) {
  if (method != "POST") return refusal(405, "invalid_request", "the token endpoint takes POST");
  if (!lower_case(content_type).starts_with("application/x-www-form-urlencoded"))
    return refusal(400, "invalid_request", "expected Content-Type: application/x-www-form-urlencoded");
  auto form = read_form(body);
  for (const auto* name : {"grant_type", "client_id", "client_secret", "tenant"})
    if (!form.contains(name)) return refusal(400, "invalid_request", fmt::format("{} is missing", name));
  if (form["grant_type"] != "client_credentials")
    return refusal(400, "unsupported_grant_type", "expected grant_type=client_credentials");
  for (auto number = std::uint32_t{0}; number < tenants_.size(); ++number) {
    const auto& account = tenants_[number];
    if (account.id != form["tenant"]) continue;
    tenant_id = account.id;
    if (account.client_id != form["client_id"] || account.client_secret != form["client_secret"]) break;
    return issue(number, now, fault);
  }
  return refusal(401, "invalid_client", "unknown tenant, client or secret");
}

http_reply token_endpoint::issue(std::uint32_t tenant, instant now, const http_fault* fault) {
  if (tokens_.size() >= tokens_max) forget_expired(now);
  if (tokens_.size() >= tokens_max) return refusal(503, "unavailable", "too many tokens are in use");
  ++count_;
  auto token = fmt::format("sim-{:016x}{:016x}-{}", draw(seed_, tenant, count_, purpose::token),
                           scramble(static_cast<std::uint64_t>(now.time_since_epoch().count())), count_);
  tokens_[token] = {tenant, now + std::chrono::seconds{chosen_.life_s}};
  auto body = boost::json::object{};
  if (!fault || fault->kind != http_fault_kind::no_access_token) body["access_token"] = token;
  if (!chosen_.expires_in_absent) {
    if (chosen_.expires_in_as_text)
      body["expires_in"] = std::to_string(chosen_.life_s);
    else
      body["expires_in"] = chosen_.life_s;
  }
  body["token_type"] = "Bearer";
  if (fault && fault->kind == http_fault_kind::scope)
    body["scope"] = fault->text;
  else if (chosen_.scope)
    body["scope"] = *chosen_.scope;
  auto reply = http_reply{};
  reply.body = boost::json::serialize(body);
  reply.headers.emplace_back("Cache-Control", "no-store");
  return reply;
}

bearer token_endpoint::find(std::string_view authorization, instant now) const {
  constexpr std::string_view scheme = "Bearer ";
  if (lower_case(authorization.substr(0, scheme.size())) != "bearer ") return {};
  auto found = tokens_.find(std::string{authorization.substr(scheme.size())});
  if (found == tokens_.end() || found->second.expires_at <= now) return {};
  return {found->second.tenant, found->second.expires_at};
}

void token_endpoint::expire_all() { tokens_.clear(); }

void token_endpoint::forget_expired(instant now) {
  std::erase_if(tokens_, [&](const auto& entry) { return entry.second.expires_at <= now; });
}

} // namespace floorwalker::simulator
