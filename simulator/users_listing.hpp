// GET /api/v2/users: who works here, and in which state right now.
#pragma once

#include <string_view>

#include "simulator/floor_model.hpp"
#include "simulator/http_fault.hpp"
#include "simulator/ledger.hpp"
#include "simulator/token_endpoint.hpp"

namespace floorwalker::simulator {

/// One thread; answers are values.
class users_listing {
public:
  users_listing(const options& chosen, const floor_model& floor, const token_endpoint& tokens, ledger& book);

  /// One page. `target` is path and query; `authorization` the header's value.
  http_reply answer(std::string_view method, std::string_view target, std::string_view authorization, instant now);

  http_faults& faults() { return faults_; }

private:
  http_reply page(std::string_view target, std::uint32_t tenant);

  std::vector<std::string> tenant_ids_;
  const floor_model& floor_;
  const token_endpoint& tokens_;
  ledger& book_;
  http_faults faults_;
};

} // namespace floorwalker::simulator
