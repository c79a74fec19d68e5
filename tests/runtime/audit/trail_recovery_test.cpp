#include "runtime/audit/trail_recovery.hpp"

#include "tests/runtime/audit/running_trail.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace floorwalker {
namespace {

using namespace testing;

recovery recover(const trail_site& site, std::vector<trail_cursor> cursors = {}) {
  return recover_trail(*site.files,
                       {site.folder(), "acme", "node-1", site.key->public_pem(), std::move(cursors), true});
}

/// A trail of one segment, its folder marked as the one that was written.
void write(const trail_site& site, const sample_trail& trail) {
  trail.write(site.folder());
  BOOST_REQUIRE_EQUAL(write_identity(*site.files, site.folder()), "");
}

/// A new file, since ext4 waits for the disk where an old one is emptied and filled again.
void put(const std::filesystem::path& path, std::string_view content) {
  std::filesystem::remove(path);
  write_content(path, content);
}

bool names(const std::string& damage, std::initializer_list<std::string> parts) {
  return std::ranges::all_of(parts, [&](auto& part) { return damage.find(part) != std::string::npos; });
}

BOOST_AUTO_TEST_SUITE(trail_recovery)

BOOST_AUTO_TEST_CASE(without_a_folder_the_trail_begins_with_epoch_one) {
  trail_site site;
  auto found = recover(site);
  BOOST_TEST(found.known.damage == "");
  BOOST_TEST(found.begins_epoch);
  BOOST_TEST((found.epochs == std::vector<epoch_start>{{1, 0}}));
  BOOST_TEST(found.end.position.sequence == 0U);
  BOOST_TEST(!found.known.cut);
}

BOOST_AUTO_TEST_CASE(states_counts_and_monitoring_are_those_that_the_records_tell) {
  trail_site site;
  sample_trail trail{"acme", site.key};
  trail.record("MONITORING_STARTED", R"(,"slot":0,"cause":"start","agentIds":["a-1","a-2","a-3"])");
  trail.transition({.agent = "a-1", .reason = "inbound"});
  trail.transition({.agent = "a-1", .previous = "busy", .current = "offline", .valid = false});
  trail.transition({.agent = "a-2", .flags = {"gap"}});
  trail.transition({.agent = "a-2", .current = "wrap-up", .flags = {"out-of-order"}});
  trail.record("STATE_RECONCILED", R"(,"agentId":"A-3","previousState":null,"currentState":"break")");
  trail.record("MONITORING_INTERRUPTED", R"(,"slot":0,"cause":"lost connection","agentIds":["a-2"])");
  write(site, trail);
  auto found = recover(site);
  BOOST_TEST(found.known.damage == "");
  auto& agents = found.known.agents;
  BOOST_TEST(agents.size() == 3U);
  BOOST_TEST(*agents.at("a-1").state == "busy");
  BOOST_TEST(*agents.at("a-1").observed_state == "offline");
  BOOST_TEST(!agents.at("a-1").verified);
  BOOST_TEST(!agents.at("a-1").reason);
  BOOST_TEST((agents.at("a-1").since == trail_opening - std::chrono::milliseconds{333}));
  BOOST_TEST(*agents.at("a-2").state == "busy");
  BOOST_TEST(agents.at("a-2").verified);
  BOOST_TEST(agents.at("a-3").agent_id() == "A-3");
  BOOST_TEST(*agents.at("a-3").state == "break");
  BOOST_TEST(!agents.at("a-3").since);
  BOOST_TEST(agents.at("a-3").stale);
  auto& counts = found.known.counts;
  BOOST_TEST(counts.total_processed == 4U);
  BOOST_TEST(counts.valid == 3U);
  BOOST_TEST(counts.unverified_transitions == 1U);
  BOOST_TEST(counts.gaps == 1U);
  BOOST_TEST(counts.out_of_order == 1U);
  BOOST_TEST(counts.interruptions == 2U);
  BOOST_TEST(counts.through_sequence == 7U);
  BOOST_REQUIRE(found.known.cut);
  BOOST_TEST(found.known.cut->agent_ids == (std::vector<std::string>{"a-1", "a-3"}), boost::test_tools::per_element());
  BOOST_TEST((found.known.cut->last_record == trail_opening));
}

BOOST_AUTO_TEST_CASE(a_file_cut_at_any_byte_of_the_last_batch_gives_every_whole_record) {
  trail_site site;
  std::vector<std::string> lines;
  {
    journal_batches made;
    running_trail trail{site.options()};
    trail.append(made, made.transitions(4));
    trail.await(made);
    trail.append(made, made.transitions(3));
    trail.await(made);
    trail.kill(*site.files); // no checkpoint behind the batch
    lines = made.lines;
  }
  site.files->life = failing_files::no_limit;
  auto path = site.folder() / site.segments().front();
  auto whole = content_of(path);
  auto found = recover(site);
  BOOST_REQUIRE_EQUAL(found.end.position.sequence, 7U);
  BOOST_REQUIRE_EQUAL(found.end.offset, whole.size());
  // Where each record ends.
  std::vector<std::size_t> ends;
  std::size_t at = parse_segment_header(whole).size;
  for (frame each; parse_frame(std::string_view{whole}.substr(at), each) == frame_fault::none;)
    ends.push_back(at += each.size);
  BOOST_REQUIRE_EQUAL(ends.size(), 7U);
  for (auto size = ends[3]; size <= whole.size(); ++size) {
    put(path, std::string_view{whole}.substr(0, size));
    auto records = static_cast<std::uint64_t>(std::ranges::upper_bound(ends, size) - ends.begin());
    auto cut = recover(site);
    BOOST_TEST_CONTEXT(size << " bytes") {
      BOOST_TEST(cut.known.damage == "");
      BOOST_TEST(cut.end.position.sequence == records);
      BOOST_TEST(cut.end.offset == ends[records - 1]);
    }
    if (size != ends[records - 1] + 1 && size != ends[records - 1]) continue;
    // And it goes on from there.
    journal_batches more{cut.end.position};
    running_trail trail{site.options()};
    trail.append(more, more.transitions(2));
    trail.await(more);
    auto expected = std::vector<std::string>(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(records));
    expected.insert(expected.end(), more.lines.begin(), more.lines.end());
    BOOST_TEST(trail.lines() == expected, boost::test_tools::per_element());
    trail.stop();
    auto again = recover(site);
    BOOST_TEST(again.known.damage == "");
    BOOST_TEST(again.end.position.sequence == records + 2);
    BOOST_TEST(again.segments.size() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(any_bit_flipped_in_an_earlier_record_is_damage_with_its_place) {
  trail_site site;
  sample_trail trail{"acme", site.key};
  trail.record("CONFIGURATION_CHANGED", "");
  trail.record("CONFIGURATION_CHANGED", "");
  trail.record("CONFIGURATION_CHANGED", "");
  write(site, trail);
  auto& segment = trail.segments.front();
  auto path = site.folder() / segment.name;
  auto whole = segment.bytes();
  auto begin = segment.offset_of(1);
  auto end = segment.offset_of(2);
  for (auto bit = begin * 8; bit < end * 8; ++bit) {
    auto changed = whole;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    put(path, changed);
    auto damage = recover(site).known.damage;
    BOOST_TEST(names(damage, {segment.name, "offset " + std::to_string(begin) + ",", "sequence 2:"}),
               "bit " << bit << ": " << damage);
  }
}

BOOST_AUTO_TEST_CASE(bytes_behind_the_last_batch_that_are_no_batch_are_cut_off) {
  trail_site site;
  sample_trail trail{"acme", site.key};
  trail.transition();
  trail.transition();
  write(site, trail);
  auto path = site.folder() / trail.segments.front().name;
  auto whole = trail.segments.front().bytes();
  for (auto& rest : {std::string(1, '\0'), std::string(79, '\0'), std::string(100'000, '\0'), std::string(500, 'x')}) {
    put(path, whole + rest);
    auto found = recover(site);
    BOOST_TEST(found.known.damage == "");
    BOOST_TEST(found.end.position.sequence == 2U);
    BOOST_TEST(found.end.offset == whole.size());
  }
  running_trail{site.options()}.stop();
  BOOST_TEST(content_of(path).size() <= whole.size() + 1000); // and no more than a checkpoint was added
}

// Each changes a sound trail of three segments with two records each.
struct damage_case {
  std::string name;
  std::function<void(sample_trail& trail, const std::filesystem::path& folder)> change;
  std::vector<std::string> words;
};

BOOST_AUTO_TEST_CASE(what_no_crash_explains_is_damage) {
  auto file = [](const sample_trail& trail, std::size_t i) { return trail.segments[i].name; };
  const std::vector<damage_case> cases = {
      {"a segment in the middle is missing",
       [&](auto& trail, auto& folder) { std::filesystem::remove(folder / file(trail, 1)); },
       {"sequence 2", "is missing"}},
      {"the first segment is missing",
       [&](auto& trail, auto& folder) { std::filesystem::remove(folder / file(trail, 0)); },
       {"older segments are missing"}},
      {"two segments have each other's name",
       [&](auto& trail, auto& folder) {
         std::filesystem::rename(folder / file(trail, 1), folder / "x");
         std::filesystem::rename(folder / file(trail, 2), folder / file(trail, 1));
         std::filesystem::rename(folder / "x", folder / file(trail, 2));
       },
       {"another's name"}},
      {"a segment that is not the last ends early",
       [&](auto& trail, auto& folder) { put(folder / file(trail, 1), trail.segments[1].bytes().substr(0, 700)); },
       {file(sample_trail{}, 0).substr(20), "sequence 4", "within a frame"}},
      {"a segment that is not the last has lost its last record",
       [&](auto& trail, auto& folder) {
         put(folder / file(trail, 1), trail.segments[1].bytes().substr(0, trail.segments[1].offset_of(1)));
       },
       {"does not go on from"}},
      {"a header is changed",
       [&](auto& trail, auto& folder) {
         auto bytes = trail.segments[1].bytes();
         bytes[100] = 'x';
         put(folder / file(trail, 1), bytes);
       },
       {"checksum of its header"}},
      {"a newer version wrote it",
       [&](auto& trail, auto& folder) {
         auto header = parse_segment_header(trail.segments[2].header).header;
         header.version = trail_format_version + 1;
         put(folder / file(trail, 2), encode(header));
       },
       {"format version 2"}},
      {"it belongs to somebody else",
       [&](auto& trail, auto& folder) {
         auto header = parse_segment_header(trail.segments[2].header).header;
         header.tenant = "beta";
         put(folder / file(trail, 2), encode(header));
       },
       {"belongs to tenant beta"}},
      {"a record is changed and its checksum made right",
       [&](auto& trail, auto& folder) {
         trail.segments[1].frames[0].payload[2] = 'T';
         trail.write(folder);
       },
       {"sequence 3", "the chain is broken"}},
      {"a record is changed and the chain behind it made right",
       [&](auto& trail, auto& folder) {
         trail.segments[1].frames[0].payload[2] = 'T';
         trail.rechain(1, 0, 2);
         trail.write(folder);
       },
       {"sequence 3", "no audit entry"}},
      {"a sequence is left out, with everything behind it made right",
       [&](auto& trail, auto& folder) {
         trail.segments[2].frames.erase(trail.segments[2].frames.begin());
         trail.rechain(2, 0, 1);
         trail.write(folder);
       },
       {"has sequence 6"}},
      {"a total is changed, with everything behind it made right",
       [&](auto& trail, auto& folder) {
         trail.segments[2].frames[1].head.valid_total = 7;
         trail.rechain(2, 0, 2);
         trail.write(folder);
       },
       {"sequence 6", "contradicts the record"}},
      {"the last segment has lost its start",
       [&](auto& trail, auto& folder) { put(folder / file(trail, 2), "FWTRAIL"); },
       {"shorter than a header"}},
      {"every segment is gone, and the snapshot knows of them",
       [&](auto& trail, auto& folder) {
         kept_snapshot snapshot;
         snapshot.committed = 6;
         put(folder / snapshot_file, to_text(snapshot));
         for (std::size_t i = 0; i < 3; ++i) std::filesystem::remove(folder / file(trail, i));
       },
       {"there is no segment"}},
      {"the last record is gone, and the snapshot knows of it",
       [&](auto& trail, auto& folder) {
         kept_snapshot snapshot;
         snapshot.committed = 6;
         put(folder / snapshot_file, to_text(snapshot));
         put(folder / file(trail, 2), trail.segments[2].bytes().substr(0, trail.segments[2].offset_of(1)));
       },
       {"sequence 5", "6 records that were on disk"}},
      {"an anchor is changed",
       [&](auto& trail, auto& folder) {
         auto second = parse_segment_header(trail.segments[1].header).header;
         trail_anchor anchor{{"acme", "node-1", 1, 2, second.previous, trail_opening, trail.key->id()}, 2, 2};
         auto text = to_json(anchor);
         auto signature = trail.key->sign(text);
         put(folder / anchor_file, with_signature(text.replace(text.find("node-1"), 6, "node-2"), signature));
       },
       {"its signature is wrong"}},
      {"the segment behind the anchor is gone",
       [&](auto& trail, auto& folder) {
         auto second = parse_segment_header(trail.segments[1].header).header;
         trail_anchor anchor{{"acme", "node-1", 1, 2, second.previous, trail_opening, trail.key->id()}, 2, 2};
         auto text = to_json(anchor);
         put(folder / anchor_file, with_signature(text, trail.key->sign(text)) + '\n');
         for (std::size_t i = 0; i < 2; ++i) std::filesystem::remove(folder / file(trail, i));
       },
       {"no segment goes on from there"}},
  };
  for (auto& each : cases) {
    BOOST_TEST_CONTEXT(each.name) {
      trail_site site;
      sample_trail trail{"acme", site.key};
      for (auto i = 0; i < 6; ++i) {
        if (i == 2 || i == 4) trail.begin_segment();
        trail.transition();
      }
      write(site, trail);
      BOOST_TEST(recover(site).known.damage == "");
      each.change(trail, site.folder());
      auto before = site.segments();
      auto opened = open_trail(site.options());
      auto& damage = opened.recovered->damage;
      BOOST_TEST(!opened.storage);
      BOOST_TEST(damage != "");
      for (auto& word : each.words) BOOST_TEST(names(damage, {word}), '"' << damage << "\" does not say " << word);
      BOOST_TEST(opened.recovered->agents.empty());
      BOOST_TEST(site.segments() == before, boost::test_tools::per_element()); // nothing is written
    }
  }
}

BOOST_AUTO_TEST_CASE(a_torn_end_that_a_sink_has_delivered_from_is_damage) {
  trail_site site;
  sample_trail trail{"acme", site.key};
  trail.transition();
  trail.transition();
  write(site, trail);
  auto& segment = trail.segments.front();
  put(site.folder() / segment.name, segment.bytes().substr(0, segment.offset_of(1) + 50));
  BOOST_TEST(recover(site, {{1, 1}}).known.damage == "");
  BOOST_TEST(names(recover(site, {{1, 1}, {1, 2}}).known.damage, {segment.name, "sequence 2", "delivered"}));
  // Without a promise to have been on disk, it was a power failure.
  auto request = recovery_request{site.folder(), "acme", "node-1", "", {{1, 2}}, false};
  auto found = recover_trail(*site.files, request);
  BOOST_TEST(found.known.damage == "");
  BOOST_TEST((found.epochs == std::vector<epoch_start>{{1, 0}, {2, 1}}));
}

BOOST_AUTO_TEST_CASE(a_trail_that_cannot_be_read_is_not_gone_on_with) {
  trail_site site;
  sample_trail trail{"acme", site.key};
  trail.transition();
  write(site, trail);
  site.files->read_error = EIO;
  auto damage = recover(site).known.damage;
  BOOST_TEST(names(damage, {trail.segments.front().name, "Input/output error"}), damage);
}

struct epoch_case {
  std::string name;
  std::function<void(const trail_site& site)> change;
  std::vector<trail_cursor> cursors;
  std::string node;
  std::vector<epoch_start> epochs;
};

BOOST_AUTO_TEST_CASE(a_new_epoch_begins_when_sequences_may_have_meant_other_records) {
  auto nothing = [](auto&) {};
  auto copy = [](const trail_site& site) {
    std::filesystem::copy(site.folder(), site.scratch / "copy");
    std::filesystem::remove_all(site.folder());
    std::filesystem::copy(site.scratch / "copy", site.folder());
  };
  const std::vector<epoch_case> cases = {
      {"the folder is the one that was written", nothing, {}, "node-1", {{1, 0}}},
      {"a sink is as far as the trail", nothing, {{1, 3}}, "node-1", {{1, 0}}},
      {"the folder is a copy", copy, {}, "node-1", {{1, 0}, {2, 3}}},
      {"nothing says that it is no copy",
       [](auto& site) { std::filesystem::remove(site.folder() / identity_file); },
       {},
       "node-1",
       {{1, 0}, {2, 3}}},
      {"a sink is ahead of the trail", nothing, {{1, 2}, {1, 4}}, "node-1", {{1, 0}, {2, 3}}},
      {"a sink knows of a later epoch", nothing, {{7, 2}}, "node-1", {{1, 0}, {8, 3}}},
      {"the folder was emptied, and sinks know of records",
       [](auto& site) { std::filesystem::remove_all(site.folder()); },
       {{3, 40}},
       "node-1",
       {{4, 0}}},
      {"the node has another name", nothing, {}, "node-2", {{1, 0}, {2, 3}}},
  };
  for (auto& each : cases) {
    BOOST_TEST_CONTEXT(each.name) {
      trail_site site;
      sample_trail trail{"acme", site.key};
      for (auto i = 0; i < 3; ++i) trail.transition();
      write(site, trail);
      each.change(site);
      auto options = site.options();
      options.cursors = each.cursors;
      options.node = each.node;
      journal_batches made;
      {
        running_trail running{options};
        BOOST_TEST(running.recovered().damage == "");
        BOOST_TEST((running.beginning.epochs == each.epochs));
        BOOST_TEST(running.beginning.node == each.node);
        made = journal_batches{running.beginning.end};
        running.append(made, made.transitions(1));
        running.await(made);
        auto stretch = running.read(made.end.sequence, 1);
        BOOST_REQUIRE(stretch.batch);
        BOOST_TEST(stretch.batch->epoch == each.epochs.back().epoch);
        BOOST_TEST(*stretch.batch->node == each.node);
      }
      // It is a sound trail, and no further epoch begins.
      options.cursors = {{each.epochs.back().epoch, made.end.sequence}};
      running_trail again{options};
      BOOST_TEST(again.recovered().damage == "");
      BOOST_TEST((again.beginning.epochs == each.epochs));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_copy_made_while_the_trail_was_written_begins_an_epoch_whatever_its_snapshot_says) {
  trail_site site;
  sample_trail trail{"acme", site.key};
  trail.transition();
  trail.transition();
  write(site, trail);
  kept_snapshot later;
  later.place = {trail.segments.front().name, trail.segments.front().offset_of(2), trail.chain, {2, 2, 2}, {}, true};
  later.committed = 5;
  later.counts.through_sequence = 4;
  put(site.folder() / snapshot_file, to_text(later));
  BOOST_TEST(names(recover(site).known.damage, {"5 records that were on disk"}));
  std::filesystem::remove(site.folder() / identity_file);
  auto found = recover(site);
  BOOST_TEST(found.known.damage == "");
  BOOST_TEST(found.begins_epoch);
  BOOST_TEST(found.known.counts.through_sequence == 2U);
}

BOOST_AUTO_TEST_CASE(a_snapshot_that_does_not_fit_is_left_alone) {
  trail_site site;
  sample_trail trail{"acme", site.key};
  trail.transition();
  trail.transition();
  write(site, trail);
  auto expected = recover(site);
  auto& segment = trail.segments.front();
  const trail_place place{segment.name, segment.offset_of(1), segment.frames[0].chain, {1, 1, 1}, trail_opening, true};
  auto with = [&](trail_place changed) {
    kept_snapshot snapshot;
    snapshot.place = std::move(changed);
    snapshot.counts.through_sequence = 1;
    snapshot.counts.duplicates = 9;
    return to_text(snapshot);
  };
  auto use = [&](const std::string& text) {
    put(site.folder() / snapshot_file, text);
    auto found = recover(site);
    BOOST_TEST(found.known.damage == "");
    BOOST_TEST(found.end.position.sequence == 2U);
    BOOST_TEST((found.end == expected.end));
    return found.known.counts.duplicates;
  };
  BOOST_TEST(use(with(place)) == 9U); // as it is, it is used
  auto changed = place;
  changed.segment = segment_name(9, 1);
  BOOST_TEST(use(with(changed)) == 0U);
  changed = place;
  changed.chain[0] ^= 1;
  BOOST_TEST(use(with(changed)) == 0U);
  changed = place;
  changed.offset += 1;
  BOOST_TEST(use(with(changed)) == 0U);
  changed = place;
  changed.offset = 1 << 20;
  BOOST_TEST(use(with(changed)) == 0U);
  changed = place;
  changed.offset = segment.header.size();
  BOOST_TEST(use(with(changed)) == 0U);
  BOOST_TEST(use(with(place).substr(0, 100)) == 0U);
  BOOST_TEST(use("") == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace floorwalker
