// Keeps a tenant's working figures: follows the trail as a sink does, beginning with what it tells of today. Lives on
// the API's thread alone.
#pragma once

#include "actors/hub/live_update.hpp"
#include "actors/hub/working_figures.hpp"
#include "actors/sinks/trail_course.hpp"
#include "messages/settings.hpp"
#include "runtime/api/stream_client.hpp"
#include "runtime/api/trail_halving.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace floorwalker {

/// At a start, today's records are read back, a stretch at a time, while everything else goes on; until that is done
/// there are no figures. From then on it takes batches as the hub tells them. A batch that the hub passed over is read.
class figures_reading : public std::enable_shared_from_this<figures_reading> {
public:
  figures_reading(const tenant_settings& settings, civil_calendar calendar, stream_surroundings around);

  /// What the hub tells, in its order.
  void follow(const live_update& update);
  /// A second has passed: what could not be read is tried again, and a new day may begin.
  void beat();

  /// Null as long as today's records are not all read.
  const working_figures* counted() const { return is_counted_ ? &figures_ : nullptr; }

private:
  void begin(std::uint64_t end);
  void find_beginning();
  void read_on();
  void read(std::uint64_t from, std::size_t bytes);
  void answered(std::uint64_t number, const trail_stretch& stretch);
  void take(const committed_batch_ptr& batch, std::uint64_t missing);
  void fail(const std::string& problem);

  std::string tenant_;
  stream_surroundings around_;
  working_figures figures_;
  trail_reader_ptr trail_;
  std::uint64_t epoch_ = 0;
  std::uint64_t end_ = 0; ///< the newest sequence that the hub told of
  utc_time begun_;
  std::optional<trail_halving> halving_; ///< while today's beginning is looked for
  std::optional<trail_course> course_;   ///< once it is found
  std::uint64_t question_ = 0;           ///< number of the last one; answers to others are void
  std::uint64_t records_ = 0;            ///< taken since it began
  bool waits_ = false;                   ///< for an answer
  bool has_failed_ = false;              ///< the last question had none
  bool is_counted_ = false;
};

} // namespace floorwalker
