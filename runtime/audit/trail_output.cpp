#include "runtime/audit/trail_output.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::size_t public_key_bytes_max = 65'536;

/// Each agent once: of one that two trackers tell of, while it moves from one to the other, what was told last.
std::vector<const agent_status*> by_key(const std::vector<agent_status>& agents) {
  std::vector<const agent_status*> sorted;
  sorted.reserve(agents.size());
  for (auto at = agents.rbegin(); at != agents.rend(); ++at)
    if (at->who) sorted.push_back(&*at);
  auto key_of = [](const agent_status* agent) { return agent->who->key(); };
  std::ranges::stable_sort(sorted, {}, key_of);
  auto again = std::ranges::unique(sorted, {}, key_of);
  sorted.erase(again.begin(), again.end());
  return sorted;
}

} // namespace

trail_output::trail_output(const trail_options& options, const recovery& found, segment_table& table)
    : options_{options},
      files_{*options.files},
      table_{table},
      output_{files_, options.folder},
      segments_{found.segments},
      leftovers_{found.leftovers},
      node_{std::make_shared<const std::string>(options.node)},
      epoch_{found.epochs.back().epoch},
      begins_segment_{found.begins_epoch},
      resumes_{!found.segments.empty()},
      writes_identity_{found.writes_identity},
      committed_{found.end},
      next_{found.end},
      wants_checkpoint_{found.end.unsealed},
      monitored_{found.monitored},
      snapshot_segment_{found.snapshot_segment} {}

std::string trail_output::prepare() {
  if (auto failed = make_folder(files_, options_.folder); !failed.empty()) return failed;
  if (resumes_) {
    if (auto failed = output_.resume(committed_.segment, committed_.offset); !failed.empty()) return failed;
    resumes_ = false;
  }
  if (begins_segment_)
    if (auto failed = begin_segment(options_.wall->now()); !failed.empty()) return failed;
  // Only now: a folder that is marked without its epoch's segment would pass as the old one.
  if (writes_identity_) {
    if (auto failed = write_identity(files_, options_.folder); !failed.empty()) return failed;
    writes_identity_ = false;
  }
  return write_public_key();
}

std::string trail_output::write_public_key() {
  if (!options_.key) return {};
  auto path = options_.folder / public_key_file;
  auto content = read_file(files_, path, public_key_bytes_max);
  if (!content.problem.empty()) return content.problem;
  auto& known = content.text;
  if (known.find(options_.key->public_pem()) != std::string::npos) return {};
  if (!known.empty()) {
    spdlog::warn("tenant {}: from here on the audit trail is signed by key {}, which did not sign it before; whoever "
                 "audits it needs its public part too",
                 options_.tenant, options_.key->id());
    if (known.back() != '\n') known += '\n';
  }
  return replace_file(files_, path, known + options_.key->public_pem(), 0644);
}

bool trail_output::full() const {
  return committed_.offset + batch_.size() >= options_.pace.segment_bytes &&
         next_.position.sequence >= segments_.back().header.first_sequence;
}

/// Under "none" batches are not synchronised one by one, and what follows such a one proves nothing about it.
std::uint8_t trail_output::flag_of_a_beginning() const {
  return batch_.empty() && output_.synchronised() ? std::uint8_t{flag_batch_begins} : std::uint8_t{0};
}

void trail_output::add(const committed_batch& batch, std::size_t index) {
  auto& record = batch.drafts->records[index];
  auto& position = batch.positions[index];
  auto line = position.line.in(batch.lines);
  auto flags = static_cast<std::uint8_t>(flag_of_a_beginning() | flags_);
  monitored_.take(record.kind, line); // first: after a failure, to take it again changes nothing
  append_whole({frame_kind::record, flags, position.sequence, record.received_at, position.valid_total, position.total},
               line);
  flags_ = 0;
  next_.position = {position.sequence, position.valid_total, position.total};
  next_.last_record = std::max(next_.last_record, record.received_at);
  next_.unsealed = true;
  // A checkpoint of checkpoints alone would go on for ever.
  if (record.kind != record_kind::checkpoint_signed) {
    ++unsealed_records_;
    wants_checkpoint_ = true;
  }
}

/// Adds a frame to the batch, or nothing at all if it throws.
void trail_output::append_whole(const frame_head& head, std::string_view payload) {
  auto size = batch_.size();
  auto chain = next_.chain;
  try {
    append_frame(batch_, head, payload, hasher_, next_.chain);
  } catch (...) {
    batch_.resize(size);
    next_.chain = chain;
    throw;
  }
}

void trail_output::add_checkpoint(utc_time now) {
  if (!unsealed()) return;
  checkpoint made{options_.tenant,   options_.node, epoch_, next_.position.sequence, next_.chain, now,
                  options_.key->id()};
  auto text = to_json(made);
  auto signature = sign(text);
  published_checkpoint publishes{with_signature(text, signature), now};
  published_.reserve(published_.size() + 1);
  append_whole({frame_kind::checkpoint, flag_of_a_beginning(), next_.position.sequence, now, next_.position.valid_total,
                next_.position.total},
               checkpoint_payload(text, signature));
  next_.unsealed = false;
  unsealed_records_ = 0;
  wants_checkpoint_ = false;
  published_.push_back(std::move(publishes));
}

std::string trail_output::write() {
  if (batch_.empty()) return {};
  // What is published has to be there tomorrow, whatever the durability.
  auto synchronised = options_.synchronised || !published_.empty();
  announced_.reserve(announced_.size() + published_.size()); // once it is written, nothing may fail
  if (auto failed = output_.append(batch_, synchronised); !failed.empty()) return failed;
  batch_.clear();
  next_.offset = output_.end();
  committed_ = next_;
  table_.commit(committed_.offset, committed_.position.sequence);
  auto first = announced_.size();
  std::ranges::move(published_, std::back_inserter(announced_));
  published_.clear();
  for (auto i = first; i < announced_.size(); ++i) announce(announced_[i]);
  return {};
}

void trail_output::announce(const published_checkpoint& published) const {
  spdlog::info("tenant {}: checkpoint {}", options_.tenant, published.text);
  if (options_.checkpoint_made) options_.checkpoint_made(published.text);
}

std::string trail_output::begin_segment(utc_time now) {
  if (auto failed = output_.synchronise(); !failed.empty()) return failed;
  auto& position = committed_.position;
  segment_header header;
  header.epoch = epoch_;
  header.first_sequence = position.sequence + 1;
  header.valid_total = position.valid_total;
  header.total = position.total;
  header.created = now;
  header.previous = committed_.chain;
  header.tenant = options_.tenant;
  header.node = options_.node;
  auto bytes = encode(header);
  auto name = segment_name(header.first_sequence, header.epoch);
  trail_segment begun{name, header, bytes.size(), hasher_.start(bytes), bytes.size()};
  auto place = committed_;
  place.segment = name;
  place.offset = bytes.size();
  place.chain = begun.start;
  place.unsealed = false;
  auto next = place;
  segments_.reserve(segments_.size() + 1);
  if (auto failed = output_.begin(name, bytes); !failed.empty()) return failed;
  table_.add({name, header.first_sequence, epoch_, node_, bytes.size(), bytes.size()});
  // From here on nothing fails: a segment is known everywhere or begun again.
  begins_segment_ = false;
  if (!segments_.empty()) segments_.back().size = committed_.offset;
  committed_ = std::move(place);
  next_ = std::move(next);
  segments_.push_back(std::move(begun));
  return {};
}

std::string trail_output::keep(const trail_snapshot& snapshot, const trail_place& place) {
  kept_snapshot kept;
  kept.place = place;
  kept.committed = committed_.position.sequence;
  kept.counts = snapshot.counts;
  kept.monitored = monitored_;
  auto agents = by_key(snapshot.agents);
  // A snapshot that is ahead of the disk would pass for proof that records are gone.
  if (auto failed = output_.synchronise(); !failed.empty()) return failed;
  if (auto failed = replace_file(files_, options_.folder / snapshot_file, to_text(kept, agents)); !failed.empty())
    return failed;
  snapshot_segment_ = place.segment;
  return {};
}

/// Counts and states that stand in removed records alone would be gone, so the snapshot has to be behind them.
std::size_t trail_output::removable() const {
  auto needed = std::ranges::find(segments_, snapshot_segment_, &trail_segment::name);
  return needed == segments_.end() ? 0 : static_cast<std::size_t>(needed - segments_.begin());
}

std::string trail_output::remove_old(utc_time now) {
  std::vector<kept_segment> kept;
  for (auto& segment : segments_) kept.push_back({segment.header.created, segment.size});
  kept.back().bytes = committed_.offset;
  auto count = std::min(segments_to_remove(kept, options_.retention, now), removable());
  if (count > 0 && options_.key) {
    if (auto failed = write_anchor(count, now); !failed.empty()) return failed;
    spdlog::info("tenant {}: records up to sequence {} are no longer kept", options_.tenant,
                 segments_[count].header.first_sequence - 1);
    leftovers_.reserve(leftovers_.size() + count);
    table_.remove_front(count);
    for (std::size_t i = 0; i < count; ++i) leftovers_.push_back(std::move(segments_[i].name));
    segments_.erase(segments_.begin(), segments_.begin() + static_cast<std::ptrdiff_t>(count));
  }
  while (!leftovers_.empty()) {
    auto path = options_.folder / leftovers_.front();
    if (files_.remove(path) != 0 && errno != ENOENT) return file_problem("remove", path, errno);
    leftovers_.erase(leftovers_.begin());
  }
  return {};
}

std::string trail_output::write_anchor(std::size_t count, utc_time now) {
  auto& header = segments_[count].header;
  checkpoint through{options_.tenant,
                     segments_[count - 1].header.node,
                     segments_[count - 1].header.epoch,
                     header.first_sequence - 1,
                     header.previous,
                     now,
                     options_.key->id()};
  auto text = to_json(trail_anchor{std::move(through), header.valid_total, header.total});
  return replace_file(files_, options_.folder / anchor_file, with_signature(text, sign(text)) + '\n');
}

} // namespace floorwalker
