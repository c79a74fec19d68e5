#include "runtime/http/access_control.hpp"

#include "runtime/http/random_secret.hpp"
#include "runtime/http/tokens_text.hpp"

#include <algorithm>
#include <utility>

namespace floorwalker {
namespace {

using outcome = identification::outcome;

constexpr std::string_view of_session = "session ";
constexpr std::string_view of_token = "token ";
constexpr std::size_t secret_bytes_max = 512; ///< longer texts are no token of ours and not worth hashing

http_caller caller_of(const api_token& token) { return {token.role, token.all_tenants, token.tenants, token.name}; }

/// Changes with anything that is said of the token, so that what it opened can be ended.
secret_hash fingerprint(const api_token& token) { return hash_secret(with_token("-", token)); }

/// The token of "Bearer TOKEN" (RFC 6750 §2.1); nothing for other schemes, which are somebody else's: a proxy's.
std::optional<std::string_view> bearer_token(std::optional<std::string_view> authorization) {
  constexpr std::string_view scheme = "bearer ";
  if (!authorization || authorization->size() < scheme.size()) return {};
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    char c = (*authorization)[i];
    if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != scheme[i]) return {};
  }
  auto token = authorization->substr(scheme.size());
  token.remove_prefix(std::min(token.find_first_not_of(' '), token.size()));
  return token;
}

std::optional<secret_hash> id_in(std::string_view credential, std::string_view kind) {
  if (!credential.starts_with(kind)) return {};
  return parse_hash(credential.substr(kind.size()));
}

} // namespace

access_control::access_control() : sessions_{{}, {}} {}

access_control::access_control(std::vector<api_token> tokens, session_limits wanted)
    : required_{true}, tokens_{std::move(tokens)}, sessions_{wanted.session_life, wanted.session_idle} {}

bool access_control::tokens_required() const { return required_; }

const api_token* access_control::find_token(std::string_view secret) const {
  if (secret.empty() || secret.size() > secret_bytes_max) return nullptr;
  auto hash = hash_secret(secret);
  const api_token* found = nullptr;
  for (const auto& token : tokens_) // all of them, whichever fits
    if (equal_hashes(token.hash, hash)) found = &token;
  return found;
}

identification access_control::identify(const presented_credentials& presented, steady_time now) {
  identification result;
  if (!required_) {
    auto role = presented.from_this_machine ? caller_role::administrator : caller_role::viewer;
    result.result = outcome::known;
    result.caller = {role, true, {}, "anonymous"};
    return result;
  }
  std::lock_guard lock{mutex_};
  if (auto secret = bearer_token(presented.authorization)) {
    if (failures_.wait(presented.peer, now) > std::chrono::nanoseconds{0}) {
      result.result = outcome::too_many_attempts;
    } else if (const auto* token = find_token(*secret)) {
      result = {outcome::known, caller_of(*token), std::string{of_token} + hash_text(fingerprint(*token))};
    } else {
      failures_.failed(presented.peer, now);
      result.result = outcome::wrong;
    }
    return result;
  }
  if (presented.session.empty() || presented.session.size() > secret_bytes_max) return result;
  // A session that is over is no attempt at guessing: ids are ours, and random.
  auto id = hash_secret(presented.session);
  if (const auto* token = sessions_.use(id, now))
    result = {outcome::known, caller_of(*token), std::string{of_session} + hash_text(id)};
  return result;
}

access_control::sign_in_result access_control::sign_in(std::string_view token, std::string_view peer, steady_time now) {
  sign_in_result result;
  std::lock_guard lock{mutex_};
  if (failures_.wait(peer, now) > std::chrono::nanoseconds{0}) {
    result.refusal = outcome::too_many_attempts;
    return result;
  }
  const auto* found = find_token(token);
  if (!found) {
    failures_.failed(peer, now);
    result.refusal = outcome::wrong;
    return result;
  }
  result.session = random_secret();
  result.name = found->name;
  sessions_.add(hash_secret(result.session), *found, now);
  return result;
}

void access_control::sign_out(std::string_view credential) {
  std::lock_guard lock{mutex_};
  if (auto id = id_in(credential, of_session)) sessions_.remove(*id);
}

bool access_control::still_valid(std::string_view credential, steady_time now) {
  if (!required_) return true;
  std::lock_guard lock{mutex_};
  if (auto id = id_in(credential, of_session)) return sessions_.use(*id, now) != nullptr;
  auto id = id_in(credential, of_token);
  return id &&
         std::any_of(tokens_.begin(), tokens_.end(), [&](const auto& token) { return fingerprint(token) == *id; });
}

void access_control::replace_tokens(std::vector<api_token> tokens) {
  std::lock_guard lock{mutex_};
  if (!required_) return;
  sessions_.keep_only(tokens);
  tokens_ = std::move(tokens);
}

std::size_t access_control::sessions() const {
  std::lock_guard lock{mutex_};
  return sessions_.size();
}

} // namespace floorwalker
