// Writing one group of records into a sink's tables, exactly once.
#pragma once

#include "runtime/outlets/group_refusals.hpp"
#include "runtime/postgres/record_rows.hpp"
#include "runtime/postgres/record_table.hpp"
#include "runtime/postgres/server_session.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floorwalker::postgres {

/// A place in a trail. Records of a later epoch are later, whatever their sequence.
struct trail_place {
  std::uint64_t epoch = 0;
  std::uint64_t sequence = 0;

  friend auto operator<=>(const trail_place&, const trail_place&) = default;
};

/// Writes the records of a group and moves the sink's cursors in one transaction. The cursors are read in the same
/// transaction, so that a group whose commit was not heard of, or one that an older process had written, adds nothing.
class record_store {
public:
  record_store(std::string sink, table_names names) : sink_{std::move(sink)}, names_{std::move(names)} {}

  /// Records that the server refuses for good go to `refusals`; the others are written. Gives a clause if the dead
  /// letters can't be kept. Throws server_failure, and interrupted_session. In each of these cases nothing is written,
  /// or everything is and the answer was lost; the session is to be thrown away then, and the group given again.
  std::string store(server_session& session, const std::vector<delivered_record>& records, group_refusals& refusals);

private:
  /// One tenant's trail at one node, as far as a group has to do with it.
  struct trail {
    std::string_view tenant;
    std::string_view node;
    trail_place stored;                         ///< by an earlier group
    trail_place last;                           ///< of the group
    const delivered_record* repeated = nullptr; ///< the last one that is stored already
  };

  static std::vector<trail> trails_of(const std::vector<delivered_record>& records);
  void lock_cursors(server_session& session, std::vector<trail>& trails);
  int read_cursors(server_session& session, std::vector<trail>& trails);
  std::vector<std::size_t> new_records(const std::vector<delivered_record>& records, std::vector<trail>& trails,
                                       const group_refusals& refusals) const;
  void check_repeated(server_session& session, const std::vector<trail>& trails) const;
  std::vector<refusal> insert(server_session& session, const std::vector<delivered_record>& records,
                              std::vector<std::size_t> chosen);
  void copy_part(server_session& session, const std::vector<delivered_record>& records,
                 std::span<const std::size_t> part, std::vector<refusal>& refused);
  void insert_part(server_session& session, const std::vector<delivered_record>& records,
                   std::span<const std::size_t> part, std::vector<refusal>& refused);
  void move_cursors(server_session& session, const std::vector<trail>& trails);

  std::string sink_;
  table_names names_;
  table_row row_;
  copied_rows copied_;
  row_arrays arrays_;
  std::uint64_t doubles_ = 0; ///< rows of the group that stood in the table in spite of the cursor
};

} // namespace floorwalker::postgres
