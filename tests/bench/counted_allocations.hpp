// Counts every allocation of the process: malloc and its like are replaced in counted_allocations.cpp, and operator new
// ends there too.
#pragma once

#include <cstdint>

namespace floorwalker::bench {

/// Of all threads, since the process began.
std::uint64_t allocations() noexcept;

} // namespace floorwalker::bench
