#include "runtime/webhook/signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace floorwalker {
namespace {

constexpr std::string_view encoded_key = "whsec_";
constexpr std::size_t id_bytes = 16; // of the hash; no two requests meet by chance

const unsigned char* octets(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

bool is_base64(std::string_view text) {
  auto padding = text.size() - std::min(text.find('='), text.size());
  return !text.empty() && text.size() % 4 == 0 && padding <= 2 &&
         std::all_of(text.begin(), text.end() - static_cast<std::ptrdiff_t>(padding),
                     [](char c) {
                       return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
                              c == '/';
                     }) &&
         text.substr(text.size() - padding).find_first_not_of('=') == text.npos;
}

std::string from_base64(std::string_view text) {
  if (!is_base64(text)) throw std::invalid_argument("expected base64 behind whsec_");
  auto padding = text.size() - std::min(text.find('='), text.size());
  std::string bytes(text.size() / 4 * 3, '\0');
  ::EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), octets(text), static_cast<int>(text.size()));
  bytes.resize(bytes.size() - padding);
  return bytes;
}

std::string to_base64(const unsigned char* bytes, std::size_t size) {
  std::string text((size + 2) / 3 * 4 + 1, '\0'); // EVP_EncodeBlock ends it with a zero
  ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes, static_cast<int>(size));
  text.pop_back();
  return text;
}

std::string id_of(std::string_view named) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  ::SHA256(octets(named), named.size(), digest.data());
  constexpr std::string_view hex = "0123456789abcdef";
  std::string id = "fw_";
  for (std::size_t i = 0; i < id_bytes; ++i) {
    id += hex[digest[i] >> 4];
    id += hex[digest[i] & 15];
  }
  return id;
}

} // namespace

std::vector<std::string> signing_keys(std::string_view secret) {
  std::vector<std::string> keys;
  while (!secret.empty()) {
    auto word = secret.substr(0, secret.find(' '));
    secret.remove_prefix(std::min(word.size() + 1, secret.size()));
    if (word.empty()) continue;
    keys.push_back(word.starts_with(encoded_key) ? from_base64(word.substr(encoded_key.size())) : std::string{word});
  }
  if (keys.empty()) throw std::invalid_argument("expected a key, found only spaces");
  return keys;
}

std::string webhook_signature(const std::vector<std::string>& keys, std::string_view id, std::string_view timestamp,
                              std::string_view body) {
  std::string content;
  content.reserve(id.size() + timestamp.size() + body.size() + 2);
  content.append(id).append(1, '.').append(timestamp).append(1, '.').append(body);
  std::string signatures;
  for (auto& key : keys) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (!::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()), octets(content), content.size(),
                digest.data(), &size))
      throw std::runtime_error("HMAC-SHA256 failed");
    if (!signatures.empty()) signatures += ' ';
    signatures += "v1," + to_base64(digest.data(), size);
  }
  return signatures;
}

std::string webhook_id(std::string_view sink, const record_range& records) {
  std::string named;
  for (auto name : {sink, records.tenant, records.node}) named.append(name).append(1, '\n'); // no name holds one
  for (auto number : {records.epoch, records.first_sequence, records.last_sequence})
    named.append(std::to_string(number)).append(1, '\n');
  return id_of(named);
}

std::string webhook_id(std::string_view receiver, std::string_view body) {
  return id_of(std::string{receiver}.append(1, '\n').append(body));
}

} // namespace floorwalker
