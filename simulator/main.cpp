#include <cstdio>
#include <exception>
#include <fstream>

#include <sys/resource.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "simulator/command_line.hpp"
#include "simulator/gateway.hpp"
#include "simulator/ledger_json.hpp"

namespace json = boost::json;
using namespace floorwalker::simulator;

namespace {

std::string start_line(const command_line& line, const gateway& simulated) {
  auto ca = simulated.ca_file();
  if (!line.json)
    return fmt::format("floorwalker-simulator {}{}{}", simulated.base_url(), ca.empty() ? "" : " ca-file ", ca);
  auto start = json::object{{"baseUrl", simulated.base_url()}, {"port", simulated.port()}};
  if (!ca.empty()) start["caFile"] = ca;
  return json::serialize(start);
}

void wait_for_the_end(std::chrono::milliseconds run_for) {
  auto io = boost::asio::io_context{1};
  auto signals = boost::asio::signal_set{io, SIGINT, SIGTERM};
  auto timer = boost::asio::steady_timer{io};
  signals.async_wait([&](const boost::system::error_code&, int) { timer.cancel(); });
  if (run_for.count() > 0) {
    timer.expires_after(run_for);
    timer.async_wait([&](const boost::system::error_code& error) {
      if (!error) signals.cancel();
    });
  }
  io.run();
}

/// Writes the file in one step, so that whoever waits for it never reads half a line.
void write_ready_file(const std::string& path, const std::string& text) {
  auto fresh = path + ".new";
  auto file = std::ofstream{fresh, std::ios::trunc};
  file << text << '\n';
  file.close();
  if (!file || std::rename(fresh.c_str(), path.c_str()) != 0)
    throw std::runtime_error(fmt::format("cannot write the ready file {}", path));
}

/// Five hundred listeners a tenant, twice that during a hand-over, are more files than most shells allow at first.
void raise_file_limit() {
  auto limit = rlimit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) spdlog::warn("The limit of open files could not be raised.");
}

int run(const command_line& line) {
  raise_file_limit();
  auto simulated = gateway{line.wished};
  auto start = start_line(line, simulated);
  fmt::print("{}\n", start);
  std::fflush(stdout);
  if (!line.ready_file.empty()) write_ready_file(line.ready_file, start);
  wait_for_the_end(line.run_for);
  simulated.stop();
  fmt::print("{}\n", json::serialize(json::object{{"totals", totals_json(simulated.totals())}}));
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  spdlog::set_default_logger(spdlog::stderr_logger_mt("simulator"));
  auto result = read_command_line(argc, argv);
  if (!result.out.empty()) fmt::print("{}\n", result.out);
  if (!result.err.empty()) fmt::print(stderr, "{}\n", result.err);
  if (!result.wanted) return result.exit_code;
  try {
    return run(*result.wanted);
  } catch (const std::exception& problem) {
    fmt::print(stderr, "floorwalker-simulator: {}\n", problem.what());
    return 1;
  }
}
