// What an Alertmanager is told: all that fires, again and again, and once what is over. Pure.
#pragma once

#include "runtime/alerting/alert_notices.hpp"
#include "runtime/alerting/alertmanager_text.hpp"
#include "runtime/alerting/silenced_kinds.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace floorwalker {

/// An Alertmanager knows an alert by its labels, forgets nothing that it was told to last, and ends by itself what
/// nobody repeats. So what fires is repeated each interval, each time to end after four of them; what is over is told
/// until that arrived. A silence here ends there what it silences, and what still fires after it is told again.
class alertmanager_notices final : public alert_notices {
public:
  static constexpr std::size_t batch_max = 100;
  /// An end that could not be told for so long is given up too: it has come by itself.
  static constexpr int intervals_to_end = 4;

  alertmanager_notices(std::chrono::nanoseconds interval, alertmanager_origin origin);

  void begin(const std::string& tenant, const moment& now) override;
  void take(const std::string& tenant, const alert_status& alert, const moment& now) override;
  void silence(const std::string& tenant, kind_set kinds, const moment& now) override;
  std::optional<notice_request> next(const moment& now) override;
  void answered(receipt outcome, const moment& now) override;
  std::optional<running_time> due() const override;
  std::uint64_t dropped() const override { return dropped_; }

private:
  using identity = std::tuple<std::string, std::string, std::map<std::string, std::string>>; ///< tenant, kind, labels

  struct entry {
    alert_status alert;
    std::uint64_t version = 0;            ///< of the alert
    bool known = false;                   ///< the Alertmanager may have it as firing
    std::optional<running_time> told_at;  ///< as firing, in this version or an earlier one
    std::optional<running_time> ended_at; ///< it is over since then
  };
  struct told {
    identity name;
    std::uint64_t version = 0;
    bool ends = false;
  };

  bool is_silenced(const identity& name, const entry& of) const;
  bool ends(const identity& name, const entry& of) const { return of.ended_at || is_silenced(name, of); }
  std::optional<running_time> due_of(const identity& name, const entry& of) const;
  void drop_old_ends(running_time now);

  std::chrono::nanoseconds interval_;
  alertmanager_origin origin_;
  std::map<identity, entry> entries_;
  silenced_kinds silenced_;
  std::vector<told> under_way_;
  std::uint64_t dropped_ = 0;
};

} // namespace floorwalker
