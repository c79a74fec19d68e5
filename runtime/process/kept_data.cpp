#include "runtime/process/kept_data.hpp"

#include "runtime/audit/signing_key.hpp"
#include "runtime/audit/trail_reading.hpp"

#include <spdlog/spdlog.h>

#include <filesystem>
#include <optional>
#include <utility>

namespace floorwalker {
namespace {

/// 0 means no bound.
template <class Bound, class Number>
std::optional<Bound> bound_of(Number number) {
  return number == 0 ? std::nullopt : std::optional{Bound{number}};
}

} // namespace

opened_data kept_data::open(const node_settings& node, const audit_settings& audit,
                            std::shared_ptr<const wall_clock> clock) {
  auto files = std::make_shared<file_system>();
  auto locked = lock_data_directory(*files, node.data_dir);
  if (!locked.lock) return {nullptr, std::move(locked.problem)};
  auto opened = open_signing_key(*files, node.data_dir);
  if (!opened.key) return {nullptr, std::move(opened.problem)};
  return {std::unique_ptr<kept_data>{new kept_data{node, audit, std::move(clock), std::move(locked.lock),
                                                   std::move(opened.key), std::move(files)}},
          {}};
}

kept_data::kept_data(const node_settings& node, const audit_settings& audit, std::shared_ptr<const wall_clock> clock,
                     std::unique_ptr<data_directory_lock> lock, signing_key_ptr key, file_system_ptr files)
    : node_{node},
      audit_{audit},
      clock_{std::move(clock)},
      lock_{std::move(lock)},
      key_{std::move(key)},
      files_{std::move(files)},
      reading_{std::make_shared<trail_reading>()},
      cursors_{files_, node_.data_dir} {}

kept_data::opened_sink kept_data::open_sink(const std::string& name) {
  auto opened = cursors_.open(name);
  return {std::move(opened.store), std::move(opened.problem)};
}

opened_trail kept_data::open_tenant(const std::string& name) {
  trail_options options;
  options.folder = std::filesystem::path{node_.data_dir} / audit_.directory / name;
  options.tenant = name;
  options.node = node_.name;
  options.synchronised = audit_.group_commit;
  options.retention = {bound_of<std::chrono::days>(audit_.retain_days), bound_of<std::uint64_t>(audit_.retain_bytes)};
  options.min_free_bytes = audit_.min_free_bytes;
  options.cursors = cursors_.of_tenant(name);
  options.key = key_;
  options.wall = clock_;
  options.reading = reading_;
  options.checkpoint_made = [](const std::string& published) { spdlog::info("checkpoint {}", published); };
  options.files = files_;
  auto opened = open_trail(std::move(options));
  if (opened.storage) trails_.push_back(opened.storage);
  return opened;
}

bool kept_data::close(std::chrono::milliseconds patience) {
  bool whole = true;
  for (auto& trail : trails_) whole = trail->stop(patience) && whole;
  reading_->stop();
  return cursors_.stop(patience) && whole;
}

} // namespace floorwalker
