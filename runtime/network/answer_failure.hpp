// Why an HTTP answer could not be read, in words.
#pragma once

#include <boost/system/error_code.hpp>

#include <cstdint>
#include <string>

namespace floorwalker {

inline constexpr std::uint32_t answer_head_max = 32 * 1024; ///< bytes of an answer's header that are read

/// The error of reading an answer as one clause; the bounds are those it was read with, in bytes.
std::string answer_failure_clause(const boost::system::error_code& error, std::uint32_t head_max,
                                  std::uint64_t body_max);

} // namespace floorwalker
