// A trail of which nothing but the end is kept.
#pragma once

#include "actors/audit/journal_storage.hpp"

namespace floorwalker {

/// Remembers in memory where the trail stands, so that a journal that crashed goes on with the next sequence. The
/// records themselves live on only in the sinks. A journal that starts after another has ended may use the same one;
/// two at a time may not.
class position_storage : public journal_storage {
public:
  trail_position recover() override { return end_; }
  void append(const committed_batch_ptr&, const trail_position& end) override { end_ = end; }

private:
  trail_position end_;
};

} // namespace floorwalker
