#include "simulator/frames.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace floorwalker::simulator {

frame_writer::frame_writer(const floor_model& floor, const timestamp_style& style) : floor_{floor}, style_{style} {
  for (const auto& state : floor.states()) states_.push_back(boost::json::serialize(boost::json::string(state)));
  text_.reserve(1024);
}

std::string_view frame_writer::build(std::string_view id, const transition& what) {
  text_.assign(R"({"eventType":"agent.state.change","data":{"agentId":")");
  text_ += id;
  text_ += R"(","previousState":)";
  text_ += states_[what.from];
  text_ += R"(,"currentState":)";
  text_ += states_[what.to];
  text_ += R"(,"timestamp":)";
  append_timestamp(text_, what.at, style_);
  if (what.reason != 0) {
    text_ += R"(,"reasonCode":)";
    text_ += floor_.reasons()[what.reason];
  }
  text_ += "}}";
  return text_;
}

std::string_view frame_writer::event(const transition& what) { return build(floor_.agent(what.agent).id, what); }

std::string_view frame_writer::foreign(const transition& what, std::string_view agent_id) {
  return build(agent_id, what);
}

std::string_view frame_writer::malformed(const transition& what, std::uint64_t pick) {
  const auto& id = floor_.agent(what.agent).id;
  auto start = fmt::format(R"({{"eventType":"agent.state.change","data":{{"agentId":"{}","previousState":)", id);
  switch (pick % malformed_kinds) {
  case 0: // cut off
    build(id, what);
    text_.resize(text_.size() / 2);
    break;
  case 1:
    text_ = "this is \x01 no JSON\r\n";
    break;
  case 2:
    text_ = R"(["agent.state.change"])";
    break;
  case 3:
    text_ = fmt::format(R"({}{},"timestamp":"2024-05-01T12:00:00Z"}}}})", start, states_[what.from]);
    break;
  case 4:
    text_ = fmt::format(R"({}1,"currentState":2,"timestamp":3}}}})", start);
    break;
  case 5:
    text_ = fmt::format(R"({}{},"currentState":{},"timestamp":"yesterday"}}}})", start, states_[what.from],
                        states_[what.to]);
    break;
  case 6:
    text_ = R"({"eventType":"agent.state.change"})";
    break;
  case 7:
    text_ = R"({"eventType":"agent.state.change","data":null})";
    break;
  case 8: // a state longer than the 128 bytes that are allowed
    text_ = fmt::format(R"({}{},"currentState":"{:x>200}","timestamp":"2024-05-01T12:00:00Z"}}}})", start,
                        states_[what.from], "");
    break;
  default:
    text_ = fmt::format(R"({}{},"currentState":{},"timestamp":"2024-13-41T25:61:00Z"}}}})", start, states_[what.from],
                        states_[what.to]);
    break;
  }
  return text_;
}

std::string_view frame_writer::other_type(const transition& what, std::uint64_t pick) {
  const auto& id = floor_.agent(what.agent).id;
  switch (pick % 3) {
  case 0:
    text_ = fmt::format(R"({{"eventType":"agent.skill.change","data":{{"agentId":"{}","skill":"spanish"}}}})", id);
    break;
  case 1:
    text_ = R"({"type":"notice","text":"Maintenance window on Sunday"})";
    break;
  default:
    text_ = fmt::format(R"({{"eventType":"contact.queue.change","data":{{"waiting":{}}}}})", pick % 40);
    break;
  }
  return text_;
}

std::string acknowledgement(std::uint32_t connection, std::size_t agents) {
  return fmt::format(R"({{"type":"subscribe.ack","subscriptionId":"sub-{}","agents":{}}})", connection, agents);
}

std::string rejection(std::string_view reason) {
  return boost::json::serialize(boost::json::object{{"type", "subscribe.reject"}, {"reason", reason}});
}

std::string oversized_message(std::uint64_t bytes) {
  auto text = std::string{R"({"eventType":"agent.state.change","data":{"padding":")"};
  auto end = std::string_view{R"("}})"};
  if (bytes > text.size() + end.size()) text.append(bytes - text.size() - end.size(), 'x');
  text += end;
  return text;
}

} // namespace floorwalker::simulator
