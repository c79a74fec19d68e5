// OAuth 2 client credentials: who gets a token, and whose token is good.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "simulator/http_fault.hpp"
#include "simulator/instant.hpp"
#include "simulator/ledger.hpp"
#include "simulator/options.hpp"

namespace floorwalker::simulator {

/// What became of a bearer token.
struct bearer {
  std::optional<std::uint32_t> tenant; ///< absent: unknown or expired
  instant expires_at{};
};

/// One thread; answers are values, so no socket is needed to test it.
class token_endpoint {
public:
  token_endpoint(const options& chosen, ledger& book);

  /// POST /oauth/token.
  http_reply answer(std::string_view method, std::string_view content_type, std::string_view body, instant now);

  /// Looks the value of an Authorization header up.
  bearer find(std::string_view authorization, instant now) const;

  /// Every token given so far ends now.
  void expire_all();

  http_faults& faults() { return faults_; }

private:
  http_reply judge(std::string_view method, std::string_view content_type, std::string_view body, instant now,
                   const http_fault* fault, std::string& tenant_id);
  http_reply issue(std::uint32_t tenant, instant now, const http_fault* fault);
  void forget_expired(instant now);

  struct issued {
    std::uint32_t tenant;
    instant expires_at;
  };
  std::vector<tenant_account> tenants_;
  token_options chosen_;
  std::uint64_t seed_;
  ledger& book_;
  http_faults faults_;
  std::uint64_t count_ = 0;
  std::unordered_map<std::string, issued> tokens_;
};

} // namespace floorwalker::simulator
