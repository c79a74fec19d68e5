#include "runtime/configuration/configuration.hpp"
#include "runtime/configuration/matrix_file.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace floorwalker {
namespace {

/// A tenant with 25,000 agents takes one megabyte; far beyond that the file is no configuration.
constexpr std::size_t file_size_limit = 64u << 20u;

struct file_text {
  std::string text;
  int error = 0; ///< errno
};

file_text read_file(const std::string& name) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(name.c_str(), "re"), &std::fclose};
  if (!file) return {{}, errno};
  file_text result;
  std::array<char, 65'536> chunk;
  while (auto size = std::fread(chunk.data(), 1, chunk.size(), file.get())) {
    result.text.append(chunk.data(), size);
    if (result.text.size() > file_size_limit) return {{}, EFBIG};
  }
  if (std::ferror(file.get()) != 0) return {{}, errno != 0 ? errno : EIO};
  return result;
}

configuration_problem unreadable_file(const std::string& name, int error) {
  return {name, fmt::format("cannot read the configuration file: {}", std::system_category().message(error))};
}

configuration_result unreadable(const std::string& name, int error) {
  configuration_result result;
  result.problems.push_back(unreadable_file(name, error));
  return result;
}

} // namespace

configuration_result load_configuration(const std::optional<std::string>& file_name,
                                        std::vector<configuration_override> overrides, const surroundings& around) {
  configuration_source source{file_name.value_or(""), {}, std::move(overrides)};
  if (file_name) {
    auto [text, error] = read_file(*file_name);
    if (error != 0) return unreadable(*file_name, error);
    source.text = std::move(text);
    return read_configuration(source, around);
  }
  for (auto* usual : {"floorwalker.conf", "/etc/floorwalker/floorwalker.conf"}) {
    auto [text, error] = read_file(usual);
    if (error == ENOENT || error == ENOTDIR) continue;
    if (error != 0) return unreadable(usual, error);
    source.file_name = usual;
    source.text = std::move(text);
    break;
  }
  return read_configuration(source, around);
}

matrix_result load_matrix_file(const std::string& file_name, const surroundings& around) {
  auto [text, error] = read_file(file_name);
  if (error == 0) return read_matrix_text(file_name, text, around);
  matrix_result result;
  result.problems.push_back(unreadable_file(file_name, error));
  return result;
}

} // namespace floorwalker
