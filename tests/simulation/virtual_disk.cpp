#include "tests/simulation/virtual_disk.hpp"

#include "tests/actors/memory_trail.hpp"

#include <caf/send.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace floorwalker::simulation {

/// The storage of one process; cut off from the disk when that has ended.
class virtual_disk::mounted : public journal_storage {
public:
  explicit mounted(virtual_disk& disk) : disk_{&disk} {}

  trail_beginning open(journal_actor receiver) override {
    if (!disk_) return {{}, 0, {{1, 0}}, "node-1"};
    disk_->receiver_ = std::move(receiver);
    return {disk_->end_, disk_->committed(), {{1, 0}}, "node-1"};
  }

  void append(const committed_batch_ptr& batch, const trail_position& end) override {
    if (disk_) disk_->append(batch, end);
  }

  void read(std::uint64_t from, std::size_t, read_detail, std::function<void(trail_stretch)> done) override {
    if (disk_) disk_->read(from, std::move(done));
  }

  std::optional<std::uint64_t> snapshot_due() override {
    if (!disk_ || disk_->end_.sequence < asked_ + disk_->options_.snapshot_records) return std::nullopt;
    asked_ = disk_->end_.sequence;
    return asked_;
  }

  void keep(trail_snapshot snapshot) override {
    if (disk_) disk_->snapshots_.push_back({std::move(snapshot), disk_->end_.sequence});
  }

  void cut_off() { disk_ = nullptr; }

private:
  virtual_disk* disk_; ///< null: the process has ended
  std::uint64_t asked_ = 0;
};

class virtual_disk::kept_cursors : public cursor_store {
public:
  kept_cursors(virtual_disk& disk, std::string sink)
      : disk_{disk}, process_{disk.process_}, sink_{std::move(sink)}, kept_{disk.cursors_[sink_]} {}

  std::map<std::string, trail_cursor> kept() const override { return kept_; }

  void keep(const std::string& tenant, const trail_cursor& cursor) override {
    if (process_ != disk_.process_) return;
    disk_.newest_cursors_[sink_][tenant] = cursor;
    disk_.world_.after(disk_.random_.between(milliseconds{0}, milliseconds{1'000}),
                       [&disk = disk_, process = process_, sink = sink_, tenant, cursor] {
                         auto& on_disk = disk.cursors_[sink][tenant];
                         if (process == disk.process_ && on_disk.sequence < cursor.sequence) on_disk = cursor;
                       });
  }

private:
  virtual_disk& disk_;
  std::uint64_t process_;
  std::string sink_;
  std::map<std::string, trail_cursor> kept_;
};

virtual_disk::virtual_disk(virtual_platform& world, const disk_options& options, std::uint64_t seed)
    : world_{world}, options_{options}, random_{seed ^ 0xd15c} {
  world_.after(milliseconds{1'000}, [this] { trouble(); });
}

virtual_disk::~virtual_disk() { forget_process(); }

journal_storage_ptr virtual_disk::mount() { return mounted_ = std::make_shared<mounted>(*this); }

cursor_store_ptr virtual_disk::cursors(const std::string& sink) { return std::make_shared<kept_cursors>(*this, sink); }

std::shared_ptr<const recovered_trail> virtual_disk::recover() {
  told_by_trail all, shortcut;
  for (auto& agent : snapshot_.agents) shortcut.agents[agent_key(agent.agent_id())] = agent;
  shortcut.counts = snapshot_.counts;
  for (std::uint64_t sequence = 1; sequence <= committed(); ++sequence) {
    all.apply(lines_[sequence - 1], sequence);
    if (sequence > snapshot_.sequence) shortcut.apply(lines_[sequence - 1], sequence);
  }
  if (snapshot_.sequence > 0) ++snapshots_used_;
  compare(all, shortcut);
  auto found = std::make_shared<recovered_trail>();
  found->agents = shortcut.agents;
  found->counts = shortcut.counts;
  cut_monitoring cut{{}, all.last_record};
  for (auto& [key, agent] : shortcut.agents)
    if (agent.watched) cut.agent_ids.emplace_back(agent.agent_id());
  if (!cut.agent_ids.empty()) found->cut = std::move(cut);
  return found;
}

void virtual_disk::compare(const told_by_trail& all, const told_by_trail& shortcut) {
  auto text = [](const std::optional<std::string>& state) { return state.value_or("nothing"); };
  for (auto& [key, agent] : all.agents) {
    auto found = shortcut.agents.find(key);
    if (found == shortcut.agents.end()) {
      // Whoever left while no process was running is not planned any more, and no record says so.
      if (world_.employs(key)) complaints_.push_back(fmt::format("snapshot {} forgot {}", snapshot_.sequence, key));
      continue;
    }
    auto& known = found->second;
    auto same = known.observed_state == agent.observed_state && known.state == agent.state;
    // What a tracker judged, but the trail never got, may stand in a snapshot; then the agent is later than the trail.
    auto later = all.last_of_agent.at(key) <= snapshot_.sequence && known.last_updated > agent.last_updated;
    if (!same && !later)
      complaints_.push_back(fmt::format("snapshot {} tells of {} as {}/{}, the trail as {}/{} (its last record: {})",
                                        snapshot_.sequence, key, text(known.state), text(known.observed_state),
                                        text(agent.state), text(agent.observed_state), all.last_of_agent.at(key)));
    if (agent.watched && !known.watched)
      complaints_.push_back(fmt::format("snapshot {} hides that {} is watched", snapshot_.sequence, key));
  }
  auto figures = [](const system_metrics& counts) {
    return fmt::format("{} transitions, {} valid, {} gaps, {} out of order, {} interruptions", counts.total_processed,
                       counts.valid, counts.gaps, counts.out_of_order, counts.interruptions);
  };
  if (figures(all.counts) != figures(shortcut.counts))
    complaints_.push_back(fmt::format("snapshot {} leads to {}, the trail to {}", snapshot_.sequence,
                                      figures(shortcut.counts), figures(all.counts)));
}

void virtual_disk::append(const committed_batch_ptr& batch, const trail_position& end) {
  if (batch->positions.front().sequence != end_.sequence + 1)
    complaints_.push_back(
        fmt::format("record {} was appended behind {}", batch->positions.front().sequence, end_.sequence));
  waiting_.push_back(batch);
  end_ = end;
  commit_soon();
}

void virtual_disk::commit_soon() {
  if (commit_planned_ || waiting_.empty() || full()) return;
  commit_planned_ = true;
  world_.after(random_.between(milliseconds{0}, options_.commit_max), [this, process = process_] {
    if (process != process_) return;
    commit_planned_ = false;
    if (full()) return;
    // Sometimes only a part of what waits, and not even of whole batches.
    auto records = waiting_.empty() ? 0 : end_.sequence - committed();
    if (records > 1 && random_.chance(0.3)) records = 1 + random_.below(records);
    commit(records);
    say_progress();
    commit_soon();
  });
}

void virtual_disk::commit(std::size_t records) {
  while (records > 0) {
    auto batch = std::move(waiting_.front());
    waiting_.pop_front();
    auto size = batch->positions.size();
    if (size > records) {
      waiting_.push_front(testing::part_of(batch, records, size));
      batch = testing::part_of(batch, 0, records);
      size = records;
    }
    for (auto& position : batch->positions) lines_.emplace_back(position.line.in(batch->lines));
    batches_.push_back(std::move(batch));
    records -= size;
  }
  while (!snapshots_.empty() && snapshots_.front().behind <= committed()) {
    snapshot_ = std::move(snapshots_.front().snapshot);
    snapshots_.pop_front();
  }
}

void virtual_disk::say_progress() {
  if (receiver_) caf::anon_send(receiver_, trail_progress{committed(), full() ? "no space left on device" : ""});
}

void virtual_disk::trouble() {
  if (!full() && full_until_ != utc_time{}) { // it was full until now
    full_until_ = {};
    say_progress();
    commit_soon();
  }
  if (!full() && random_.chance(options_.full)) {
    full_until_ = world_.now() + std::chrono::seconds{1 + random_.below(60)};
    ++times_full_;
  }
  if (full()) say_progress();
  world_.after(milliseconds{1'000}, [this] { trouble(); });
}

void virtual_disk::read(std::uint64_t from, std::function<void(trail_stretch)> done) {
  world_.after(random_.between(milliseconds{0}, milliseconds{30}), [this, process = process_, from, done] {
    if (process == process_) done(find(from));
  });
}

trail_stretch virtual_disk::find(std::uint64_t from) {
  ++reads_;
  if (random_.chance(options_.unreadable)) return {"acme", from, nullptr, "input/output error"};
  auto last = [](const committed_batch_ptr& batch) { return batch->positions.back().sequence; };
  auto found = std::ranges::lower_bound(batches_, from, {}, last);
  if (found == batches_.end()) return {"acme", from, nullptr, {}};
  auto size = (*found)->positions.size();
  auto first = static_cast<std::size_t>(from - (*found)->positions.front().sequence);
  auto end = random_.chance(0.5) ? size : first + 1 + random_.below(size - first);
  return {"acme", from, testing::part_of(*found, first, end), {}};
}

void virtual_disk::forget_process() {
  ++process_;
  if (mounted_) mounted_->cut_off();
  mounted_ = nullptr;
  receiver_ = nullptr;
  commit_planned_ = false;
  waiting_.clear();
  snapshots_.clear();
  end_ = {};
  if (batches_.empty()) return;
  auto& last = batches_.back()->positions.back();
  end_ = {last.sequence, last.valid_total, last.total};
}

void virtual_disk::unmount() {
  commit(end_.sequence - committed());
  for (auto& [sink, newest] : newest_cursors_)
    for (auto& [tenant, cursor] : newest) cursors_[sink][tenant] = cursor;
  newest_cursors_.clear();
  forget_process();
}

void virtual_disk::cut_off() {
  auto waiting = end_.sequence - committed();
  auto survive = waiting > 0 ? random_.below(waiting + 1) : 0;
  commit(full() ? 0 : survive);
  records_lost_ += end_.sequence - committed();
  newest_cursors_.clear();
  forget_process();
}

void virtual_disk::heal() {
  options_.full = options_.unreadable = 0;
  full_until_ = std::min(full_until_, world_.now() + milliseconds{1});
}

} // namespace floorwalker::simulation
