#include "tests/runtime/auditing/attack_table.hpp"

#include "runtime/audit/trail_folder.hpp"
#include "runtime/auditing/counted_record.hpp"
#include "runtime/auditing/published_checkpoints.hpp"
#include "runtime/auditing/trail_check.hpp"
#include "tests/runtime/audit/sample_trail.hpp"
#include "tests/runtime/audit/scratch_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <random>
#include <utility>

namespace floorwalker::testing {
namespace {

constexpr std::size_t segments = 4;
constexpr int records_of_a_segment = 60;
constexpr int checkpoint_every = 20;

/// A place in the trail: a segment and a frame of it.
struct place {
  std::size_t segment = 0;
  std::size_t frame = 0;
};

/// What was done, and where verification should see it.
struct manipulated {
  std::string what;
  std::string segment;
  std::uint64_t offset = 0;
  std::uint64_t sequence = 0;                             ///< the first record concerned
  bool an_interval = false;                               ///< it suffices that the named records contain `sequence`
  std::vector<std::pair<std::string, std::string>> files; ///< name and new content; those without content are removed
  std::vector<std::string> removed;
  std::vector<published_hash> published;
};

class attacker {
public:
  explicit attacker(std::uint32_t seed) : random_{seed} {
    for (std::size_t i = 0; i < segments; ++i) {
      if (i > 0) trail_.begin_segment(i == 2);
      write_segment();
    }
    trail_.checkpoint();
  }

  // A small generator of its own use: the standard's distributions differ between libraries.
  std::size_t below(std::size_t bound) { return random_() % bound; }

  const sample_trail& trail() const { return trail_; }
  sample_trail copy() const { return trail_; }

  /// Any frame of that kind but those of the last checkpoint interval: behind it, nothing is signed.
  place any(frame_kind kind) {
    while (true) {
      place at;
      at.segment = below(segments);
      auto& frames = trail_.segments[at.segment].frames;
      at.frame = below(frames.size() - (at.segment + 1 == segments ? 2 : 0));
      if (frames[at.frame].head.kind == kind) return at;
    }
  }

  std::uint64_t random_bit() { return random_(); }

private:
  void write_segment() {
    for (int i = 0; i < records_of_a_segment; ++i) {
      trail_.pass(std::chrono::milliseconds{static_cast<int>(below(5'000))});
      switch (below(10)) {
      case 0:
        trail_.record("MONITORING_INTERRUPTED", R"(,"slot":0,"cause":"lost connection","agentIds":["a-1","a-2"])");
        break;
      case 1:
        trail_.record("STATE_RECONCILED", R"(,"agentId":"a-1","previousState":null,"currentState":"break")");
        break;
      default:
        trail_.transition({.agent = fmt::format("agent-{}", below(100)),
                           .valid = below(20) != 0,
                           .reason = std::string(below(40), 'r'),
                           .latency = std::chrono::milliseconds{static_cast<int>(below(2'000))}});
      }
      if (i % checkpoint_every == checkpoint_every - 1) trail_.checkpoint();
    }
  }

  std::minstd_rand random_;
  sample_trail trail_;
};

manipulated at_frame(const sample_trail& trail, place at, std::string what) {
  const auto& segment = trail.segments[at.segment];
  manipulated done;
  done.what = std::move(what);
  done.segment = segment.name;
  done.offset = segment.offset_of(at.frame);
  done.sequence = segment.frames[at.frame].head.sequence;
  return done;
}

void put(manipulated& done, const sample_trail& changed) {
  for (auto& segment : changed.segments) done.files.emplace_back(segment.name, segment.bytes());
}

/// Another text of the same length, as somebody would write it who wants not to be seen.
void rewrite(sample_frame& frame) {
  auto& text = frame.payload;
  auto at = text.find("agent-");
  if (at == std::string::npos) at = text.find("a-1") - 4;
  text[at + 4] = text[at + 4] == 'X' ? 'Y' : 'X';
}

/// Another number in the frame and in its entry.
void renumber(sample_frame& frame, std::uint64_t sequence) {
  constexpr std::string_view member = "\"sequence\":";
  auto& text = frame.payload;
  auto begin = text.find(member) + member.size();
  auto end = text.find_first_not_of("0123456789", begin);
  text.replace(begin, end - begin, std::to_string(sequence));
  frame.head.sequence = sequence;
}

/// Chain values from that frame on to the end of the trail, headers included, as if it had always been so.
void rechain_to_the_end(sample_trail& trail, place from) {
  auto last = trail.rechain(from.segment, from.frame, trail.segments[from.segment].frames.size());
  for (auto i = from.segment + 1; i < trail.segments.size(); ++i) {
    auto header = parse_segment_header(trail.segments[i].header).header;
    header.previous = last;
    trail.segments[i].header = floorwalker::encode(header);
    last = trail.rechain(i, 0, trail.segments[i].frames.size());
  }
}

/// The checkpoint that ends the interval of that record; in the same segment, as the trails here are written.
std::size_t next_checkpoint(const sample_trail& trail, place at) {
  auto& frames = trail.segments[at.segment].frames;
  auto i = at.frame;
  while (frames[i].head.kind != frame_kind::checkpoint) ++i;
  return i;
}

manipulated flip_a_bit(attacker& by) {
  auto at = by.any(by.below(8) == 0 ? frame_kind::checkpoint : frame_kind::record);
  auto& segment = by.trail().segments[at.segment];
  auto bit = by.random_bit() % (encode(segment.frames[at.frame]).size() * 8);
  auto done = at_frame(by.trail(), at, fmt::format("bit {} of the frame", bit));
  // The record in front of the checkpoint is the one that verifies last.
  done.sequence += segment.frames[at.frame].head.kind == frame_kind::checkpoint;
  auto bytes = segment.bytes();
  auto& byte = bytes[done.offset + bit / 8];
  byte = static_cast<char>(byte ^ (1 << (bit % 8)));
  done.files.emplace_back(segment.name, bytes);
  return done;
}

manipulated delete_a_record(attacker& by) {
  auto at = by.any(frame_kind::record);
  auto done = at_frame(by.trail(), at, "");
  auto changed = by.copy();
  auto& frames = changed.segments[at.segment].frames;
  frames.erase(frames.begin() + static_cast<std::ptrdiff_t>(at.frame));
  put(done, changed);
  return done;
}

/// The place of the deleted record is filled with a made-up one before the checkpoint, so that every number fits.
manipulated delete_and_renumber(attacker& by) {
  while (true) {
    auto at = by.any(frame_kind::record);
    auto changed = by.copy();
    auto& frames = changed.segments[at.segment].frames;
    auto checkpoint = next_checkpoint(changed, at);
    if (at.frame + 1 == checkpoint) continue;
    auto done = at_frame(by.trail(), at, fmt::format("record {}", frames[at.frame].head.sequence));
    done.an_interval = true;
    auto made_up = frames[checkpoint - 1];
    rewrite(made_up);
    auto head = at.frame > 0 ? frames[at.frame - 1].head : frame_head{};
    if (at.frame == 0) {
      auto header = parse_segment_header(changed.segments[at.segment].header).header;
      head.sequence = header.first_sequence - 1;
      head.valid_total = header.valid_total;
      head.total = header.total;
    }
    frames.erase(frames.begin() + static_cast<std::ptrdiff_t>(at.frame));
    frames.insert(frames.begin() + static_cast<std::ptrdiff_t>(checkpoint - 1), made_up);
    for (auto i = at.frame; i < checkpoint; ++i) {
      auto counted = count_entry(frames[i].payload).value().counts;
      renumber(frames[i], ++head.sequence);
      frames[i].head.total = head.total += counted != counted_record::no_transition;
      frames[i].head.valid_total = head.valid_total += counted == counted_record::authorized;
    }
    rechain_to_the_end(changed, at);
    put(done, changed);
    return done;
  }
}

manipulated swap_two_records(attacker& by) {
  auto first = by.any(frame_kind::record);
  auto second = by.any(frame_kind::record);
  while (std::pair{first.segment, first.frame} == std::pair{second.segment, second.frame})
    second = by.any(frame_kind::record);
  if (std::pair{second.segment, second.frame} < std::pair{first.segment, first.frame}) std::swap(first, second);
  auto done =
      at_frame(by.trail(), first,
               fmt::format("with record {}", by.trail().segments[second.segment].frames[second.frame].head.sequence));
  auto changed = by.copy();
  std::swap(changed.segments[first.segment].frames[first.frame], changed.segments[second.segment].frames[second.frame]);
  put(done, changed);
  return done;
}

manipulated swap_neighbours(attacker& by) {
  while (true) {
    auto at = by.any(frame_kind::record);
    auto changed = by.copy();
    auto& frames = changed.segments[at.segment].frames;
    if (at.frame + 1 == frames.size() || frames[at.frame + 1].head.kind != frame_kind::record) continue;
    auto done = at_frame(by.trail(), at, "with the next");
    std::swap(frames[at.frame], frames[at.frame + 1]);
    put(done, changed);
    return done;
  }
}

manipulated insert_a_copy(attacker& by) {
  auto at = by.any(frame_kind::record);
  auto from = by.any(frame_kind::record);
  auto changed = by.copy();
  auto copied = changed.segments[from.segment].frames[from.frame];
  auto done = at_frame(by.trail(), at, fmt::format("a copy of record {}", copied.head.sequence));
  auto& frames = changed.segments[at.segment].frames;
  if (copied.head.sequence == done.sequence) { // the copy stands in front of its original, which is then the odd one
    done.offset += frame_overhead + copied.payload.size();
    done.sequence += 1;
  }
  frames.insert(frames.begin() + static_cast<std::ptrdiff_t>(at.frame), copied);
  put(done, changed);
  return done;
}

manipulated insert_a_forgery(attacker& by) {
  auto at = by.any(frame_kind::record);
  auto done = at_frame(by.trail(), at, "a new record, chained to the one before");
  auto changed = by.copy();
  auto& frames = changed.segments[at.segment].frames;
  auto forged = frames[at.frame];
  rewrite(forged);
  frames.insert(frames.begin() + static_cast<std::ptrdiff_t>(at.frame), forged);
  changed.rechain(at.segment, at.frame, at.frame + 1);
  put(done, changed);
  return done;
}

manipulated rewrite_a_record(attacker& by) {
  auto at = by.any(frame_kind::record);
  auto done = at_frame(by.trail(), at, "");
  auto changed = by.copy();
  rewrite(changed.segments[at.segment].frames[at.frame]);
  put(done, changed);
  return done;
}

manipulated rewrite_with_its_chain_value(attacker& by) {
  auto at = by.any(frame_kind::record);
  auto changed = by.copy();
  auto& frames = changed.segments[at.segment].frames;
  rewrite(frames[at.frame]);
  changed.rechain(at.segment, at.frame, at.frame + 1);
  auto next = at.frame + 1 < frames.size() ? place{at.segment, at.frame + 1} : place{at.segment + 1, 0};
  auto done = at_frame(
      changed, next, fmt::format("record {}; the one behind it does not follow then", frames[at.frame].head.sequence));
  if (frames.size() > at.frame + 1 && frames[at.frame + 1].head.kind == frame_kind::checkpoint) {
    done.an_interval = true;
    done.sequence = frames[at.frame].head.sequence;
  }
  if (at.frame + 1 == frames.size()) done.offset = 0;
  put(done, changed);
  return done;
}

manipulated rewrite_an_interval(attacker& by) {
  auto at = by.any(frame_kind::record);
  auto changed = by.copy();
  auto checkpoint = next_checkpoint(changed, at);
  auto done = at_frame(by.trail(), {at.segment, checkpoint},
                       fmt::format("record {}", by.trail().segments[at.segment].frames[at.frame].head.sequence));
  done.sequence = by.trail().segments[at.segment].frames[at.frame].head.sequence;
  done.an_interval = true;
  rewrite(changed.segments[at.segment].frames[at.frame]);
  changed.rechain(at.segment, at.frame, checkpoint);
  put(done, changed);
  return done;
}

manipulated rewrite_to_the_end(attacker& by) {
  auto at = by.any(frame_kind::record);
  auto changed = by.copy();
  auto done = at_frame(by.trail(), {at.segment, next_checkpoint(changed, at)}, "");
  done.sequence = by.trail().segments[at.segment].frames[at.frame].head.sequence;
  done.what = fmt::format("record {}", done.sequence);
  done.an_interval = true;
  rewrite(changed.segments[at.segment].frames[at.frame]);
  rechain_to_the_end(changed, at);
  put(done, changed);
  return done;
}

manipulated remove_a_segment(attacker& by) {
  auto gone = by.below(segments - 1);
  manipulated done;
  done.what = fmt::format("segment {} of {}", gone + 1, segments);
  done.segment = by.trail().segments[gone + 1].name;
  done.sequence = by.trail().segments[gone].frames.front().head.sequence;
  put(done, by.trail());
  done.removed.push_back(by.trail().segments[gone].name);
  return done;
}

manipulated swap_segments(attacker& by) {
  auto first = by.below(segments), second = by.below(segments - 1);
  if (second >= first) ++second;
  if (second < first) std::swap(first, second);
  auto changed = by.copy();
  manipulated done;
  done.what = fmt::format("segments {} and {}", first + 1, second + 1);
  done.segment = changed.segments[first].name;
  done.sequence = changed.segments[first].frames.front().head.sequence;
  std::swap(changed.segments[first].name, changed.segments[second].name);
  put(done, changed);
  return done;
}

manipulated rewrite_a_header(attacker& by) {
  auto at = by.below(segments);
  auto changed = by.copy();
  auto& segment = changed.segments[at];
  auto header = parse_segment_header(segment.header).header;
  static constexpr const char* fields[] = {"epoch",       "first sequence", "totals", "creation",
                                           "chain value", "node",           "tenant"};
  auto field = by.below(std::size(fields));
  manipulated done;
  done.what = fmt::format("segment {}: {}", at + 1, fields[field]);
  done.segment = segment.name;
  done.sequence = segment.frames.front().head.sequence;
  switch (field) {
  case 0:
    header.epoch += 1 + by.below(3);
    break;
  case 1:
    header.first_sequence -= 1;
    break;
  case 2:
    header.total += 1 + by.below(9);
    break;
  case 3:
    header.created += std::chrono::seconds{1};
    break;
  case 4:
    header.previous[by.below(32)] ^= 1;
    break;
  case 5:
    header.node = "node-2";
    break;
  default:
    header.tenant = "acne";
  }
  segment.header = floorwalker::encode(header);
  // A first frame is named where only it shows the difference.
  done.offset = 0;
  put(done, changed);
  return done;
}

manipulated forge_a_signature(attacker& by) {
  auto at = by.any(frame_kind::record);
  auto changed = by.copy();
  auto& frames = changed.segments[at.segment].frames;
  auto checkpoint = next_checkpoint(changed, at);
  auto done = at_frame(by.trail(), {at.segment, checkpoint}, "");
  rewrite(frames[at.frame]);
  changed.rechain(at.segment, at.frame, checkpoint);
  auto& payload = frames[checkpoint].payload;
  auto made = parse_checkpoint(payload.substr(0, payload.size() - 64)).made;
  made.hash = frames[checkpoint - 1].chain;
  auto forger = new_signing_key();
  auto own_name = by.below(2) == 0;
  if (own_name) made.key = forger->id();
  auto text = to_json(made);
  payload = checkpoint_payload(text, forger->sign(text));
  rechain_to_the_end(changed, {at.segment, checkpoint});
  done.what =
      fmt::format("record {} rewritten, the checkpoint signed with another key under {} name",
                  by.trail().segments[at.segment].frames[at.frame].head.sequence, own_name ? "its own" : "the old");
  put(done, changed);
  return done;
}

manipulated remove_a_checkpoint(attacker& by) {
  while (true) {
    auto at = by.any(frame_kind::record);
    auto changed = by.copy();
    auto checkpoint = next_checkpoint(changed, at);
    // The checkpoint before the last frame pair of the trail is the last that another one follows.
    if (at.segment + 1 == segments && checkpoint + 2 >= changed.segments[at.segment].frames.size()) continue;
    manipulated done;
    done.sequence = changed.segments[at.segment].frames[at.frame].head.sequence;
    done.what = fmt::format("record {} rewritten", done.sequence);
    done.an_interval = true;
    auto& frames = changed.segments[at.segment].frames;
    rewrite(frames[at.frame]);
    frames.erase(frames.begin() + static_cast<std::ptrdiff_t>(checkpoint));
    rechain_to_the_end(changed, at);
    put(done, changed);
    return done;
  }
}

/// Cuts behind that frame, or within the one behind it.
manipulated cut_behind(attacker& by, place last, std::size_t bytes_more) {
  auto changed = by.copy();
  manipulated done;
  auto& segment = changed.segments[last.segment];
  done.segment = segment.name;
  done.offset = segment.offset_of(last.frame + 1);
  done.sequence = segment.frames[last.frame].head.sequence + 1;
  auto bytes = segment.bytes().substr(0, done.offset + bytes_more);
  for (auto i = last.segment + 1; i < segments; ++i) done.removed.push_back(changed.segments[i].name);
  done.files.emplace_back(segment.name, bytes);
  return done;
}

manipulated cut_the_tail(attacker& by) {
  auto last = by.any(frame_kind::record);
  auto done = cut_behind(by, last, by.below(50));
  auto& end = by.trail();
  done.what = fmt::format("behind record {} of {}", done.sequence - 1, end.sequence);
  done.published.push_back({end.sequence, end.record_chain, {}, {}});
  return done;
}

std::vector<published_hash> published_of(const sample_trail& trail) {
  std::vector<published_hash> all;
  for (auto& text : trail.published) {
    auto found = find_published_checkpoint("2026-11-23 [info] acme: checkpoint " + text);
    all.push_back({found->made.sequence, found->made.hash, found->made.epoch, found->made.at});
  }
  return all;
}

manipulated roll_back(attacker& by) {
  auto last = by.any(frame_kind::checkpoint);
  auto done = cut_behind(by, last, 0);
  done.what = fmt::format("to the checkpoint behind record {} of {}", done.sequence - 1, by.trail().sequence);
  done.published = published_of(by.trail());
  return done;
}

/// As when an old copy of the folder is put in place, and the engine goes on with it.
manipulated roll_back_and_go_on(attacker& by) {
  auto last = by.any(frame_kind::checkpoint);
  auto changed = by.copy();
  auto done = cut_behind(by, last, 0);
  done.what = fmt::format("to the checkpoint behind record {} of {}, and other records written since",
                          done.sequence - 1, by.trail().sequence);
  done.published = published_of(by.trail());
  done.an_interval = true;
  changed.segments.resize(last.segment + 1);
  auto& segment = changed.segments.back();
  segment.frames.resize(last.frame + 1);
  auto& end = segment.frames.back();
  changed.sequence = end.head.sequence;
  changed.valid_total = end.head.valid_total;
  changed.total = end.head.total;
  changed.chain = end.chain;
  changed.epoch = 9;
  changed.begin_segment();
  for (int i = 0; i < 300; ++i) changed.transition();
  changed.checkpoint();
  done.files.clear();
  put(done, changed);
  return done;
}

struct attack {
  const char* name;
  std::function<manipulated(attacker&)> act;
};

const std::vector<attack> attacks = {
    {"bit flipped", flip_a_bit},
    {"record deleted", delete_a_record},
    {"record deleted, the others renumbered and chained anew", delete_and_renumber},
    {"two neighbours swapped", swap_neighbours},
    {"two records swapped", swap_two_records},
    {"record copied to another place", insert_a_copy},
    {"record made up and inserted", insert_a_forgery},
    {"record rewritten, with checksum", rewrite_a_record},
    {"record rewritten, with checksum and chain value", rewrite_with_its_chain_value},
    {"record rewritten, chain computed anew to the end of its interval", rewrite_an_interval},
    {"record rewritten, chain computed anew to the end of the trail", rewrite_to_the_end},
    {"segment missing", remove_a_segment},
    {"segments swapped", swap_segments},
    {"header rewritten, with checksum", rewrite_a_header},
    {"checkpoint signature forged", forge_a_signature},
    {"checkpoint removed, chain computed anew to the end", remove_a_checkpoint},
    {"tail cut (held against --expect)", cut_the_tail},
    {"rolled back to a checkpoint (held against --checkpoints)", roll_back},
    {"rolled back and written on (held against --checkpoints)", roll_back_and_go_on},
};

std::string said(const trail_check_result& result) {
  if (!result.problem.empty()) return result.problem;
  if (result.damages.empty()) return "verified";
  auto& first = result.damages.front();
  return fmt::format("{} at offset {}, record {}{}: {}", first.segment, first.offset, first.sequence,
                     first.last_sequence == first.sequence ? "" : fmt::format(" to {}", first.last_sequence),
                     first.what);
}

bool is_located(const manipulated& done, const trail_damage& found) {
  if (done.an_interval) return found.sequence <= done.sequence && done.sequence <= found.last_sequence;
  if (found.segment != done.segment) return false;
  // What is wrong with a header or with a whole segment is told at its beginning or at the first frame.
  if (done.offset == 0) return found.sequence == done.sequence;
  return found.offset == done.offset && found.sequence == done.sequence;
}

} // namespace

std::vector<attack_row> run_attacks(std::uint32_t seed, int places) {
  std::vector<attack_row> rows;
  file_system files;
  for (auto& [name, act] : attacks) {
    attack_row row;
    row.name = name;
    attacker by{seed++};
    scratch_folder folder;
    for (; row.places < places; ++row.places) {
      by.trail().write(folder.path());
      auto done = act(by);
      for (auto& [file, content] : done.files) write_content(folder / file, content);
      for (auto& file : done.removed) std::filesystem::remove(folder / file);
      trail_check_settings settings;
      settings.folder = folder.path();
      settings.keys.add(by.trail().key->public_pem());
      settings.published = done.published;
      trail_check_progress progress;
      auto result = check_trail(files, settings, progress);
      auto found = result.problem.empty() && !result.damages.empty();
      auto located = found && is_located(done, result.damages.front());
      row.found += found;
      row.located += located;
      if (!located)
        row.missed.push_back(fmt::format("{} ({} at offset {}, record {}): {}", done.what, done.segment, done.offset,
                                         done.sequence, said(result)));
      if (row.places == 0) row.example = said(result);
      for (auto& [file, content] : done.files) std::filesystem::remove(folder / file);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string to_markdown(const std::vector<attack_row>& rows) {
  std::string text = "| manipulation | places | found | located | for example |\n| --- | --- | --- | --- | --- |\n";
  for (auto& row : rows)
    text += fmt::format("| {} | {} | {} | {} | {} |\n", row.name, row.places, row.found, row.located, row.example);
  return text;
}

} // namespace floorwalker::testing
