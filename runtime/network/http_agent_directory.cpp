#include "runtime/network/http_agent_directory.hpp"

#include "messages/wire/users_listing.hpp"
#include "runtime/network/http_client.hpp"

#include <boost/asio/strand.hpp>
#include <caf/send.hpp>

#include <utility>

namespace floorwalker {
namespace {

constexpr http_limits page_limits{.time = std::chrono::seconds{30}, .body = 8 * 1024 * 1024};

} // namespace

http_agent_directory::http_agent_directory(network_threads& threads, const wall_clock& clock,
                                           platform_access_ptr access)
    : threads_(threads), clock_(clock), access_(std::move(access)) {}

void http_agent_directory::request_page(std::uint64_t number, std::uint32_t page, access_token_ptr token,
                                        roster_actor receiver) {
  http_request request;
  request.target = wire::users_page_target(page);
  request.authorization = "Bearer " + token->reveal();
  http_fetch(boost::asio::make_strand(threads_.context()), access_, std::move(request), page_limits, clock_,
             [number, receiver = std::move(receiver)](http_answer answer) {
               caf::anon_send(receiver, directory_answered{number, std::move(answer)});
             });
}

} // namespace floorwalker
