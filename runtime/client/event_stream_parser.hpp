// Reads server-sent events from bytes as they arrive (WHATWG HTML, "Server-sent events"). Pure.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace floorwalker {

/// One event. Its texts are as sent: whoever shows them has to make them printable.
struct server_event {
  std::string id;   ///< the last id that the stream named, up to this event
  std::string name; ///< "message" if the stream gave none
  std::string data;
};

/// The bytes may come in pieces of any size; what belongs to an event that is not complete waits, up to a bound.
class event_stream_parser {
public:
  static constexpr std::size_t event_bytes_default = std::size_t{64} << 20;

  explicit event_stream_parser(std::size_t event_bytes_max = event_bytes_default) : bytes_max_{event_bytes_max} {}

  /// Calls `take` for each event that `bytes` complete. False: an event is larger than the bound, and nothing can be
  /// read any more.
  bool feed(std::string_view bytes, const std::function<void(const server_event&)>& take);

private:
  void end_line(const std::function<void(const server_event&)>& take);
  void set_field(std::string_view name, std::string_view value);
  void dispatch(const std::function<void(const server_event&)>& take);

  std::size_t bytes_max_;
  std::string line_;
  server_event event_; ///< the one under way; its id stays for those that follow
  bool has_data_ = false;
  bool after_return_ = false; ///< a line feed that follows belongs to the same line end
  bool first_line_ = true;
  bool failed_ = false;
};

} // namespace floorwalker
