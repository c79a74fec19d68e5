#include "simulator/certificate_authority.hpp"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <fmt/format.h>

namespace floorwalker::simulator {

namespace {

template <auto free_it>
struct freed_by {
  template <class T>
  void operator()(T* what) const {
    free_it(what);
  }
};
using key_pointer = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using certificate_pointer = std::unique_ptr<X509, freed_by<X509_free>>;
using bio_pointer = std::unique_ptr<BIO, freed_by<BIO_free>>;
using extension_pointer = std::unique_ptr<X509_EXTENSION, freed_by<X509_EXTENSION_free>>;

constexpr long day_s = 86'400;
constexpr long life_s = 800 * day_s; // clients refuse server certificates that live much longer

void need(bool good, std::string_view step) {
  if (good) return;
  char text[256];
  ERR_error_string_n(ERR_get_error(), text, sizeof text);
  throw std::runtime_error(fmt::format("certificate authority: {}: {}", step, text));
}

void extend(X509& certificate, X509& issuer, int kind, const std::string& value) {
  auto context = X509V3_CTX{};
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  auto extension = extension_pointer{X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str())};
  need(extension != nullptr && X509_add_ext(&certificate, extension.get(), -1) == 1, "extension " + value);
}

certificate_pointer new_certificate(EVP_PKEY& key, const char* name) {
  auto certificate = certificate_pointer{X509_new()};
  need(certificate != nullptr, "new certificate");
  auto serial = std::uint64_t{};
  need(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "serial number");
  auto* subject = X509_get_subject_name(certificate.get());
  auto good = X509_set_version(certificate.get(), 2) == 1 &&
              ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1) == 1 &&
              X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -day_s) != nullptr &&
              X509_gmtime_adj(X509_getm_notAfter(certificate.get()), life_s) != nullptr &&
              X509_set_pubkey(certificate.get(), &key) == 1 &&
              X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name), -1,
                                         -1, 0) == 1;
  need(good, "certificate fields");
  return certificate;
}

std::string pem(X509& certificate) {
  auto bio = bio_pointer{BIO_new(BIO_s_mem())};
  need(bio != nullptr && PEM_write_bio_X509(bio.get(), &certificate) == 1, "certificate as PEM");
  char* data = nullptr;
  auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem(EVP_PKEY& key) {
  auto bio = bio_pointer{BIO_new(BIO_s_mem())};
  need(bio != nullptr && PEM_write_bio_PrivateKey(bio.get(), &key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
       "key as PEM");
  char* data = nullptr;
  auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string read_file(const std::filesystem::path& path) {
  auto file = std::ifstream{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

void write_file(const std::filesystem::path& path, const std::string& text, mode_t mode) {
  // A new file under another name, so that a reader never sees half of it and an old, wider mode does not stay.
  auto fresh = path.string() + ".new";
  ::unlink(fresh.c_str());
  auto handle = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  auto written = handle >= 0 && ::write(handle, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  auto closed = handle >= 0 && ::close(handle) == 0;
  if (!written || !closed || ::rename(fresh.c_str(), path.c_str()) != 0)
    throw std::runtime_error(fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)));
}

bool is_good(const server_identity& identity) {
  if (identity.ca.empty() || identity.certificate.empty() || identity.key.empty()) return false;
  auto read_certificate = [](const std::string& text) {
    auto bio = bio_pointer{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
    return certificate_pointer{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)};
  };
  auto ca = read_certificate(identity.ca);
  auto server = read_certificate(identity.certificate);
  auto bio = bio_pointer{BIO_new_mem_buf(identity.key.data(), static_cast<int>(identity.key.size()))};
  auto key = key_pointer{PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr)};
  ERR_clear_error();
  if (!ca || !server || !key) return false;
  auto tomorrow = std::time(nullptr) + day_s;
  auto matches = X509_check_private_key(server.get(), key.get()) == 1 &&
                 X509_verify(server.get(), X509_get0_pubkey(ca.get())) == 1;
  ERR_clear_error();
  return matches && X509_cmp_time(X509_get0_notAfter(server.get()), &tomorrow) > 0 &&
         X509_cmp_time(X509_get0_notAfter(ca.get()), &tomorrow) > 0;
}

} // namespace

server_identity make_identity() {
  auto ca_key = key_pointer{EVP_EC_gen("P-256")};
  auto key = key_pointer{EVP_EC_gen("P-256")};
  need(ca_key && key, "new keys");
  auto ca = new_certificate(*ca_key, "Floorwalker simulator CA");
  need(X509_set_issuer_name(ca.get(), X509_get_subject_name(ca.get())) == 1, "issuer");
  extend(*ca, *ca, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  extend(*ca, *ca, NID_key_usage, "critical,keyCertSign,cRLSign");
  extend(*ca, *ca, NID_subject_key_identifier, "hash");
  need(X509_sign(ca.get(), ca_key.get(), EVP_sha256()) > 0, "signing the authority");

  auto server = new_certificate(*key, "localhost");
  need(X509_set_issuer_name(server.get(), X509_get_subject_name(ca.get())) == 1, "issuer");
  extend(*server, *ca, NID_basic_constraints, "critical,CA:FALSE");
  extend(*server, *ca, NID_key_usage, "critical,digitalSignature");
  extend(*server, *ca, NID_ext_key_usage, "serverAuth");
  extend(*server, *ca, NID_subject_key_identifier, "hash");
  extend(*server, *ca, NID_authority_key_identifier, "keyid");
  extend(*server, *ca, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
  need(X509_sign(server.get(), ca_key.get(), EVP_sha256()) > 0, "signing the server's certificate");
  // The authority's key is forgotten here: nothing else will ever be signed with it.
  return {pem(*ca), pem(*server), pem(*key)};
}

server_identity kept_identity(const std::string& directory) {
  auto folder = std::filesystem::path{directory};
  auto identity = server_identity{read_file(folder / "ca.pem"), read_file(folder / "server.pem"),
                                  read_file(folder / "server-key.pem")};
  if (is_good(identity)) return identity;
  auto error = std::error_code{};
  std::filesystem::create_directories(folder, error);
  if (error) throw std::runtime_error(fmt::format("cannot make the folder {}: {}", directory, error.message()));
  identity = make_identity();
  write_file(folder / "server-key.pem", identity.key, 0600);
  write_file(folder / "server.pem", identity.certificate, 0644);
  write_file(folder / "ca.pem", identity.ca, 0644);
  return identity;
}

} // namespace floorwalker::simulator
