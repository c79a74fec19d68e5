// The port that keeps how far a sink has come, so that a new process goes on there.
#pragma once

#include "messages/trail_reader.hpp"

#include <map>
#include <memory>
#include <string>

namespace floorwalker {

/// Cursors of one sink, one a tenant.
class cursor_store {
public:
  virtual ~cursor_store() = default;

  /// As far as is known now: from an earlier process, or from a sink of this one that failed.
  virtual std::map<std::string, trail_cursor> kept() const = 0;

  /// Everything up to `cursor` is delivered. Returns at once; what is kept may lag by a second, so that after a crash
  /// the last records are delivered again.
  virtual void keep(const std::string& tenant, const trail_cursor& cursor) = 0;
};

using cursor_store_ptr = std::shared_ptr<cursor_store>;

} // namespace floorwalker
