// What a webhook is told: each change of an alert's life, once and in order. Pure.
#pragma once

#include "runtime/alerting/alert_notices.hpp"
#include "runtime/alerting/silenced_kinds.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace floorwalker {

/// Whose changes a webhook hears, and how it tells them apart.
struct webhook_origin {
  std::string receiver; ///< its name in the configuration
  std::string node;
  bool include_pending = false;
};

/// One request a change. Figures that change while an alert's last change waits are told with it. A silenced alert is
/// told when the silence is over and it still fires; one that was told before is told as over even if silenced. What fires
/// when a receiver takes over is told again, since its address may be another; what was told before is told as over.
class webhook_notices final : public alert_notices {
public:
  /// So many changes wait; then the oldest is given up.
  static constexpr std::size_t queue_max = 10'000;
  /// So often is one tried; at 30 s between two attempts about an hour.
  static constexpr unsigned attempts_max = 120;

  explicit webhook_notices(webhook_origin origin) : origin_{std::move(origin)} {}

  void begin(const std::string& tenant, const moment& now) override;
  void take(const std::string& tenant, const alert_status& alert, const moment& now) override;
  void silence(const std::string& tenant, kind_set kinds, const moment& now) override;
  void take_over(alert_notices& before, const std::function<bool(const std::string&)>& wants) override;
  std::optional<notice_request> next(const moment& now) override;
  void answered(receipt outcome, const moment& now) override;
  std::optional<running_time> due() const override;
  std::uint64_t dropped() const override { return dropped_; }

private:
  using identity = std::pair<std::string, std::string>; ///< tenant, id

  struct change {
    std::string tenant;
    alert_status alert;
  };
  struct entry {
    alert_status alert;
    bool told = false; ///< or waits to be
    bool owed = false; ///< its end, since the receiver before has told it
  };

  bool wanted(const std::string& tenant, const alert_status& alert) const;
  void put(const std::string& tenant, alert_status alert);

  webhook_origin origin_;
  std::map<identity, entry> standing_;
  silenced_kinds silenced_;
  std::deque<change> waiting_;
  bool under_way_ = false; ///< the first of them
  unsigned attempts_ = 0;  ///< of the first
  std::uint64_t dropped_ = 0;
};

} // namespace floorwalker
