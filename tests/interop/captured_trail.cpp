#include "tests/interop/captured_trail.hpp"

#include "messages/time.hpp"
#include "messages/wire/timestamp.hpp"

#include <caf/send.hpp>
#include <fmt/format.h>

#include <sstream>
#include <utility>

namespace floorwalker::interop {
namespace {

namespace json = boost::json;

std::string text(const json::value& value) { return std::string{value.as_string()}; }

} // namespace

void captured_trail::write(std::uint64_t number, delivery_group_ptr group, sink_actor receiver) {
  std::lock_guard lock{mutex_};
  if (holds_)
    held_.push_back({number, std::move(group), std::move(receiver)});
  else
    keep({number, std::move(group), std::move(receiver)});
}

void captured_trail::hold() {
  std::lock_guard lock{mutex_};
  holds_ = true;
}

void captured_trail::release() {
  std::lock_guard lock{mutex_};
  holds_ = false;
  for (const auto& write : std::exchange(held_, {})) keep(write);
}

void captured_trail::keep(const held_write& what) {
  for (const auto& delivered : *what.group) lines_ += *delivered.text;
  caf::anon_send(what.receiver, outlet_written{what.number, {}});
  grown_.notify_all();
}

void captured_trail::wait_for_more(std::chrono::milliseconds limit) {
  std::unique_lock lock{mutex_};
  grown_.wait_for(lock, limit);
}

std::vector<json::object> captured_trail::parsed() const {
  std::unique_lock lock{mutex_};
  std::istringstream in{lines_};
  lock.unlock();
  std::vector<json::object> records;
  for (std::string line; std::getline(in, line);) records.push_back(json::parse(line).as_object());
  return records;
}

std::vector<json::object> captured_trail::records(const std::string& action) const {
  auto all = parsed();
  std::erase_if(all, [&](const json::object& record) { return text(record.at("auditAction")) != action; });
  return all;
}

std::map<std::string, agent_judgements> captured_trail::agents() const {
  std::map<std::string, agent_judgements> result;
  for (const auto& record : parsed()) {
    if (!record.contains("eventTimestamp")) continue;
    auto& agent = result[text(record.at("agentId"))];
    ++agent.judged;
    if (!record.at("valid").as_bool()) ++agent.rejected;
    for (const auto& flag : record.at("flags").as_array())
      if (text(flag) == "out-of-order") ++agent.out_of_order;
    std::string at;
    wire::append_timestamp(at, wire::parse_timestamp(text(record.at("eventTimestamp"))).value().at, 9);
    agent.events.push_back(
        fmt::format("{} {} {}", at, text(record.at("previousState")), text(record.at("currentState"))));
  }
  return result;
}

std::vector<std::string> captured_trail::wrong_sequences() const {
  std::vector<std::string> wrong;
  std::map<std::string, std::uint64_t> last;
  for (const auto& record : parsed()) {
    auto& before = last[text(record.at("tenantId"))];
    auto number = record.at("sequence").to_number<std::uint64_t>();
    if (number != before + 1) wrong.push_back(fmt::format("sequence {} follows {}", number, before));
    before = number;
  }
  return wrong;
}

} // namespace floorwalker::interop
