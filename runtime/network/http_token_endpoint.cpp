#include "runtime/network/http_token_endpoint.hpp"

#include "messages/wire/token_answer.hpp"
#include "runtime/network/network_failure.hpp"
#include "runtime/network/secret_text.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <caf/send.hpp>

#include <utility>

namespace floorwalker {

http_request token_request(const tenant_settings& tenant) {
  http_request request;
  request.target = tenant.paths.token;
  request.content_type = "application/x-www-form-urlencoded";
  auto secret = read_client_secret(tenant);
  request.body = wire::token_request_body(tenant.client_id, secret, tenant.tenant_id);
  wipe(secret);
  return request;
}

http_token_endpoint::http_token_endpoint(network_threads& threads, const wall_clock& clock, platform_access_ptr access,
                                         tenant_settings tenant)
    : threads_(threads),
      clock_(clock),
      access_(std::move(access)),
      tenant_(std::make_shared<const tenant_settings>(std::move(tenant))) {}

void http_token_endpoint::request_token(std::uint64_t number, auth_actor receiver) {
  auto tell = [number, receiver = std::move(receiver)](http_answer answer) {
    caf::anon_send(receiver, token_answered{number, std::move(answer)});
  };
  auto strand = boost::asio::make_strand(threads_.context());
  // On a network thread, since the secret's file may lie on a slow disk and the caller is an actor.
  boost::asio::post(strand, [strand, access = access_, tenant = tenant_, &clock = clock_, tell = std::move(tell)] {
    try {
      http_fetch(strand, access, token_request(*tenant), token_limits, clock, tell);
    } catch (const std::exception& failure) {
      http_answer answer;
      answer.failure = failure.what();
      tell(std::move(answer));
    }
  });
}

} // namespace floorwalker
