// Everything that one gateway holds, wired once. All of it lives on the gateway's thread.
#pragma once

#include <memory>
#include <vector>

#include "simulator/fault_plan.hpp"
#include "simulator/floor_model.hpp"
#include "simulator/http_fault.hpp"
#include "simulator/ledger.hpp"
#include "simulator/options.hpp"
#include "simulator/switchboard.hpp"
#include "simulator/token_endpoint.hpp"
#include "simulator/users_listing.hpp"

namespace floorwalker::simulator {

class event_stream_session;

/// Declared in the order of use: each part knows only parts above it.
struct platform {
  explicit platform(const options& wished, instant now)
      : chosen{wished},
        floor{chosen},
        book{chosen.ledger},
        plan{chosen.seed},
        tokens{chosen, book},
        users{chosen, floor, tokens, book},
        upgrade_faults{chosen.upgrade_faults},
        board{chosen, floor, book, plan},
        streams_of_tenant(chosen.tenants.size(), 0),
        started_at{now} {
    for (const auto& one : chosen.faults) plan.add(one, now);
  }

  const options chosen;
  floor_model floor;
  ledger book;
  fault_plan plan;
  token_endpoint tokens;
  users_listing users;
  http_faults upgrade_faults;
  switchboard board;
  std::vector<std::uint32_t> streams_of_tenant; ///< listener places in use
  std::vector<std::weak_ptr<event_stream_session>> streams;
  instant started_at;
};

/// The wall clock: the one place where the simulator asks for the time.
inline instant wall_clock() { return std::chrono::system_clock::now(); }

} // namespace floorwalker::simulator
