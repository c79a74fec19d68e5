#include "runtime/client/line_stream.hpp"

#include <unistd.h>

#include <ostream>
#include <utility>

namespace floorwalker {

line_stream::line_stream(boost::asio::io_context& context, const node_access& access, line_stream_manner manner,
                         std::ostream& errors)
    : context_{context},
      manner_{std::move(manner)},
      errors_{errors},
      stream_{context,
              access,
              manner_.target,
              {[this](const server_event& event) { take(event); },
               [this](bool again) {
                 if (again) errors_ << "floorwalker: " << manner_.command << ": connected again\n";
                 again_ = again;
                 trouble_.clear();
               },
               [this](const std::string& why) {
                 if (std::exchange(trouble_, why) != why)
                   errors_ << "floorwalker: " << manner_.command << ": not connected: " << why << "; trying again\n";
               },
               [this](const client_failure& failure) {
                 failure_ = failure;
                 context_.stop();
               }}} {}

std::optional<client_failure> line_stream::run() {
  stream_.start();
  context_.run();
  return failure_;
}

void line_stream::take(const server_event& event) {
  if (event.name == "snapshot" && again_)
    errors_ << "floorwalker: " << manner_.command << ": what happened while not connected can't be told any more\n";
  auto line = manner_.line(event);
  if (!line) return;
  auto [written, error] = write_text(STDOUT_FILENO, *line, never_);
  if (error != 0) {
    if (!reader_is_gone(STDOUT_FILENO, error)) failure_ = client_failure{1, "standard output: " + words_for(error)};
  } else if (++lines_ != manner_.lines_max) {
    return;
  }
  stream_.stop(); // events of the same read would follow
  context_.stop();
}

} // namespace floorwalker
