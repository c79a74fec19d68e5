// What went wrong at a PostgreSQL server, or on the way to it.
#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

namespace floorwalker::postgres {

/// Several lines, as libpq and servers write them, as one: runs of blanks and line ends become one blank.
std::string one_line(std::string_view text);

/// A statement that failed, or a connection. Caught in the outlet; what() is a clause for the sink's error line.
class server_failure : public std::runtime_error {
public:
  explicit server_failure(const std::string& what, std::string state = {})
      : std::runtime_error{what}, state_{std::move(state)} {}

  /// The SQLSTATE; empty if no server said anything.
  const std::string& state() const noexcept { return state_; }

  /// The server will never take these values, whenever they come: they are not representable (class 22), break a
  /// constraint (class 23) or exceed a limit of the server (54000). Everything else may pass.
  bool refuses_the_values() const noexcept {
    return state_.starts_with("22") || state_.starts_with("23") || state_ == "54000";
  }

private:
  std::string state_;
};

/// The outlet is being taken down; nothing more is to be tried.
class interrupted_session : public std::exception {
public:
  const char* what() const noexcept override { return "interrupted"; }
};

} // namespace floorwalker::postgres
