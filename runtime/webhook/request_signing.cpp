#include "runtime/webhook/request_signing.hpp"

#include "runtime/network/network_failure.hpp"
#include "runtime/network/secret_text.hpp"
#include "runtime/webhook/signature.hpp"

#include <stdexcept>
#include <vector>

namespace floorwalker {

void sign(webhook_request& request, const std::string& secret_file, const std::string& secret_env) {
  if (secret_env.empty() && secret_file.empty()) return;
  auto secret = read_secret("secret-file", secret_file, secret_env);
  std::vector<std::string> keys;
  std::string failure;
  try {
    keys = signing_keys(secret);
  } catch (const std::invalid_argument& unusable) {
    failure = std::string{"the secret can't be used: "} + unusable.what();
  }
  wipe(secret);
  if (!failure.empty()) throw network_failure(failure);
  request.signature = webhook_signature(keys, request.id, request.timestamp, request.body);
  for (auto& key : keys) wipe(key);
}

} // namespace floorwalker
