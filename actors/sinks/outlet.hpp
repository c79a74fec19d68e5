// The port through which a sink's lines leave the process.
#pragma once

#include "messages/actors.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace floorwalker {

/// A place that takes text lines: a file, the console. Writes happen on a thread of its own, in order.
class outlet {
public:
  virtual ~outlet() = default;

  /// Writes `lines` (each ends with a newline); returns at once. `receiver` gets one outlet_written with `number`.
  virtual void write(std::uint64_t number, std::shared_ptr<const std::string> lines, sink_actor receiver) = 0;
};

} // namespace floorwalker
