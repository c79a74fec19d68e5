#include "actors/audit/monitored_agents.hpp"

#include "messages/agent_identity.hpp"
#include "messages/monitoring_causes.hpp"
#include "messages/wire/json_members.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace floorwalker {
namespace {

/// As agent_key(id) == key, for searches through all of a tenant's ids.
bool has_key(std::string_view id, std::string_view key) {
  return std::ranges::equal(id, key, {},
                            [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
}

} // namespace

packed_texts::packed_texts(const std::vector<std::string_view>& texts) {
  std::size_t octets = 0;
  for (auto text : texts) octets += text.size();
  text_.reserve(octets);
  ends_.reserve(texts.size());
  for (auto text : texts) push_back(text);
}

std::string_view packed_texts::operator[](std::size_t index) const {
  std::size_t begin = index == 0 ? 0 : ends_[index - 1];
  return std::string_view{text_}.substr(begin, ends_[index] - begin);
}

void packed_texts::push_back(std::string_view text) {
  text_ += text;
  ends_.push_back(static_cast<std::uint32_t>(text_.size()));
}

std::vector<std::string_view> packed_texts::views() const {
  std::vector<std::string_view> all;
  all.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) all.push_back((*this)[i]);
  return all;
}

std::vector<std::string> monitored_agents::take(record_kind kind, std::string_view entry) {
  std::vector<std::string> left;
  if (kind != record_kind::monitoring_started && kind != record_kind::monitoring_interrupted) return left;
  boost::json::error_code error;
  auto value = boost::json::parse({entry.data(), entry.size()}, error);
  if (error || !value.is_object()) return left;
  const auto& object = value.get_object();
  auto named = wire::find_member(object, "agentIds");
  if (!named || !named->is_array()) return left;
  // Without a slot it speaks of a process that ended without a word, and of all its slots.
  std::optional<std::uint32_t> slot;
  if (auto member = wire::find_member(object, "slot")) {
    slot = member->to_number<std::uint32_t>(error);
    if (error) return left;
  }
  std::vector<std::string_view> ids;
  for (const auto& each : named->get_array())
    if (each.is_string()) ids.push_back(wire::view(each.get_string()));
  if (kind == record_kind::monitoring_started) {
    if (!ids.empty()) join(slot.value_or(0), ids);
    return left;
  }
  std::set<std::string> keys;
  for (auto id : ids) keys.insert(agent_key(id));
  for (auto& [number, listener] : listeners_)
    if (!slot || number == *slot) leave(listener, keys); // by its place: a whole tenant ends at once at each stop
  std::erase_if(listeners_, [](const auto& listener) { return listener.second.size() == 0; });
  if (wire::text_of_member(object, "cause") == monitoring_causes::plan)
    for (auto id : ids) left.push_back(agent_key(id));
  return left;
}

void monitored_agents::join(std::uint32_t slot, const std::vector<std::string_view>& ids) {
  auto& listener = listeners_[slot];
  std::map<std::string, std::string_view> by_key;
  for (auto id : listener.views()) by_key.emplace(agent_key(id), id);
  for (auto id : ids) by_key.insert_or_assign(agent_key(id), id);
  std::vector<std::string_view> all;
  all.reserve(by_key.size());
  for (const auto& [key, id] : by_key) all.push_back(id);
  listener = packed_texts{all};
}

void monitored_agents::leave(packed_texts& listener, const std::set<std::string>& keys) {
  auto stay = listener.views();
  std::erase_if(stay, [&](std::string_view id) { return keys.contains(agent_key(id)); });
  if (stay.size() < listener.size()) listener = packed_texts{stay};
}

void monitored_agents::add(std::uint32_t slot, std::string_view agent_id) {
  auto& listener = listeners_[slot];
  // Whoever reads them from where they were written finds them in their order.
  if (listener.size() == 0 || agent_key(listener[listener.size() - 1]) < agent_key(agent_id))
    listener.push_back(agent_id);
  else
    join(slot, {agent_id});
}

bool monitored_agents::contains(std::string_view key) const {
  for (const auto& [slot, ids] : listeners_)
    for (std::size_t i = 0; i < ids.size(); ++i)
      if (has_key(ids[i], key)) return true;
  return false;
}

std::vector<monitored_agents::place> monitored_agents::places() const {
  std::vector<place> all;
  for (const auto& [slot, ids] : listeners_)
    for (auto id : ids.views()) all.push_back({slot, id});
  return all;
}

std::vector<std::string> monitored_agents::agent_ids() const {
  std::map<std::string, std::string_view> by_key;
  for (auto [slot, id] : places()) by_key.emplace(agent_key(id), id);
  std::vector<std::string> ids;
  ids.reserve(by_key.size());
  for (const auto& [key, id] : by_key) ids.emplace_back(id);
  return ids;
}

} // namespace floorwalker
