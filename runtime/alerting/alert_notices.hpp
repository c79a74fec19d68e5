// What one receiver of alerts has still to be told. Pure: no I/O, no clock; time is an argument.
#pragma once

#include "messages/alert_status.hpp"
#include "messages/time.hpp"
#include "runtime/webhook/answer_rules.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace floorwalker {

/// Time since some start, which nobody sets back.
using running_time = std::chrono::nanoseconds;

/// Now, for waiting and for writing down.
struct moment {
  running_time running{0};
  utc_time wall;
};

/// One request: `notices` of them, as JSON.
struct notice_request {
  std::string id; ///< the same for the same notice whenever it is sent; empty: the receiver needs none
  std::string body;
  std::size_t notices = 0;
};

/// Follows the alerts of all tenants as one receiver gets them. Requests go one after the other: next(), then answered().
class alert_notices {
public:
  using kind_set = std::set<std::string, std::less<>>;

  virtual ~alert_notices() = default;

  /// What stood of the tenant is void, and is told again if it still holds.
  virtual void begin(const std::string& tenant, const moment& now) = 0;
  /// The alert as it is; may be told again.
  virtual void take(const std::string& tenant, const alert_status& alert, const moment& now) = 0;
  /// From now on these kinds of the tenant's alerts call nobody, and only these.
  virtual void silence(const std::string& tenant, kind_set kinds, const moment& now) = 0;

  /// `before` is what a receiver of the same name has still to tell, no request of which is under way: goes on with
  /// that. Of tenants that `wants` denies only ends are told. Nothing to do for whoever is told the present again and
  /// again, and of another kind.
  virtual void take_over(alert_notices& /*before*/, const std::function<bool(const std::string&)>& /*wants*/) {}

  /// What has to be sent now; nothing if there is nothing.
  virtual std::optional<notice_request> next(const moment& now) = 0;
  /// What became of the request that next() gave last. Deferred: it is given again, in its present form.
  virtual void answered(receipt outcome, const moment& now) = 0;
  /// When next() may give something; none: not before something is told.
  virtual std::optional<running_time> due() const = 0;

  /// Notices that were given up.
  virtual std::uint64_t dropped() const = 0;
};

} // namespace floorwalker
