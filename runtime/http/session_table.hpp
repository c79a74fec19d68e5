// Browsers that signed in. In memory only: after a restart everybody signs in again. Pure; bounded.
#pragma once

#include "messages/time.hpp"
#include "runtime/http/access_token.hpp"

#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <optional>

namespace floorwalker {

/// Sessions by the hash of their id, in the order of their last use. When full, the one unused longest makes room.
class session_table {
public:
  static constexpr std::size_t sessions_max = 1000;

  session_table(std::chrono::nanoseconds life, std::chrono::nanoseconds idle) : life_(life), idle_(idle) {}

  void add(const secret_hash& id, api_token token, steady_time now);
  /// The token that the session stands for, and marks it as used; nothing if it is unknown or over.
  const api_token* use(const secret_hash& id, steady_time now);
  void remove(const secret_hash& id);
  /// Removes all whose token is not among `tokens` exactly as it was.
  void keep_only(const std::vector<api_token>& tokens);
  std::size_t size() const { return by_use_.size(); }

private:
  struct session {
    secret_hash id;
    api_token token;
    steady_time ends;
    steady_time used;
  };
  using session_list = std::list<session>;

  void erase(std::map<secret_hash, session_list::iterator>::iterator at);

  std::chrono::nanoseconds life_;
  std::chrono::nanoseconds idle_;
  session_list by_use_; ///< longest unused first
  std::map<secret_hash, session_list::iterator> by_id_;
};

} // namespace floorwalker
