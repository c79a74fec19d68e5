#include "runtime/audit/data_directory.hpp"

#include "runtime/audit/trail_folder.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::chrono::minutes space_log_interval{1};

bool holds_trails(const std::filesystem::path& folder) {
  std::error_code error;
  for (std::filesystem::directory_iterator each{folder, error}, end; !error && each != end; each.increment(error))
    if (!list_trail_folder(each->path()).segments.empty()) return true;
  return false;
}

} // namespace

data_directory::data_directory(std::unique_ptr<data_directory_lock> lock, signing_key_ptr key, node_settings node,
                               audit_settings audit, std::shared_ptr<const wall_clock> wall, file_system_ptr files)
    : lock_{std::move(lock)},
      key_{std::move(key)},
      node_{std::move(node)},
      audit_{std::move(audit)},
      wall_{std::move(wall)},
      files_{std::move(files)},
      cursors_{files_, node_.data_dir},
      reading_{std::make_shared<trail_reading>()} {}

data_directory::~data_directory() {
  while (!stop(std::chrono::hours{1})) {
  }
}

opened_trail data_directory::open_tenant(const std::string& tenant) {
  trail_options options;
  options.folder = std::filesystem::path{node_.data_dir} / audit_.directory / tenant;
  options.tenant = tenant;
  options.node = node_.name;
  options.synchronised = audit_.group_commit;
  if (audit_.retain_days > 0) options.retention.age = std::chrono::days{audit_.retain_days};
  if (audit_.retain_bytes > 0) options.retention.bytes = audit_.retain_bytes;
  options.min_free_bytes = audit_.min_free_bytes;
  options.cursors = cursors_.of_tenant(tenant);
  options.key = key_;
  options.wall = wall_;
  options.reading = reading_;
  options.files = files_;
  options.space_low = [this](const std::string& clause) { report_space(clause); };
  auto opened = open_trail(std::move(options));
  std::lock_guard lock{trails_mutex_};
  if (opened.storage) trails_[tenant] = opened.storage;
  return opened;
}

bool data_directory::close_tenant(const std::string& tenant, std::chrono::milliseconds patience) {
  std::shared_ptr<disk_trail> trail;
  {
    std::lock_guard lock{trails_mutex_};
    auto found = trails_.find(tenant);
    if (found == trails_.end()) return true;
    trail = found->second;
  }
  if (!trail->stop(patience)) return false;
  std::lock_guard lock{trails_mutex_};
  trails_.erase(tenant);
  return true;
}

/// Tenants share a disk, as a rule; one of them speaks for all in the log.
void data_directory::report_space(const std::string& clause) {
  std::lock_guard lock{space_mutex_};
  auto now = std::chrono::steady_clock::now();
  if (clause.empty()) {
    if (std::exchange(space_logged_, std::nullopt)) spdlog::info("the disk of the audit trail has room again");
  } else if (!space_logged_ || now - *space_logged_ >= space_log_interval) {
    space_logged_ = now;
    spdlog::warn("the disk of the audit trail is nearly full: {}; when nothing is left, records wait in memory and "
                 "monitoring pauses",
                 clause);
  }
}

bool data_directory::stop(std::chrono::milliseconds patience) {
  // Told all at once, so that they write at the same time and no slow one uses up what the others have.
  std::vector<std::shared_ptr<disk_trail>> trails;
  {
    std::lock_guard lock{trails_mutex_};
    for (auto& [tenant, trail] : trails_) trails.push_back(trail);
  }
  for (auto& trail : trails) trail->stop(std::chrono::milliseconds{0});
  cursors_.stop(std::chrono::milliseconds{0});
  auto end = std::chrono::steady_clock::now() + patience;
  auto left = [&] {
    auto rest = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    return std::max(rest, std::chrono::milliseconds{0});
  };
  auto all = reading_->stop(left());
  // Those that are done in time are, also where one before them is not.
  for (auto& trail : trails) all = trail->stop(left()) && all;
  return cursors_.stop(patience) && all;
}

std::uint64_t data_directory::lost_records() {
  std::lock_guard lock{trails_mutex_};
  std::uint64_t lost = 0;
  for (auto& [tenant, trail] : trails_) lost += trail->lost();
  return lost;
}

opened_data_directory open_data_directory(const node_settings& node, const audit_settings& audit,
                                          std::shared_ptr<const wall_clock> wall, file_system_ptr files) {
  auto [lock, problem] = lock_data_directory(*files, node.data_dir);
  if (!lock) return {nullptr, std::move(problem)};
  auto [key, flaw, made] = open_signing_key(*files, node.data_dir);
  if (!key) return {nullptr, std::move(flaw)};
  auto trails = std::filesystem::path{node.data_dir} / audit.directory;
  if (made && holds_trails(trails))
    spdlog::warn("the signing key was gone, and key {} was made, though there are audit trails in {}: restore the old "
                 "key if it was not meant to be changed; else whoever audits needs {} beside the old one",
                 key->id(), trails.string(), (std::filesystem::path{node.data_dir} / "keys/checkpoint.pub").string());
  return {
      std::make_unique<data_directory>(std::move(lock), std::move(key), node, audit, std::move(wall), std::move(files)),
      {}};
}

} // namespace floorwalker
