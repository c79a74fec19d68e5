// JSON lines on standard output.
#pragma once

#include "actors/sinks/outlet.hpp"
#include "runtime/outlets/line_writer.hpp"
#include "runtime/outlets/outlet_thread.hpp"

#include <unistd.h>

#include <cstdint>
#include <string>

namespace floorwalker {

/// Writes the deliveries' text to a stream that belongs to somebody else, as standard output does. When its reader has
/// gone, one warning says so and everything from then on is dropped: nobody can ever read it, and an engine that waited
/// would stop monitoring because a pager was closed.
class stream_lines {
public:
  stream_lines(int descriptor, const write_interruption& interruption)
      : descriptor_{descriptor}, interruption_{interruption} {}

  /// The group's text, from where an earlier attempt with the same number ended. Gives a clause on what failed.
  std::string write(std::uint64_t number, const delivery_group& group);

  /// Any text; what could be written is taken off its front. With patience::none it is no problem if nothing could.
  std::string write(std::string& text, patience waits);

  bool reader_gone() const { return reader_gone_; }

private:
  std::string explain(int error);

  int descriptor_;
  const write_interruption& interruption_;
  group_progress progress_;
  bool reader_gone_ = false;
};

/// The outlet of a console sink with `view = "json"`.
class console_outlet : public threaded_outlet {
public:
  explicit console_outlet(int descriptor = STDOUT_FILENO);
  ~console_outlet() override;

  void write_then(std::uint64_t number, delivery_group_ptr group, write_answer done) override;

private:
  write_interruption interruption_;
  stream_lines lines_;
  outlet_thread thread_;
};

} // namespace floorwalker
