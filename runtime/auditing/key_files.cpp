#include "runtime/auditing/key_files.hpp"

#include <fmt/format.h>

namespace floorwalker {

std::string add_key_files(file_system& files, const std::vector<std::string>& names, public_keys& keys) {
  constexpr std::uint64_t bytes_max = 65'536;
  for (const auto& name : names) {
    auto content = read_file(files, name, bytes_max);
    if (content.missing) return fmt::format("--public-key: {} does not exist", name);
    if (!content.problem.empty()) return fmt::format("--public-key: {}", content.problem);
    if (auto flaw = keys.add(content.text); !flaw.empty())
      return fmt::format("--public-key: {} is no public key of a trail: {}", name, flaw);
  }
  return {};
}

} // namespace floorwalker
