#include "runtime/audit/cursor_files.hpp"

#include "runtime/audit/quiet_thread.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::uint64_t cursor_bytes_max = std::uint64_t{16} << 20;

/// One sink's cursors, and whether they are written.
struct sink_cursors {
  std::filesystem::path folder;
  tenant_cursors now;
  bool changed = false;
  bool failing = false;
};

} // namespace

struct cursor_files::shared_state {
  shared_state(file_system_ptr with, std::chrono::milliseconds each) : files{std::move(with)}, interval{each} {}

  const file_system_ptr files;
  const std::chrono::milliseconds interval;
  mutable std::mutex mutex;
  std::condition_variable changed;
  // Guarded by mutex:
  std::map<std::string, sink_cursors> sinks;
  bool stopping = false;
  bool ended = false;

  /// Under the lock.
  bool anything_changed() const {
    return std::ranges::any_of(sinks, [](auto& each) { return each.second.changed; });
  }

  /// Writes the file of one sink, if it has changed.
  void write(const std::string& sink) {
    std::unique_lock lock{mutex};
    auto& cursors = sinks.at(sink); // never erased
    if (!std::exchange(cursors.changed, false)) return;
    auto text = to_text(cursors.now);
    lock.unlock();
    auto failed = make_folder(*files, cursors.folder);
    if (failed.empty()) failed = replace_file(*files, cursors.folder / "cursor", text);
    lock.lock();
    if (!failed.empty()) cursors.changed = true;
    if (std::exchange(cursors.failing, !failed.empty()) == !failed.empty()) return;
    lock.unlock();
    if (failed.empty())
      spdlog::info("sink {}: its cursor is kept again", sink);
    else
      spdlog::error("sink {}: its cursor is not kept: {}; it is tried again, and a crash until then would repeat "
                    "deliveries",
                    sink, failed);
  }
};

class cursor_files::store final : public cursor_store {
public:
  store(std::shared_ptr<shared_state> state, sink_cursors& cursors) : state_{std::move(state)}, cursors_{cursors} {}

  std::map<std::string, trail_cursor> kept() const override {
    std::lock_guard lock{state_->mutex};
    return cursors_.now;
  }

  void keep(const std::string& tenant, const trail_cursor& cursor) override {
    {
      std::lock_guard lock{state_->mutex};
      auto [place, added] = cursors_.now.try_emplace(tenant, cursor);
      if (!added && place->second == cursor) return;
      place->second = cursor;
      if (std::exchange(cursors_.changed, true)) return;
    }
    state_->changed.notify_all();
  }

private:
  std::shared_ptr<shared_state> state_;
  sink_cursors& cursors_; ///< in *state_
};

cursor_files::cursor_files(file_system_ptr files, const std::filesystem::path& data_dir,
                           std::chrono::milliseconds interval)
    : state_{std::make_shared<shared_state>(std::move(files), interval)},
      folder_{data_dir / "sinks"},
      thread_{start_quiet_thread("sink-cursors", [this] { run(); })} {}

cursor_files::~cursor_files() {
  while (!stop(std::chrono::hours{1})) {
  }
}

opened_cursors cursor_files::open(const std::string& sink) {
  {
    // Of a sink that was open before in this process the file may lag behind.
    std::lock_guard lock{state_->mutex};
    if (auto known = state_->sinks.find(sink); known != state_->sinks.end())
      return {std::make_shared<store>(state_, known->second), {}};
  }
  auto folder = folder_ / sink;
  auto path = folder / "cursor";
  auto content = read_file(*state_->files, path, cursor_bytes_max);
  if (!content.problem.empty()) return {nullptr, std::move(content.problem)};
  parsed_cursors parsed;
  if (!content.missing) parsed = parse_cursors(content.text);
  if (!parsed.problem.empty())
    return {nullptr,
            fmt::format("{} is damaged: {}; put an earlier copy of it in its place, and what was delivered since comes "
                        "again; or remove it, and the sink begins as one that is new",
                        path.string(), parsed.problem)};
  std::lock_guard lock{state_->mutex};
  auto& cursors = state_->sinks[sink];
  cursors.folder = std::move(folder);
  cursors.now = std::move(parsed.cursors);
  return {std::make_shared<store>(state_, cursors), {}};
}

std::vector<trail_cursor> cursor_files::of_tenant(const std::string& tenant) const {
  std::lock_guard lock{state_->mutex};
  std::vector<trail_cursor> found;
  for (auto& [sink, cursors] : state_->sinks)
    if (auto cursor = cursors.now.find(tenant); cursor != cursors.now.end()) found.push_back(cursor->second);
  return found;
}

bool cursor_files::stop(std::chrono::milliseconds patience) {
  std::unique_lock lock{state_->mutex};
  state_->stopping = true;
  state_->changed.notify_all();
  if (!state_->changed.wait_for(lock, patience, [this] { return state_->ended; })) return false;
  lock.unlock();
  if (thread_.joinable()) thread_.join();
  return true;
}

void cursor_files::run() {
  auto& state = *state_;
  auto next = std::chrono::steady_clock::now();
  for (auto last = false; !last;) {
    std::vector<std::string> names;
    {
      std::unique_lock lock{state.mutex};
      state.changed.wait(lock, [&] { return state.stopping || state.anything_changed(); });
      state.changed.wait_until(lock, next, [&] { return state.stopping; });
      last = state.stopping;
      for (auto& [sink, cursors] : state.sinks)
        if (cursors.changed) names.push_back(sink);
    }
    try {
      next = std::chrono::steady_clock::now() + state.interval;
      for (auto& sink : names) state.write(sink);
    } catch (const std::exception& failure) { // memory, most likely
      spdlog::error("cursors of sinks are not kept: {}", failure.what());
    }
  }
  std::lock_guard lock{state.mutex};
  state.ended = true;
  state.changed.notify_all();
}

} // namespace floorwalker
