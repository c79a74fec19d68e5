// A node's stream as lines on standard output, for pipes and for whoever reads along.
#pragma once

#include "runtime/client/reconnecting_stream.hpp"
#include "runtime/outlets/line_writer.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

namespace floorwalker {

/// What is asked for, and what becomes of it.
struct line_stream_manner {
  std::string command; ///< as it calls itself on stderr
  std::string target;  ///< of the stream: path and query
  /// An event's line with its line end, or nothing.
  std::function<std::optional<std::string>(const server_event&)> line;
  std::uint64_t lines_max = 0; ///< ends after so many; 0: never
};

/// Connections come and go, the lines go on; what there is to say of that goes to `errors`. Signals end the process as
/// they end any other in a pipe.
class line_stream {
public:
  /// `context` and `errors` must outlive it.
  line_stream(boost::asio::io_context& context, const node_access& access, line_stream_manner manner,
              std::ostream& errors);

  /// Blocks until enough lines are written, the reader has gone, or the node refuses: then it says why.
  std::optional<client_failure> run();

private:
  void take(const server_event& event);

  boost::asio::io_context& context_;
  line_stream_manner manner_;
  std::ostream& errors_;
  write_interruption never_;
  std::optional<client_failure> failure_;
  std::string trouble_;
  std::uint64_t lines_ = 0;
  bool again_ = false;
  reconnecting_stream stream_;
};

} // namespace floorwalker
