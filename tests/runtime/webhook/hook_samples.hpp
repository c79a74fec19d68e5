// Deliveries as a sink hands them to its outlet.
#pragma once

#include "actors/sinks/outlet.hpp"
#include "tests/actors/record_samples.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace floorwalker::testing {

/// Where the records of a batch come from.
struct origin {
  std::string tenant = "acme";
  std::string node = "node-1";
  std::uint64_t epoch = 1;
};

/// A batch of `count` records whose sequences begin with `first`.
inline committed_batch_ptr batch_from(std::uint64_t first, std::size_t count, const origin& from = {}) {
  auto batch = *committed(std::vector<sample>(count), {first - 1, first - 1, first - 1}, from.tenant);
  batch.node = std::make_shared<const std::string>(from.node);
  batch.epoch = from.epoch;
  return std::make_shared<const committed_batch>(std::move(batch));
}

/// All records of a batch.
inline delivery delivery_of(const committed_batch_ptr& batch) {
  return {std::shared_ptr<const std::string>{batch, &batch->lines}, batch, batch->positions.size()};
}

inline delivery delivery_of(std::uint64_t first, std::size_t count, const origin& from = {}) {
  return delivery_of(batch_from(first, count, from));
}

/// Some records of a batch, each with the text "{}" and blanks up to `bytes`.
inline delivery delivery_of(const committed_batch_ptr& batch, std::vector<std::uint32_t> selected, std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; i < selected.size(); ++i) text.append(1, '{').append(bytes - 2, ' ').append("}\n");
  auto records = selected.size();
  return {std::make_shared<const std::string>(std::move(text)), batch, records, std::move(selected)};
}

} // namespace floorwalker::testing
