// whole_tenant_simulation: many seeded runs of a whole tenant in virtual time. A failing seed is printed with the
// command that runs it again.
#include "tests/simulation/tenant_run.hpp"

#include "tests/actors/virtual_floor.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <map>
#include <optional>
#include <string>

namespace {

using floorwalker::simulation::run_result;

struct figure_row {
  const char* name;
  std::uint64_t run_result::*figure;
};

/// What a run counts, and in words.
constexpr figure_row figures[] = {
    {"events", &run_result::events},
    {"judged", &run_result::judged},
    {"interruptions", &run_result::interruptions},
    {"hand-overs", &run_result::handovers},
    {"trackers that failed", &run_result::trackers_failed},
    {"hand-over copies", &run_result::copies},
    {"duplicates", &run_result::duplicates},
    {"states reconciled", &run_result::reconciled},
    {"kills", &run_result::kills},
    {"stops in order", &run_result::stops},
    {"times that the disk was full", &run_result::times_full},
    {"records lost before they were committed", &run_result::records_lost},
    {"reads of the trail", &run_result::reads},
    {"starts from a snapshot", &run_result::snapshots_used},
    {"writes that failed", &run_result::failed_writes},
    {"records delivered again after a kill", &run_result::repeated},
};

} // namespace

int main(int argc, char** argv) {
  using namespace floorwalker::simulation;
  CLI::App app{"Runs a whole tenant against a platform in memory, with faults that a seed decides."};
  std::uint64_t first = 1, seeds = 300;
  std::optional<std::uint64_t> only;
  bool trail = false, log = false;
  app.add_option("--first", first, "First seed")->capture_default_str();
  app.add_option("--seeds", seeds, "How many seeds")->capture_default_str();
  app.add_option("--seed", only, "Only this one");
  app.add_flag("--trail", trail, "Print the audit entries");
  app.add_flag("--log", log, "Print the engine's log");
  CLI11_PARSE(app, argc, argv);
  if (only) {
    first = *only;
    seeds = 1;
  }
  spdlog::set_level(log ? spdlog::level::debug : spdlog::level::off);
  floorwalker::testing::type_tables tables;
  std::map<std::string, std::uint64_t> sum;
  std::uint64_t failed = 0;
  for (auto seed = first; seed < first + seeds; ++seed) {
    auto result = run_tenant(seed, trail);
    for (auto& [name, figure] : figures) sum[name] += result.*figure;
    if (result.violations.empty()) continue;
    ++failed;
    std::cout << fmt::format("seed {} failed: {}\n", seed, result.options);
    for (std::size_t i = 0; i < std::min<std::size_t>(result.violations.size(), 8); ++i)
      std::cout << "  " << result.violations[i] << '\n';
    std::cout << fmt::format("  again: whole_tenant_simulation --seed {} --log --trail\n", seed);
    if (failed >= 10) break;
  }
  std::cout << fmt::format("{} seeds, {} failed\n", seeds, failed);
  for (auto& [name, figure] : figures) std::cout << fmt::format("  {:>9} {}\n", sum[name], name);
  // A simulation in which something never happened proves nothing about it.
  auto idle = seeds >= 100 && std::ranges::any_of(sum, [](const auto& each) { return each.second == 0; });
  if (idle) std::cout << "some kind of thing never happened\n";
  return failed > 0 || idle ? 1 : 0;
}
