#include "runtime/process/logging.hpp"

#include "messages/json_text.hpp"
#include "messages/wire/timestamp.hpp"

#include <spdlog/formatter.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>

namespace floorwalker {
namespace {

class json_formatter final : public spdlog::formatter {
public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& target) override {
    std::string line = R"({"timestamp":")";
    wire::append_timestamp(line, std::chrono::time_point_cast<std::chrono::nanoseconds>(message.time), 3);
    line += R"(","level":")";
    auto level = spdlog::level::to_string_view(message.level);
    line.append(level.data(), level.size());
    line += R"(","message":)";
    append_json_string(line, {message.payload.data(), message.payload.size()});
    line += "}\n";
    target.append(line.data(), line.data() + line.size());
  }

  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<json_formatter>(); }
};

} // namespace

void start_logging(const log_settings& settings) {
  auto logger = spdlog::stderr_color_mt("floorwalker");
  if (settings.format == log_format::json)
    logger->set_formatter(std::make_unique<json_formatter>());
  else
    logger->set_formatter(std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%S.%eZ %^%-5l%$ %v",
                                                                      spdlog::pattern_time_type::utc));
  logger->set_level(spdlog::level::from_str(settings.level));
  logger->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(std::move(logger));
}

void set_log_level(const std::string& level) { spdlog::default_logger()->set_level(spdlog::level::from_str(level)); }

} // namespace floorwalker
