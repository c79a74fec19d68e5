// Measures the trail on disk: trail_bench FOLDER RECORDS [BATCH] [none]
// Writes RECORDS transitions in batches of BATCH (256) into FOLDER, which is made and left, then opens the trail again
// and reads it. Figures go to stdout.
#include "messages/wire/audit_line.hpp"
#include "messages/wire/timestamp.hpp"
#include "runtime/audit/disk_trail.hpp"
#include "runtime/audit/signing_key.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <mutex>
#include <string>

using namespace floorwalker;

namespace {

class machine_clock final : public wall_clock {
public:
  utc_time now() const noexcept override {
    return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
  }
};

double cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// One batch of ordinary entries. Its sequences are replaced in place, so that making it costs nearly nothing.
class batch_maker {
public:
  explicit batch_maker(std::size_t size, utc_time now) : now_{wire::to_text(now)} {
    for (std::size_t i = 0; i < size; ++i) {
      auto agent = fmt::format("550e8400-e29b-41d4-a716-{:012}", i);
      template_ += fmt::format(R"({{"timestamp":"{}","agentId":"{}","previousState":"available","currentState":"busy",)"
                               R"("latencyMs":333,"valid":true,"auditAction":"STATE_UPDATE_VERIFIED",)"
                               R"("tenantId":"acme","sequence":{:020},"eventTimestamp":"{}",)"
                               R"("reasonCode":"inbound_call","flags":[]}})",
                               now_, agent, 10'000'000'000'000'000'000ULL, now_) +
                   '\n';
    }
    auto drafts = std::make_shared<draft_batch>();
    std::string_view rest = template_;
    while (!rest.empty()) {
      auto line = rest.substr(0, rest.find('\n'));
      if (auto problem = wire::append_audit_line(*drafts, line).problem; !problem.empty()) std::cerr << problem << '\n';
      drafts->records.back().received_at = now;
      rest.remove_prefix(line.size() + 1);
    }
    drafts_ = drafts;
  }

  /// JSON knows no leading zeros, so a sequence is written with as many digits as it has, and the line is shorter.
  committed_batch_ptr next(trail_position& position) {
    auto batch = std::make_shared<committed_batch>();
    batch->drafts = drafts_;
    batch->lines.reserve(template_.size());
    batch->positions.reserve(drafts_->records.size());
    for (auto& record : drafts_->records) {
      ++position.sequence, ++position.total, ++position.valid_total;
      auto begin = batch->lines.size();
      batch->lines += record.head.in(drafts_->text);
      batch->lines += std::to_string(position.sequence);
      batch->lines += record.tail.in(drafts_->text);
      batch->positions.push_back(
          {position.sequence,
           position.valid_total,
           position.total,
           {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(batch->lines.size() - begin)}});
      batch->lines += '\n';
    }
    return batch;
  }

private:
  std::string now_;
  std::string template_;
  draft_batch_ptr drafts_;
};

/// What the journal does: lets so much wait, and no more.
class pace_maker {
public:
  void committed(std::uint64_t sequence) {
    {
      std::lock_guard lock{mutex_};
      committed_ = sequence;
      ++commits_;
    }
    changed_.notify_one();
  }
  void wait_for(std::uint64_t sequence) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return committed_ >= sequence; });
  }
  std::uint64_t commits() const { return commits_; }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t committed_ = 0;
  std::uint64_t commits_ = 0;
};

void write(const trail_options& options, std::uint64_t records, std::size_t batch_size) {
  auto opened = open_trail(options);
  if (!opened.storage) {
    std::cerr << opened.recovered->damage << '\n';
    return;
  }
  pace_maker pace;
  auto beginning = opened.storage->open(
      trail_writer::progress_receiver{[&](const trail_progress& progress) { pace.committed(progress.sequence); }});
  auto position = beginning.end;
  auto last = position.sequence + records;
  batch_maker maker{batch_size, options.wall->now()};
  // What making the batches alone costs is taken off.
  auto scratch = position;
  auto cpu = cpu_seconds();
  for (std::size_t i = 0; i < 200; ++i) maker.next(scratch);
  auto making = (cpu_seconds() - cpu) / static_cast<double>(200 * batch_size);
  constexpr std::uint64_t waiting_max = 65'536; // about the journal's 32 MiB
  auto begin = std::chrono::steady_clock::now();
  cpu = cpu_seconds();
  std::uint64_t snapshot_at = 0;
  while (position.sequence < last) {
    auto batch = maker.next(position);
    opened.storage->append(batch, position);
    if (position.sequence > waiting_max) pace.wait_for(position.sequence - waiting_max);
    if (position.sequence >= snapshot_at + 1'000'000)
      if (auto due = opened.storage->snapshot_due()) {
        snapshot_at = position.sequence;
        trail_snapshot snapshot;
        snapshot.sequence = *due;
        snapshot.counts.through_sequence = *due;
        opened.storage->keep(std::move(snapshot));
      }
  }
  pace.wait_for(last);
  auto seconds = seconds_since(begin);
  auto used = (cpu_seconds() - cpu) / static_cast<double>(records) - making;
  fmt::print(
      "written   {:>10.0f} records/s, {:.3f} us CPU a record (+ {:.3f} us to make it), {:.0f} records a commit\n",
      static_cast<double>(records) / seconds, used * 1e6, making * 1e6,
      static_cast<double>(records) / static_cast<double>(pace.commits()));
  opened.storage->stop(std::chrono::hours{1});
}

void read(const trail_options& options) {
  auto begin = std::chrono::steady_clock::now();
  auto cpu = cpu_seconds();
  auto opened = open_trail(options);
  fmt::print("opened    in {:.3f} s, {:.3f} s CPU\n", seconds_since(begin), cpu_seconds() - cpu);
  if (!opened.storage) {
    std::cerr << opened.recovered->damage << '\n';
    return;
  }
  begin = std::chrono::steady_clock::now();
  cpu = cpu_seconds();
  std::uint64_t next = 1;
  std::uint64_t records = 0;
  std::mutex mutex;
  std::condition_variable changed;
  for (auto more = true; more && records < 10'000'000;) {
    auto answered = false;
    opened.storage->read(next, std::size_t{1} << 20, read_detail::lines, [&](const trail_stretch& stretch) {
      std::lock_guard lock{mutex};
      answered = true;
      more = stretch.batch != nullptr;
      if (!stretch.problem.empty()) std::cerr << stretch.problem << '\n';
      if (more) {
        records += stretch.batch->positions.size();
        next = stretch.batch->positions.back().sequence + 1;
      }
      changed.notify_one();
    });
    std::unique_lock lock{mutex};
    changed.wait(lock, [&] { return answered; });
  }
  auto seconds = seconds_since(begin);
  fmt::print("read      {:>10.0f} records/s, {:.3f} us CPU a record, {} records\n",
             static_cast<double>(records) / seconds, (cpu_seconds() - cpu) / static_cast<double>(records) * 1e6,
             records);
  opened.storage->stop(std::chrono::hours{1});
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: trail_bench FOLDER RECORDS [BATCH] [none]\n";
    return 2;
  }
  spdlog::set_level(spdlog::level::warn);
  trail_options options;
  options.folder = std::filesystem::path{argv[1]} / "audit" / "acme";
  options.tenant = "acme";
  options.node = "node-1";
  options.wall = std::make_shared<const machine_clock>();
  options.synchronised = argc < 5 || std::string_view{argv[4]} != "none";
  options.key = open_signing_key(*options.files, argv[1]).key;
  auto records = std::strtoull(argv[2], nullptr, 10);
  if (records > 0) write(options, records, argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 256);
  read(options);
  return 0;
}
