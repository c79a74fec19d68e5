#include "messages/agent_identity.hpp"

#include <algorithm>

namespace floorwalker {

std::string agent_key(std::string_view id) {
  std::string key{id};
  for (auto& c : key)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return key;
}

agent_identity_ptr agent_identity::of(std::string_view id, std::string_view name, std::string_view team) {
  auto key = agent_key(id);
  auto text = key.size() + (key == id ? 0 : id.size()) + name.size() + team.size();
  return agent_identity_ptr{new (text) agent_identity{id, key, name, team}};
}

agent_identity::agent_identity(std::string_view id, std::string_view key, std::string_view name, std::string_view team)
    : id_size_{static_cast<std::uint32_t>(id.size()) & 0x7fff'ffffU},
      has_capitals_{id != key},
      name_size_{static_cast<std::uint32_t>(name.size())},
      team_size_{static_cast<std::uint32_t>(team.size())} {
  auto to = reinterpret_cast<char*>(this + 1);
  to = std::ranges::copy(key, to).out;
  if (has_capitals_ != 0) to = std::ranges::copy(id, to).out;
  to = std::ranges::copy(name, to).out;
  std::ranges::copy(team, to);
}

} // namespace floorwalker
