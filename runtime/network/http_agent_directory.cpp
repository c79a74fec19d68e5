#include "runtime/network/http_agent_directory.hpp"

#include "messages/wire/users_listing.hpp"

#include <boost/asio/strand.hpp>
#include <caf/send.hpp>

#include <utility>

namespace floorwalker {

http_request page_request(const platform_access& access, std::uint32_t page, const std::string& token) {
  http_request request;
  request.target = wire::users_page_target(access.paths.users, access.page_size, page);
  request.authorization = "Bearer " + token;
  return request;
}

http_agent_directory::http_agent_directory(network_threads& threads, const wall_clock& clock,
                                           platform_access_ptr access)
    : threads_(threads), clock_(clock), access_(std::move(access)) {}

void http_agent_directory::request_page(std::uint64_t number, std::uint32_t page, access_token_ptr token,
                                        roster_actor receiver) {
  http_fetch(boost::asio::make_strand(threads_.context()), access_, page_request(*access_, page, token->reveal()),
             page_limits, clock_, [number, receiver = std::move(receiver)](http_answer answer) {
               caf::anon_send(receiver, directory_answered{number, std::move(answer)});
             });
}

} // namespace floorwalker
