// The key that signs checkpoints: Ed25519 (RFC 8032), made at the first start.
#pragma once

#include "runtime/audit/file_system.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

typedef struct evp_pkey_st EVP_PKEY;

namespace floorwalker {

/// A private key in memory. Callable from any thread.
class signing_key {
public:
  /// Takes over `key`, which has to be an Ed25519 private key.
  explicit signing_key(EVP_PKEY* key);

  /// 64 bytes.
  std::string sign(std::string_view text) const;

  /// SHA-256 of the public key's DER form, first 16 hexadecimal digits.
  const std::string& id() const { return id_; }
  const std::string& public_pem() const { return public_pem_; }

private:
  struct release {
    void operator()(EVP_PKEY* key) const;
  };
  std::unique_ptr<EVP_PKEY, release> key_;
  std::string id_;
  std::string public_pem_;
};

using signing_key_ptr = std::shared_ptr<const signing_key>;

/// Without a key there is a problem, one clause.
struct opened_signing_key {
  signing_key_ptr key;
  std::string problem;
  bool made = false; ///< just now: there was none
};

/// The key in `<data_dir>/keys/checkpoint.pem`; made there, with the public one beside it, if there is none. A key that
/// others than its owner may read is refused. To be called by whoever holds the lock of `data_dir`.
opened_signing_key open_signing_key(file_system& files, const std::filesystem::path& data_dir);

/// The id of a public key in PEM form; empty if it is none.
std::string public_key_id(std::string_view public_pem);

/// True if `signature` is that key's for `text`.
bool is_signed_by(std::string_view public_pem, std::string_view text, std::string_view signature);

} // namespace floorwalker
