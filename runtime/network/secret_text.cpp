#include "runtime/network/secret_text.hpp"

#include "runtime/network/network_failure.hpp"

#include <openssl/crypto.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace floorwalker {
namespace {

constexpr std::size_t secret_bytes_max = 4096;

/// Not by a stream: its buffer would keep a copy. `name` is what a failure calls the file.
std::string read_file(const std::string& name, const std::string& path) {
  auto trouble = [&](int error) { return network_failure(name + ": " + std::generic_category().message(error)); };
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) throw trouble(errno);
  std::string text(secret_bytes_max + 1, '\0');
  std::size_t size = 0;
  int error = 0;
  while (size < text.size()) {
    auto count = ::read(file, text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) error = errno;
    if (count <= 0) break;
    size += static_cast<std::size_t>(count);
  }
  ::close(file);
  if (error != 0) {
    wipe(text);
    throw trouble(error);
  }
  if (size > secret_bytes_max) {
    wipe(text);
    throw network_failure(name + ": larger than any secret");
  }
  text.resize(size);
  return text;
}

} // namespace

void wipe(std::string& text) {
  text.resize(text.capacity());
  ::OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

std::string read_secret(std::string_view file_key, const std::string& file, const std::string& variable) {
  std::string secret, source;
  if (!file.empty()) {
    source = std::string{file_key} + " \"" + file + "\"";
    secret = read_file(source, file);
  } else {
    source = "environment variable " + variable;
    auto* value = std::getenv(variable.c_str());
    if (!value) throw network_failure("the " + source + " is not set");
    secret = value;
  }
  if (secret.ends_with('\n')) secret.pop_back();
  if (secret.ends_with('\r')) secret.pop_back();
  if (secret.empty()) throw network_failure("the " + source + " is empty");
  return secret;
}

std::string read_client_secret(const tenant_settings& tenant) {
  return read_secret("client-secret-file", tenant.client_secret_file, tenant.client_secret_env);
}

} // namespace floorwalker
