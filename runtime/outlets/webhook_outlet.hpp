// Records as JSON by HTTPS POST. What is posted, and what answers mean: docs/sinks.md.
#pragma once

#include "actors/sinks/outlet.hpp"
#include "actors/wall_clock.hpp"
#include "messages/settings.hpp"
#include "runtime/network/name_lookup.hpp"
#include "runtime/outlets/dead_letter_file.hpp"
#include "runtime/outlets/outlet_thread.hpp"
#include "runtime/webhook/answer_rules.hpp"
#include "runtime/webhook/request_plan.hpp"
#include "runtime/webhook/webhook_client.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker {

/// The outlet of a webhook sink. One request is under way at a time, so records arrive in order. A request that is
/// answered is never sent again by this outlet, whatever becomes of those behind it; refused records are in the dead
/// letters before the next request begins. The destructor ends a request under way.
class webhook_outlet : public threaded_outlet {
public:
  /// The settings' secret is read for each request. Throws std::invalid_argument if their URL is none.
  webhook_outlet(const sink_settings& settings, std::shared_ptr<const wall_clock> clock,
                 const std::filesystem::path& data_dir, name_resolver resolve = resolve_by_system);
  ~webhook_outlet() override;

  void write_then(std::uint64_t number, delivery_group_ptr group, write_answer done) override;

private:
  write_result post_group(std::uint64_t number, const delivery_group& group);
  answer_verdict post(const planned_request& request);
  std::string bury(const planned_request& request, const std::string& reason);
  void report(const planned_request& request, int status);

  sink_settings settings_;
  std::shared_ptr<const wall_clock> clock_;
  std::string place_; ///< the receiver, without path and query
  request_bounds bounds_;
  webhook_client client_;
  dead_letter_file dead_letters_;

  // How far the group under way has come.
  std::uint64_t group_ = 0;
  std::size_t answered_ = 0;           ///< requests of its plan that are done with
  std::optional<std::string> refusal_; ///< the next one's, which is refused but not yet in the dead letters

  int reported_status_ = 0;
  std::chrono::steady_clock::time_point next_report_;
  outlet_thread thread_;
};

} // namespace floorwalker
