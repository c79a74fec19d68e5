#include "runtime/audit/signing_key.hpp"

#include "runtime/audit/trail_format.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <sys/stat.h>

#include <cerrno>
#include <stdexcept>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::size_t signature_size = 64;
constexpr std::uint64_t key_file_max = 65'536;

struct bio_release {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct context_release {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct key_release {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using bio_ptr = std::unique_ptr<BIO, bio_release>;
using key_ptr = std::unique_ptr<EVP_PKEY, key_release>;
using context_ptr = std::unique_ptr<EVP_MD_CTX, context_release>;

bio_ptr reading(std::string_view text) { return bio_ptr{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))}; }

std::string text_of(BIO* bio) {
  char* bytes = nullptr;
  auto size = BIO_get_mem_data(bio, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

/// A key with a pass phrase is no key for a service; without this, OpenSSL would ask at the terminal.
int no_pass_phrase(char*, int, int, void*) { return -1; }

const unsigned char* octets(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string id_of(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  auto size = i2d_PUBKEY(key, &der);
  if (size <= 0) return {};
  chain_hasher hasher;
  auto digest = hasher.digest({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return to_hex(digest).substr(0, 16);
}

key_ptr public_key(std::string_view pem) {
  return key_ptr{PEM_read_bio_PUBKEY(reading(pem).get(), nullptr, no_pass_phrase, nullptr)};
}

opened_signing_key refused(std::string problem) { return {nullptr, std::move(problem)}; }

std::string private_pem(EVP_PKEY* key) {
  bio_ptr out{BIO_new(BIO_s_mem())};
  if (!out || PEM_write_bio_PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) return {};
  return text_of(out.get());
}

opened_signing_key make_key(file_system& files, const std::filesystem::path& path) {
  key_ptr made{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
  auto pem = made ? private_pem(made.get()) : std::string{};
  if (pem.empty()) return refused("OpenSSL cannot make an Ed25519 key");
  auto failed = replace_file(files, path, pem, 0600);
  OPENSSL_cleanse(pem.data(), pem.size());
  if (!failed.empty()) return refused(std::move(failed));
  return {std::make_shared<const signing_key>(made.release()), {}, true};
}

opened_signing_key read_key(file_system& files, const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return refused(file_problem("read", path, errno));
  if ((status.st_mode & 077) != 0)
    return refused(fmt::format("{} has mode {:o}: a signing key that others may read proves nothing (chmod 600, and "
                               "see the page on operations about a key that may be known)",
                               path.string(), status.st_mode & 07777));
  auto content = read_file(files, path, key_file_max);
  if (!content.problem.empty()) return refused(std::move(content.problem));
  key_ptr key{PEM_read_bio_PrivateKey(reading(content.text).get(), nullptr, no_pass_phrase, nullptr)};
  OPENSSL_cleanse(content.text.data(), content.text.size());
  if (!key || EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519)
    return refused(fmt::format("{} holds no Ed25519 private key in PEM form without a pass phrase", path.string()));
  return {std::make_shared<const signing_key>(key.release()), {}};
}

} // namespace

void signing_key::release::operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }

signing_key::signing_key(EVP_PKEY* key) : key_{key}, id_{id_of(key)} {
  bio_ptr out{BIO_new(BIO_s_mem())};
  if (!out || PEM_write_bio_PUBKEY(out.get(), key) != 1 || id_.empty())
    throw std::runtime_error{"OpenSSL cannot tell a public key"};
  public_pem_ = text_of(out.get());
}

std::string signing_key::sign(std::string_view text) const {
  context_ptr context{EVP_MD_CTX_new()};
  std::string signature(signature_size, '\0');
  auto size = signature.size();
  if (!context || EVP_DigestSignInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key_.get(), nullptr) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, octets(text),
                     text.size()) != 1 ||
      size != signature_size)
    throw std::runtime_error{"OpenSSL cannot sign a checkpoint"};
  return signature;
}

opened_signing_key open_signing_key(file_system& files, const std::filesystem::path& data_dir) {
  auto folder = data_dir / "keys";
  if (auto failed = make_folder(files, data_dir); !failed.empty()) return refused(std::move(failed));
  if (auto failed = make_folder(files, folder, 0700); !failed.empty()) return refused(std::move(failed));
  auto path = folder / "checkpoint.pem";
  std::error_code error;
  auto there = std::filesystem::exists(path, error);
  if (error) return refused(file_problem("read", path, error.value()));
  auto opened = there ? read_key(files, path) : make_key(files, path);
  if (!opened.key) return opened;
  auto beside = folder / "checkpoint.pub";
  if (read_file(files, beside, key_file_max).text != opened.key->public_pem())
    if (auto failed = replace_file(files, beside, opened.key->public_pem(), 0644); !failed.empty())
      return refused(std::move(failed));
  return opened;
}

std::string public_key_id(std::string_view public_pem) {
  auto key = public_key(public_pem);
  return key ? id_of(key.get()) : std::string{};
}

bool is_signed_by(std::string_view public_pem, std::string_view text, std::string_view signature) {
  auto key = public_key(public_pem);
  context_ptr context{EVP_MD_CTX_new()};
  return key && context && signature.size() == signature_size &&
         EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key.get(), nullptr) == 1 &&
         EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(text), text.size()) == 1;
}

} // namespace floorwalker
