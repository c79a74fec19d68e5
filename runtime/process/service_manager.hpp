// What is told to the service manager that started this process (sd_notify(3)), where there is one.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace floorwalker {

/// What the service manager asked for.
struct service_wishes {
  std::string socket;                                ///< empty: nobody wants to be told
  std::optional<std::chrono::microseconds> watchdog; ///< a process that is silent for so long counts as dead
};

/// From NOTIFY_SOCKET, and from WATCHDOG_USEC unless WATCHDOG_PID means another process. Pure.
service_wishes
read_service_wishes(const std::function<std::optional<std::string>(const std::string& name)>& environment,
                    int process_id);

/// Any thread may call it. Telling never waits, and whoever can't be told is no failure of ours: it is logged at debug.
class service_manager {
public:
  explicit service_manager(service_wishes wishes);
  ~service_manager();
  service_manager(const service_manager&) = delete;
  service_manager& operator=(const service_manager&) = delete;

  std::optional<std::chrono::microseconds> watchdog() const { return wishes_.watchdog; }

  /// "READY=1", "STOPPING=1", "WATCHDOG=1", "STATUS=…"; several with line ends between. False: not told.
  bool tell(std::string_view state) const;

private:
  service_wishes wishes_;
  int socket_ = -1;
};

} // namespace floorwalker
