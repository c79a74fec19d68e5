#include "network_floor.hpp"

#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace floorwalker::test {
namespace {

socket_actor::behavior_type note_socket_mail(socket_actor::pointer, protocol_of_mail* mail) {
  auto step = [mail](std::string name) { mail->note([&](auto& m) { m.socket_steps.push_back(std::move(name)); }); };
  return {[step](const stream_upgraded&) { step("upgraded"); },
          [step](const stream_subscribed&) { step("subscribed"); },
          [step](const stream_carried_event&) { step("carried event"); },
          [mail](const stream_end& end) {
            mail->note([&](auto& m) {
              m.socket_steps.push_back("stream ended");
              m.end = end;
            });
          },
          [](const close_stream&) {},
          [](const timer_fired&) {}};
}

tracker_actor::behavior_type note_tracker_mail(tracker_actor::pointer, protocol_of_mail* mail) {
  return {[](const source_planned&) {},
          [mail](const source_opened& opened) {
            mail->note([&](auto& m) {
              m.tracker_steps.push_back("opened");
              m.source = opened.source;
            });
          },
          [mail](const observation_batch_ptr& batch) {
            observation_source_ptr source;
            mail->note([&](auto& m) {
              if (m.tracker_steps.empty() || m.tracker_steps.back() != "batch") m.tracker_steps.push_back("batch");
              m.batches.push_back(batch->items.size());
              for (auto& item : batch->items) m.reasons.emplace_back(item.reason.in(batch->text));
              m.malformed += batch->malformed;
              for (auto count : batch->ignored) m.ignored += count;
              if (m.holds_credit)
                m.held.push_back(batch);
              else
                source = m.source;
            });
            if (source) source->batch_done(batch);
          },
          [mail](const source_ended& ended) {
            mail->note([&](auto& m) {
              m.tracker_steps.push_back("source ended");
              m.ended_source = ended;
              m.source = nullptr;
            });
          },
          [](const status_query&) -> caf::result<agent_status> { return floor_error::not_monitored; },
          [](const agents_query&) { return std::vector<agent_status>{}; },
          [](const stop_command&) {},
          [](const monitoring_inherited&) {},
          [](const matrix_changed&) {}};
}

} // namespace

network_floor::network_floor() {
  socket = system.spawn(note_socket_mail, &mail);
  tracker = system.spawn(note_tracker_mail, &mail);
  tenant.name = "acme";
}

network_floor::~network_floor() {
  for (auto& connection : connections) connection->drop("the test is over");
  connections.clear();
  threads.stop(std::chrono::seconds{3});
  mail.note([](auto& m) {
    m.source = nullptr;
    m.held.clear();
  });
  caf::anon_send_exit(socket, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(tracker, caf::exit_reason::user_shutdown);
}

event_stream_connection_ptr network_floor::connect(const std::string& url, const std::string& ca_file,
                                                   std::uint64_t max_frame) {
  tenant.base_url = url;
  tenant.ca_file = ca_file;
  tenant.limits.max_frame = max_frame;
  platform_event_stream stream{threads, clock, make_platform_access(tenant), tenant};
  stream_request request;
  request.connection = 7;
  request.slot = 3;
  request.token = std::make_shared<const access_token>("token-text", 1);
  request.subscription = R"({"action":"subscribe"})";
  connections.push_back(stream.connect(std::move(request), socket, tracker));
  return connections.back();
}

bool network_floor::wait_for_end() {
  return mail.wait([](auto& m) { return m.end && m.ended_source; });
}

bool network_floor::wait_for_events(std::size_t count) {
  return mail.wait([&](auto& m) { return m.reasons.size() >= count; });
}

void network_floor::return_credit() {
  std::vector<observation_batch_ptr> batches;
  observation_source_ptr source;
  mail.note([&](auto& m) {
    m.holds_credit = false;
    batches.swap(m.held);
    source = m.source;
  });
  for (auto& batch : batches)
    if (source) source->batch_done(batch);
}

std::vector<std::string> network_floor::socket_steps() {
  std::vector<std::string> copy;
  mail.note([&](auto& m) { copy = m.socket_steps; });
  return copy;
}

std::vector<std::string> network_floor::tracker_steps() {
  std::vector<std::string> copy;
  mail.note([&](auto& m) { copy = m.tracker_steps; });
  return copy;
}

std::string event_text(const std::string& reason) {
  return R"({"eventType":"agent.state.change","data":{"agentId":"550e8400-e29b-41d4-a716-446655440000",)"
         R"("previousState":"available","currentState":"busy","timestamp":"2024-05-01T12:00:00.123Z","reasonCode":")" +
         reason + "\"}}";
}

} // namespace floorwalker::test
