// The live clients of one tenant: what happens is written once and told to all whom it concerns. Lives on the API's
// thread alone.
#pragma once

#include "actors/hub/live_update.hpp"
#include "runtime/api/stream_client.hpp"
#include "runtime/api/tenant_board.hpp"

#include <compare>
#include <cstddef>
#include <map>
#include <memory>
#include <vector>

namespace floorwalker {

class live_stream {
public:
  live_stream(const tenant_board& board, stream_surroundings around) : board_{board}, around_{std::move(around)} {}

  /// Takes in a client whose answer_stream is attached.
  void add(const stream_client_ptr& client);
  void remove(const stream_client_ptr& client);

  /// The board has taken `update`, which made these changes. `before` is the sequence that it had.
  void tell(const live_update& update, const std::vector<board_change>& changes, std::uint64_t before);
  /// These alerts are shown otherwise than before.
  void tell_alerts(const std::vector<alert_status>& alerts);
  /// A comment for everybody, so that connections are not taken for dead.
  void beat();
  /// A comment for those who wait for the trail to be opened: they hear nothing else.
  void beat_waiting();
  /// Every stream ends properly.
  void close();

  std::size_t clients() const { return clients_; }

private:
  struct group_key {
    stream_mode mode = stream_mode::state;
    stream_filter filter;
    friend auto operator<=>(const group_key&, const group_key&) = default;
  };
  using group = std::vector<stream_client_ptr>;

  void tell_changes(const stream_filter& filter, group& members, change_texts& texts, const live_update& update,
                    const std::vector<board_change>& changes, std::uint64_t before);
  void tell_records(const stream_filter& filter, group& members, const live_update& update, std::uint64_t before);
  void tell_figures();
  template <class Do>
  void each(Do what);

  const tenant_board& board_;
  stream_surroundings around_;
  std::map<group_key, group> groups_;
  std::size_t clients_ = 0;
};

} // namespace floorwalker
