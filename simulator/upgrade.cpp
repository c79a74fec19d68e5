#include "simulator/upgrade.hpp"

#include "simulator/floor_model.hpp"
#include "simulator/websocket_codec.hpp"

namespace floorwalker::simulator {

namespace {

upgrade_answer judge(platform& home, const upgrade_request& request, instant now) {
  auto answer = upgrade_answer{};
  if (!request.is_upgrade || request.key.empty()) {
    answer.reply = refusal(400, "invalid_request", "the stream expects a WebSocket upgrade");
    return answer;
  }
  if (request.version != "13") {
    answer.reply = refusal(426, "invalid_request", "expected Sec-WebSocket-Version: 13");
    answer.reply.headers.emplace_back("Sec-WebSocket-Version", "13");
    return answer;
  }
  auto who = home.tokens.find(request.authorization, now);
  if (!who.tenant) {
    answer.reply = refusal(401, "invalid_token", "the bearer token is missing, unknown or expired");
    answer.reply.headers.emplace_back("WWW-Authenticate", "Bearer");
    return answer;
  }
  answer.tenant = *who.tenant;
  answer.token_expires_at = who.expires_at;
  answer.reply.status = 101;
  answer.reply.headers = {
      {"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", accept_key(request.key)}};
  auto offered = lower_case(request.extensions).find("permessage-deflate") != std::string::npos;
  answer.compression = offered && home.chosen.stream.compression;
  if (answer.compression)
    answer.reply.headers.emplace_back("Sec-WebSocket-Extensions",
                                      "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
  return answer;
}

} // namespace

upgrade_answer answer_upgrade(platform& home, const upgrade_request& request, instant now) {
  auto answer = judge(home, request, now);
  if (auto fault = home.upgrade_faults.next_request()) answer.reply = spoiled(std::move(answer.reply), *fault);
  // A body instead of the switch is an ordinary answer, whatever the status was going to be.
  if (answer.reply.status == 101 && !answer.reply.body.empty()) answer.reply.status = 200;
  auto answered = !answer.reply.never && !answer.reply.cut;
  if (!answered || answer.reply.status != 101) {
    ++home.book.totals().upgrades_refused;
    home.book.request({now, "stream", home.chosen.tenants[answer.tenant].id, answered ? answer.reply.status : 0,
                       std::string{request.user_agent.substr(0, 100)}});
  }
  return answer;
}

} // namespace floorwalker::simulator
