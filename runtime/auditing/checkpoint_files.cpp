#include "runtime/auditing/checkpoint_files.hpp"

#include "runtime/auditing/published_checkpoints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <limits>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::size_t published_max = 10'000'000;
constexpr std::streamsize line_bytes_max = 1
                                           << 20; ///< a checkpoint has a few hundred; of longer lines the rest is left

/// The next line, without its end. False at the end of the file.
bool read_line(std::istream& file, std::string& line) {
  line.resize(line_bytes_max);
  file.getline(line.data(), line_bytes_max);
  auto got = file.gcount();
  if (file.bad() || (file.eof() && got == 0)) return false;
  auto cut = file.fail() && !file.eof();
  line.resize(static_cast<std::size_t>(cut || file.eof() ? got : got - 1));
  if (cut) {
    file.clear();
    file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  return true;
}

bool is_of_trail(const checkpoint& made, const kept_segments& trail) {
  return std::ranges::any_of(trail.headers, [&](const parsed_header& header) {
    return header.problem.empty() && header.header.tenant == made.tenant && header.header.node == made.node;
  });
}

/// One clause on what is wrong with the file, or nothing.
std::string add_checkpoints(const std::string& name, const kept_segments& trail, const public_keys& keys,
                            read_checkpoints& all) {
  std::ifstream file{name, std::ios::binary};
  if (!file) return file_problem("open", name, errno);
  auto before = all.published.size();
  std::string line;
  while (read_line(file, line)) {
    auto found = find_published_checkpoint(line);
    if (!found || !is_of_trail(found->made, trail)) continue;
    if (all.published.size() == published_max)
      return fmt::format("{} holds more than {} checkpoints", name, published_max);
    const auto& made = found->made;
    all.published.push_back({made.sequence, made.hash, made.epoch, made.at});
    if (!keys.empty() && !keys.signed_by(made.key, found->signed_text, found->signature)) ++all.badly_signed;
  }
  if (file.bad()) return file_problem("read", name, errno);
  if (all.published.size() == before) return fmt::format("{} holds no checkpoint of this trail", name);
  return {};
}

} // namespace

read_checkpoints read_checkpoint_files(const std::vector<std::string>& names, const kept_segments& trail,
                                       const public_keys& keys) {
  read_checkpoints all;
  for (const auto& name : names) {
    auto problem = add_checkpoints(name, trail, keys, all);
    if (problem.empty()) continue;
    all.problem = "--checkpoints: " + problem;
    break;
  }
  return all;
}

} // namespace floorwalker
