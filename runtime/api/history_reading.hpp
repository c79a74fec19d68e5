// One request for an agent's history: reads the trail piece by piece and answers. Lives on the API's thread alone.
#pragma once

#include "messages/trail_reader.hpp"
#include "runtime/api/stream_client.hpp"
#include "runtime/api/trail_halving.hpp"
#include "runtime/configuration/civil_clock.hpp"
#include "runtime/http/http_exchange.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace floorwalker {

/// What is asked. Records are given by time of receipt.
struct history_wish {
  std::string agent_key;
  std::optional<utc_time> from = {};  ///< none: from the oldest record that is kept
  std::optional<utc_time> until = {}; ///< up to, but not at
  std::size_t limit = 100;
  std::uint64_t cursor = 0; ///< the first sequence to look at; 0: as `from` says
};

/// ?from= &to= (as parse_time_text() reads them) &limit= (1 to 1000, else 100) &cursor= (what "next" said), or why that
/// can't be. `clock` is the tenant's; `end_of_trail` the last record that is committed: no cursor lies behind it.
std::variant<history_wish, served_answer> history_wish_of(const served_request& request, const civil_clock& clock,
                                                          std::uint64_t end_of_trail);

/// Looks for the first record at `from` by halving the trail, reads on from there, and answers when it has `limit`
/// records, has come to `until` or to the end, or has looked through as much as one request may: then with "next", and
/// perhaps few records.
class history_reading : public std::enable_shared_from_this<history_reading> {
public:
  history_reading(history_wish wish, trail_reader_ptr trail, std::uint64_t end, stream_surroundings around,
                  http_exchange_ptr exchange);

  void start();

private:
  void read(std::uint64_t from, std::size_t bytes);
  void take(const trail_stretch& stretch);
  void halve();
  void look_through(const trail_stretch& stretch);
  bool concerns(const committed_batch& batch, std::size_t record) const;
  void answer(std::optional<std::uint64_t> next);

  history_wish wish_;
  trail_reader_ptr trail_;
  std::uint64_t end_; ///< the last record that was committed when it was asked
  stream_surroundings around_;
  http_exchange_ptr exchange_;
  std::optional<trail_halving> halving_; ///< while the first record is looked for
  std::size_t looked_at_ = 0;
  std::size_t records_ = 0;
  std::string out_;
};

} // namespace floorwalker
