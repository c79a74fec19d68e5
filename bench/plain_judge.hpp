// The judgement that a limit program can't do without: is the transition in the matrix, and did one get lost before it?
// No duplicates, no hand-over, no staleness. Pure.
#pragma once

#include "actors/tracking/judging.hpp"
#include "messages/settings.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker::bench {

/// Knows one tenant's agents.
class plain_judge {
public:
  plain_judge(const state_matrix& matrix, const std::vector<std::string>& agent_ids);

  /// What the engine says of an event in order; `known` is false for an agent that is not of this tenant.
  verdict judge(std::string_view agent_id, std::string_view previous, std::string_view current, std::int64_t at,
                bool& known);

private:
  struct agent {
    std::uint16_t observed = none;
    std::int64_t newest = 0;
  };
  static constexpr std::uint16_t none = 0xffff;

  std::uint16_t number_of(std::string_view state) const;

  std::vector<std::string> names_;
  boost::unordered_flat_map<std::string_view, std::uint16_t> numbers_;
  std::vector<bool> allowed_;
  std::vector<std::string> agent_ids_;
  boost::unordered_flat_map<std::string_view, std::uint32_t> agent_numbers_;
  std::vector<agent> agents_;
};

} // namespace floorwalker::bench
