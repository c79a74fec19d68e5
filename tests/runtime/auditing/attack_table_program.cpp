// Prints the attack table: audit_attack_table [SEED [PLACES]]. Fails where a manipulation was not found and located.
#include "tests/runtime/auditing/attack_table.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <exception>

int main(int argc, char** argv) {
  try {
    auto seed = argc > 1 ? static_cast<std::uint32_t>(std::strtoul(argv[1], nullptr, 10)) : 2026;
    auto places = argc > 2 ? std::atoi(argv[2]) : 20;
    auto rows = floorwalker::testing::run_attacks(seed, places);
    fmt::print("Seed {}, {} places each.\n\n{}", seed, places, floorwalker::testing::to_markdown(rows));
    auto missed = 0;
    for (auto& row : rows)
      for (auto& text : row.missed) {
        fmt::print(stderr, "{}: {}\n", row.name, text);
        ++missed;
      }
    return missed == 0 ? 0 : 1;
  } catch (const std::exception& failure) {
    fmt::print(stderr, "audit_attack_table: {}\n", failure.what());
    return 1;
  }
}
