#include "runtime/auditing/public_keys.hpp"

#include "runtime/audit/signing_key.hpp"

#include <utility>

namespace floorwalker {

std::string public_keys::add(std::string_view pem_text) {
  constexpr std::string_view begin = "-----BEGIN PUBLIC KEY-----";
  auto at = pem_text.find(begin);
  if (at == std::string_view::npos) return "it holds no public key in PEM form";
  while (at != std::string_view::npos) {
    auto next = pem_text.find(begin, at + begin.size());
    std::string pem{pem_text.substr(at, next - at)};
    auto id = public_key_id(pem);
    if (id.empty()) return "it holds a public key that can't be read";
    by_id_.insert_or_assign(std::move(id), std::move(pem));
    at = next;
  }
  return {};
}

std::string public_keys::ids() const {
  std::string all;
  for (const auto& [id, pem] : by_id_) {
    if (!all.empty()) all += ", ";
    all += id;
  }
  return all;
}

bool public_keys::signed_by(std::string_view id, std::string_view text, std::string_view signature) const {
  auto key = by_id_.find(id);
  return key != by_id_.end() && is_signed_by(key->second, text, signature);
}

} // namespace floorwalker
