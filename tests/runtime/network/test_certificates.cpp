#include "test_certificates.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <unistd.h>

namespace floorwalker::test {
namespace {

using key_ptr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using x509_ptr = std::unique_ptr<X509, decltype(&X509_free)>;

template <class Write>
std::string pem_of(Write write) {
  std::unique_ptr<BIO, decltype(&BIO_free_all)> memory{BIO_new(BIO_s_mem()), BIO_free_all};
  if (write(memory.get()) != 1) throw std::runtime_error("writing PEM failed");
  char* text = nullptr;
  auto size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::unique_ptr<BIO, decltype(&BIO_free_all)> reading(const std::string& pem) {
  return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free_all};
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension{
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()), X509_EXTENSION_free};
  if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) throw std::runtime_error("bad extension");
}

certificate make(const std::string& name, const certificate* issuer, const std::string& alternative_names) {
  key_ptr key{EVP_EC_gen("P-256"), EVP_PKEY_free};
  x509_ptr made{X509_new(), X509_free};
  X509_set_version(made.get(), 2);
  static long serial = 1;
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 86400);
  X509_set_pubkey(made.get(), key.get());
  auto* subject = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                             0);
  x509_ptr issuer_certificate{nullptr, X509_free};
  key_ptr issuer_key{nullptr, EVP_PKEY_free};
  if (issuer) {
    issuer_certificate.reset(PEM_read_bio_X509(reading(issuer->pem).get(), nullptr, nullptr, nullptr));
    issuer_key.reset(PEM_read_bio_PrivateKey(reading(issuer->key_pem).get(), nullptr, nullptr, nullptr));
  }
  auto* parent = issuer ? issuer_certificate.get() : made.get();
  X509_set_issuer_name(made.get(), X509_get_subject_name(parent));
  extend(made.get(), parent, NID_basic_constraints, issuer ? "CA:FALSE" : "critical,CA:TRUE");
  if (!alternative_names.empty()) extend(made.get(), parent, NID_subject_alt_name, alternative_names);
  X509_sign(made.get(), issuer ? issuer_key.get() : key.get(), EVP_sha256());
  return {pem_of([&](BIO* out) { return PEM_write_bio_X509(out, made.get()); }), pem_of([&](BIO* out) {
            return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

std::string& file_to_remove() {
  static std::string path;
  return path;
}

} // namespace

authority::authority() : own_(make("Floorwalker test authority", nullptr, {})) {
  char path[] = "/tmp/floorwalker-test-ca-XXXXXX";
  int file = ::mkstemp(path);
  if (file < 0) throw std::runtime_error("no temporary file");
  ::close(file);
  ca_file_ = path;
  std::ofstream{ca_file_} << own_.pem;
  file_to_remove() = ca_file_;
  std::atexit([] { std::remove(file_to_remove().c_str()); });
}

certificate authority::issue(const std::vector<std::string>& names) const {
  std::string joined;
  for (auto& name : names) joined += (joined.empty() ? "" : ",") + name;
  return make("Floorwalker test gateway", &own_, joined);
}

const authority& test_authority() {
  static authority one;
  return one;
}

} // namespace floorwalker::test
