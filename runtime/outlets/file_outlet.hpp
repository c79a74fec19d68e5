// JSON lines in files.
#pragma once

#include "actors/sinks/outlet.hpp"
#include "runtime/outlets/line_writer.hpp"
#include "runtime/outlets/outlet_thread.hpp"
#include "runtime/outlets/rotated_file.hpp"

#include <cstdint>
#include <filesystem>

namespace floorwalker {

/// The outlet of a file sink. A file that can't be opened is a failed write, tried again by the sink.
class file_outlet : public threaded_outlet {
public:
  file_outlet(std::filesystem::path path, rotation when);
  ~file_outlet() override;

  bool reads_records() const override { return false; }
  void write_then(std::uint64_t number, delivery_group_ptr group, write_answer done) override;

private:
  write_interruption interruption_;
  rotated_file file_;
  outlet_thread thread_;
};

} // namespace floorwalker
