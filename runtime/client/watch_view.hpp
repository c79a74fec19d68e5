// What of the live table is looked at: order, filter, place. Pure.
#pragma once

#include "runtime/client/terminal_keys.hpp"
#include "runtime/client/watch_model.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace floorwalker {

enum class watch_order : std::uint8_t { time_in_state, name, state };

class watch_view {
public:
  /// Takes a key, while there are `rows` of which `page` fit. False: the person wants to quit.
  bool take(const terminal_key& key, std::size_t rows, std::size_t page);

  /// The rows that the filter lets pass, in order. Those without a time come last whatever the direction.
  std::vector<const watched_agent*> rows(const std::map<std::string, watched_agent>& agents) const;

  watch_order order() const { return order_; }
  bool reversed() const { return reversed_; }
  const std::string& filter() const { return filter_; }
  bool typing() const { return typing_; } ///< the filter is being typed
  /// The first row on the screen, as far as there are `rows` of them.
  std::size_t first_row(std::size_t rows, std::size_t page) const;

private:
  static constexpr std::size_t filter_bytes_max = 100;

  bool type(const terminal_key& key);
  void sort_by(watch_order order);

  watch_order order_ = watch_order::time_in_state;
  bool reversed_ = false;
  std::string filter_;
  bool typing_ = false;
  std::size_t first_ = 0;
};

} // namespace floorwalker
