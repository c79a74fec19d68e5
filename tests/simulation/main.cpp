// whole_tenant_simulation: many seeded runs of a whole tenant in virtual time. A failing seed is printed with the
// command that runs it again.
#include "tests/simulation/tenant_run.hpp"

#include "tests/actors/virtual_floor.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <iostream>

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
  run_result sum;
  std::uint64_t failed = 0;
  for (auto seed = first; seed < first + seeds; ++seed) {
    auto result = run_tenant(seed, trail);
    sum.events += result.events;
    sum.judged += result.judged;
    sum.interruptions += result.interruptions;
    sum.handovers += result.handovers;
    sum.trackers_failed += result.trackers_failed;
    sum.copies += result.copies;
    sum.duplicates += result.duplicates;
    sum.reconciled += result.reconciled;
    if (result.violations.empty()) continue;
    ++failed;
    std::cout << fmt::format("seed {} failed: {}\n", seed, result.options);
    for (std::size_t i = 0; i < std::min<std::size_t>(result.violations.size(), 8); ++i)
      std::cout << "  " << result.violations[i] << '\n';
    std::cout << fmt::format("  again: whole_tenant_simulation --seed {} --log --trail\n", seed);
    if (failed >= 10) break;
  }
  std::cout << fmt::format("{} seeds, {} failed; {} events, {} judged, {} interruptions, {} hand-overs, {} hand-over "
                           "copies, {} duplicates, {} states reconciled, {} trackers failed\n",
                           seeds, failed, sum.events, sum.judged, sum.interruptions, sum.handovers, sum.copies,
                           sum.duplicates, sum.reconciled, sum.trackers_failed);
  // A simulation in which nothing happened proves nothing.
  auto idle = seeds >= 100 && (sum.judged == 0 || sum.interruptions == 0 || sum.handovers == 0 || sum.copies == 0 ||
                               sum.duplicates == 0 || sum.reconciled == 0 || sum.trackers_failed == 0);
  if (idle) std::cout << "some kind of thing never happened\n";
  return failed > 0 || idle ? 1 : 0;
}
