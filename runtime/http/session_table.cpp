#include "runtime/http/session_table.hpp"

#include <algorithm>
#include <utility>

namespace floorwalker {

void session_table::erase(std::map<secret_hash, session_list::iterator>::iterator at) {
  by_use_.erase(at->second);
  by_id_.erase(at);
}

void session_table::add(const secret_hash& id, api_token token, steady_time now) {
  remove(id);
  if (by_use_.size() >= sessions_max) erase(by_id_.find(by_use_.front().id));
  by_use_.push_back({id, std::move(token), now + std::chrono::duration_cast<steady_time::duration>(life_), now});
  by_id_.emplace(id, std::prev(by_use_.end()));
}

const api_token* session_table::use(const secret_hash& id, steady_time now) {
  auto at = by_id_.find(id);
  if (at == by_id_.end()) return nullptr;
  auto& found = *at->second;
  if (now >= found.ends || now - found.used >= idle_) {
    erase(at);
    return nullptr;
  }
  found.used = now;
  by_use_.splice(by_use_.end(), by_use_, at->second);
  return &found.token;
}

void session_table::remove(const secret_hash& id) {
  if (auto at = by_id_.find(id); at != by_id_.end()) erase(at);
}

void session_table::keep_only(const std::vector<api_token>& tokens) {
  for (auto at = by_id_.begin(); at != by_id_.end();) {
    auto next = std::next(at);
    if (std::find(tokens.begin(), tokens.end(), at->second->token) == tokens.end()) erase(at);
    at = next;
  }
}

} // namespace floorwalker
