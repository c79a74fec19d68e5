// Which segments a running trail has and how far they are committed: kept by its writer, asked by its readers.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker {

/// A segment as a reader needs it.
struct readable_segment {
  std::string name;
  std::uint64_t first_sequence = 0;
  std::uint64_t epoch = 0;
  std::shared_ptr<const std::string> node;
  std::uint64_t header_size = 0;
  std::uint64_t end = 0; ///< committed bytes
};

/// What a reader needs to read from a sequence on.
struct reading_place {
  readable_segment segment;
  std::uint64_t last_sequence = 0; ///< the last committed one in it
};

/// Callable from any thread.
class segment_table {
public:
  segment_table(std::vector<readable_segment> segments, std::uint64_t committed)
      : segments_{std::move(segments)}, committed_{committed} {}

  /// A segment was begun.
  void add(readable_segment begun);
  /// The last segment is committed up to byte `end` and record `sequence`.
  void commit(std::uint64_t end, std::uint64_t sequence);
  /// The oldest `count` segments are about to be removed.
  void remove_front(std::size_t count);

  std::uint64_t committed() const;
  /// Oldest first.
  std::vector<readable_segment> segments() const;
  /// Where the record `sequence` stands, or the oldest record behind it that is kept; none if nothing is committed from
  /// there on.
  std::optional<reading_place> find(std::uint64_t sequence) const;

private:
  mutable std::mutex mutex_;
  std::vector<readable_segment> segments_;
  std::uint64_t committed_;
};

} // namespace floorwalker
