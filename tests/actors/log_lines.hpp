// What the code under test logs, line by line.
#pragma once

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <cstddef>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace floorwalker::testing {

/// While it lives, log lines are kept as "level message" instead of printed.
class log_lines {
public:
  log_lines() : before_{spdlog::default_logger()} {
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(text_);
    sink->set_pattern("%l %v");
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("test", sink));
  }
  ~log_lines() { spdlog::set_default_logger(before_); }
  log_lines(const log_lines&) = delete;
  log_lines& operator=(const log_lines&) = delete;

  std::vector<std::string> all() const {
    std::vector<std::string> lines;
    std::istringstream text{text_.str()};
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
  }

  std::size_t count() const { return all().size(); }

  /// How many lines hold `piece`.
  std::size_t with(const std::string& piece) const {
    std::size_t found = 0;
    for (auto& line : all()) found += line.find(piece) != std::string::npos ? 1 : 0;
    return found;
  }

private:
  std::shared_ptr<spdlog::logger> before_;
  std::ostringstream text_;
};

/// A base for fixtures that want the log first and for the whole of their life.
struct kept_log {
  log_lines log;
};

} // namespace floorwalker::testing
