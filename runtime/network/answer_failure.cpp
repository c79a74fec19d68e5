#include "runtime/network/answer_failure.hpp"

#include "runtime/network/network_failure.hpp"

#include <boost/beast/http/error.hpp>

namespace floorwalker {

std::string answer_failure_clause(const boost::system::error_code& error, std::uint32_t head_max,
                                  std::uint64_t body_max) {
  namespace http = boost::beast::http;
  if (error == http::error::end_of_stream) return "the peer closed the connection without an answer";
  if (error == http::error::partial_message) return "the peer closed the connection in the middle of its answer";
  if (error == http::error::body_limit) return "the answer is larger than " + std::to_string(body_max) + " bytes";
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return "the answer's header is larger than " + std::to_string(head_max) + " bytes";
  if (error.category() == http::make_error_code(http::error::bad_version).category())
    return "the answer is not HTTP (" + failure_clause(error) + ")";
  return failure_clause(error);
}

} // namespace floorwalker
