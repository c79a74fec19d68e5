#include "runtime/webhook/request_plan.hpp"

#include "messages/json_text.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace floorwalker {
namespace {

constexpr auto none = static_cast<std::size_t>(-1);

/// A tenant's request that is being filled.
struct open_request {
  std::size_t index = none; ///< in the plan
  std::size_t bytes = 0;
};

/// A batch of a journal that does not tell its node has an empty one.
std::string_view node_of(const committed_batch& batch) {
  return batch.node ? std::string_view{*batch.node} : std::string_view{};
}

std::string_view next_line(std::string_view& text) {
  auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

} // namespace

std::vector<planned_request> plan_requests(const delivery_group& group, const request_bounds& bounds) {
  std::vector<planned_request> plan;
  std::map<std::tuple<std::string_view, std::string_view, std::uint64_t>, open_request> open;
  for (auto& each : group) {
    auto& batch = *each.batch;
    auto& filling = open[{*batch.tenant, node_of(batch), batch.epoch}];
    std::string_view text = *each.text;
    for (std::size_t i = 0; i < each.records; ++i) {
      auto record = next_line(text);
      auto sequence = batch.positions[each.index_of(i)].sequence;
      if (filling.index == none || plan[filling.index].records.size() >= bounds.records ||
          filling.bytes + record.size() > bounds.bytes) {
        filling = {plan.size(), 0};
        plan.push_back({{*batch.tenant, node_of(batch), batch.epoch, sequence, sequence}, {}});
      }
      auto& request = plan[filling.index];
      request.range.last_sequence = sequence;
      request.records.push_back(record);
      filling.bytes += record.size();
    }
  }
  return plan;
}

std::string body_of(const planned_request& request) {
  auto& range = request.range;
  std::size_t bytes = 256;
  for (auto record : request.records) bytes += record.size() + 1;
  std::string body;
  body.reserve(bytes);
  body += R"({"tenantId":)";
  append_json_string(body, range.tenant);
  body += R"(,"node":)";
  append_json_string(body, range.node);
  body += R"(,"epoch":)";
  append_decimal(body, range.epoch);
  body += R"(,"firstSequence":)";
  append_decimal(body, range.first_sequence);
  body += R"(,"lastSequence":)";
  append_decimal(body, range.last_sequence);
  body += R"(,"records":[)";
  for (auto record : request.records) {
    body += record;
    body += ',';
  }
  body.back() = ']'; // there is at least one record
  body += '}';
  return body;
}

} // namespace floorwalker
