#include "runtime/http/access_token.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <new>

namespace floorwalker {

secret_hash hash_secret(std::string_view secret) {
  secret_hash hash{};
  if (EVP_Digest(secret.data(), secret.size(), hash.data(), nullptr, EVP_sha256(), nullptr) != 1)
    throw std::bad_alloc{}; // the only way in which it fails
  return hash;
}

bool equal_hashes(const secret_hash& one, const secret_hash& other) {
  return CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

std::string hash_text(const secret_hash& hash) {
  constexpr auto digits = "0123456789abcdef";
  std::string text;
  for (auto byte : hash) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::optional<secret_hash> parse_hash(std::string_view text) {
  secret_hash hash{};
  if (text.size() != hash.size() * 2) return {};
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    int value = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (value < 0) return {};
    hash[i / 2] = static_cast<std::uint8_t>(hash[i / 2] * 16 + value);
  }
  return hash;
}

} // namespace floorwalker
