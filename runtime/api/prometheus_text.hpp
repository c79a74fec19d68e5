// The metrics that Prometheus scrapes, in its text format. Pure.
#pragma once

#include "messages/actors.hpp"
#include "runtime/alerting/receiver_figures.hpp"
#include "runtime/api/board_answers.hpp"
#include "runtime/api/sync_times.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

inline constexpr std::string_view prometheus_content_type = "text/plain; version=0.0.4; charset=utf-8";

/// Every family of docs/api.md once, with the tenants of `boards`, the sinks and the receivers of alerts.
std::string prometheus_text(const board_list& boards, const std::vector<sink_progress>& sinks,
                            const std::optional<sync_times::reading>& syncs,
                            const std::vector<receiver_figures>& receivers = {});

} // namespace floorwalker
