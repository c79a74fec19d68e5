#include "runtime/auditing/trail_check.hpp"

#include "runtime/audit/trail_folder.hpp"
#include "tests/runtime/audit/sample_trail.hpp"
#include "tests/runtime/audit/scratch_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

namespace floorwalker {
namespace {

using testing::content_of;
using testing::sample_trail;
using testing::write_content;

struct checked_floor {
  checked_floor() {
    for (int segment = 0; segment < 3; ++segment) {
      if (segment > 0) trail.begin_segment(segment == 2);
      for (int i = 0; i < 10; ++i) trail.transition({.valid = i % 5 != 0});
      trail.checkpoint();
      trail.record("MONITORING_STARTED", R"(,"slot":0,"cause":"start","agentIds":["a-1"])");
    }
    trail.checkpoint();
    settings.folder = folder / "acme";
    settings.keys.add(trail.key->public_pem());
  }

  trail_check_result check() {
    trail_check_progress progress;
    return check_trail(files, settings, progress);
  }
  trail_check_result write_and_check() {
    trail.write(settings.folder);
    return check();
  }
  std::filesystem::path file(std::size_t segment) const { return settings.folder / trail.segments[segment].name; }

  /// Removes the first segments as retention does, with its anchor.
  void remove_segments(std::size_t count, const signing_key& key, bool keep_files = false) {
    auto header = parse_segment_header(trail.segments[count].header).header;
    trail_anchor anchor{{"acme", "node-1", 1, header.first_sequence - 1, header.previous, trail.now, key.id()},
                        header.valid_total,
                        header.total};
    auto text = to_json(anchor);
    write_content(settings.folder / anchor_file, with_signature(text, key.sign(text)) + '\n');
    if (keep_files) return;
    for (std::size_t i = 0; i < count; ++i) std::filesystem::remove(file(i));
  }

  testing::scratch_folder folder;
  sample_trail trail;
  trail_check_settings settings;
  file_system files;
  chain_hasher hasher;
};

/// The only damage.
const trail_damage& damage_of(const trail_check_result& result) {
  BOOST_REQUIRE_EQUAL(result.problem, "");
  for (auto& damage : result.damages) BOOST_TEST_MESSAGE(damage.segment << ' ' << damage.offset << ' ' << damage.what);
  BOOST_REQUIRE_EQUAL(result.damages.size(), 1u);
  return result.damages.front();
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(a_trail_check, checked_floor)

BOOST_AUTO_TEST_CASE(tells_what_a_sound_trail_holds) {
  auto result = write_and_check();
  BOOST_TEST(result.problem == "");
  BOOST_TEST(result.damages.empty());
  BOOST_TEST(result.tenant == "acme");
  BOOST_TEST(result.segments == 3u);
  BOOST_TEST(result.records == 33u);
  BOOST_TEST(result.first_sequence == 1u);
  BOOST_TEST(result.last_sequence == 33u);
  BOOST_TEST((result.last_hash == trail.record_chain));
  BOOST_TEST(result.epoch == 2u);
  BOOST_TEST(result.total == 30u);
  BOOST_TEST(result.valid_total == 24u);
  BOOST_TEST(result.checkpoints == 4u);
  BOOST_TEST(result.signed_checkpoints == 4u);
  BOOST_TEST(result.proven.value().made.sequence == 33u);
  BOOST_TEST(result.keys_are_given);
}

BOOST_AUTO_TEST_CASE(gives_the_same_with_any_number_of_threads) {
  trail.write(settings.folder);
  for (unsigned threads : {0u, 1u, 2u, 16u}) {
    settings.threads = threads;
    auto result = check();
    BOOST_TEST(result.damages.empty());
    BOOST_TEST(result.records == 33u);
  }
}

BOOST_AUTO_TEST_CASE(takes_the_key_in_the_folder_where_none_is_given_and_does_without) {
  settings.keys = {};
  auto result = write_and_check();
  BOOST_TEST(!result.keys_are_given);
  BOOST_TEST(result.keys.ids() == trail.key->id());
  BOOST_TEST(result.proven.has_value());
  std::filesystem::remove(settings.folder / public_key_file);
  result = check();
  BOOST_TEST(result.damages.empty());
  BOOST_TEST(result.keys.empty());
  BOOST_TEST(!result.proven.has_value());
  write_content(settings.folder / public_key_file, "something else");
  BOOST_TEST(check().problem.find("checkpoint.pub: it holds no public key") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_key_that_did_not_sign_is_told_for_every_checkpoint) {
  settings.keys = {};
  settings.keys.add(testing::new_signing_key()->public_pem());
  auto result = write_and_check();
  BOOST_REQUIRE(result.damages.size() == 4u);
  BOOST_TEST((result.damages.front().kind == damage_kind::unknown_key));
  BOOST_TEST(result.damages.front().what.find("is signed by key " + trail.key->id()) != std::string::npos);
  BOOST_TEST(result.damages.front().sequence == 10u);
}

BOOST_AUTO_TEST_CASE(several_keys_may_have_signed_one_after_the_other) {
  auto old = trail.key;
  trail.key = testing::new_signing_key();
  trail.transition();
  trail.checkpoint();
  settings.keys.add(trail.key->public_pem());
  BOOST_TEST(write_and_check().damages.empty());
  // And as the engine leaves them in the folder.
  settings.keys = {};
  write_content(settings.folder / public_key_file, old->public_pem() + trail.key->public_pem());
  auto result = check();
  BOOST_TEST(result.damages.empty());
  BOOST_TEST(result.signed_checkpoints == 5u);
}

BOOST_AUTO_TEST_CASE(a_torn_tail_is_no_damage) {
  auto& last = trail.segments.back();
  for (std::size_t i = 0; i < 5; ++i) {
    trail.transition();
    last.frames.back().head.flags = i == 0 ? flag_batch_begins : 0; // one batch
  }
  trail.rechain(2, last.frames.size() - 5, last.frames.size());
  auto begin = last.offset_of(last.frames.size() - 3);
  auto whole = last.bytes();
  trail.write(settings.folder);
  for (auto size : {begin + 1, begin + 47, begin + 100, begin + 400}) {
    write_content(file(2), whole.substr(0, size));
    auto result = check();
    BOOST_TEST(result.damages.empty());
    BOOST_REQUIRE(result.torn.has_value());
    BOOST_TEST(result.torn->segment == last.name);
    BOOST_TEST(result.torn->offset == (size > begin + 200 ? last.offset_of(last.frames.size() - 2) : begin));
    BOOST_TEST(result.torn->offset + result.torn->bytes == size);
    BOOST_TEST(result.proven.value().made.sequence == 33u);
  }
  // Within the last batch frames may be missing in any way, as a disk leaves them.
  auto torn = whole;
  std::fill_n(torn.begin() + static_cast<std::ptrdiff_t>(begin), 50, '\0');
  write_content(file(2), torn);
  BOOST_TEST(check().torn.value().offset == begin);
}

BOOST_AUTO_TEST_CASE(damage_in_front_of_a_later_batch_is_no_torn_tail) {
  auto whole = trail.segments[2].bytes();
  auto at = trail.segments[2].offset_of(3);
  whole[at + 60] = static_cast<char>(whole[at + 60] ^ 1);
  trail.write(settings.folder);
  write_content(file(2), whole);
  auto result = check();
  auto& damage = damage_of(result);
  BOOST_TEST((damage.kind == damage_kind::checksum));
  BOOST_TEST(damage.segment == trail.segments[2].name);
  BOOST_TEST(damage.offset == at);
  BOOST_TEST(damage.sequence == 26u);
}

BOOST_AUTO_TEST_CASE(what_ends_within_a_frame_is_torn_only_in_the_last_segment) {
  trail.write(settings.folder);
  auto whole = trail.segments[1].bytes();
  write_content(file(1), whole.substr(0, trail.segments[1].offset_of(7) + 20));
  auto result = check();
  BOOST_REQUIRE(!result.damages.empty());
  BOOST_TEST(result.damages.front().segment == trail.segments[1].name);
  BOOST_TEST(result.damages.front().sequence == 19u);
  BOOST_TEST(!result.torn.has_value());
}

BOOST_AUTO_TEST_CASE(an_anchor_stands_for_what_was_removed) {
  trail.write(settings.folder);
  remove_segments(2, *trail.key);
  auto result = check();
  BOOST_TEST(result.problem == "");
  BOOST_TEST(result.damages.empty());
  BOOST_TEST(result.first_sequence == 23u);
  BOOST_TEST(result.records == 11u);
  BOOST_TEST(result.total == 30u);
  BOOST_TEST(result.anchor.value().removed_through.sequence == 22u);
}

BOOST_AUTO_TEST_CASE(segments_that_a_crash_left_in_front_of_the_anchor_are_left_out) {
  trail.write(settings.folder);
  remove_segments(2, *trail.key, true);
  write_content(file(0), "half removed");
  auto result = check();
  BOOST_TEST(result.damages.empty());
  BOOST_TEST(result.left_over == 2u);
  BOOST_TEST(result.segments == 1u);
}

BOOST_AUTO_TEST_CASE(removed_segments_without_an_anchor_are_missing) {
  trail.write(settings.folder);
  std::filesystem::remove(file(0));
  auto result = check();
  auto& damage = damage_of(result);
  BOOST_TEST((damage.kind == damage_kind::missing));
  BOOST_TEST(damage.segment == trail.segments[1].name);
  BOOST_TEST(damage.sequence == 1u);
  BOOST_TEST(damage.last_sequence == 11u);
}

BOOST_AUTO_TEST_CASE(an_anchor_that_is_forged_or_does_not_fit_is_damage) {
  trail.write(settings.folder);
  auto forger = testing::new_signing_key();
  remove_segments(1, *forger);
  BOOST_TEST((check().damages.front().kind == damage_kind::anchor));
  remove_segments(1, *trail.key);
  auto text = content_of(settings.folder / anchor_file);
  BOOST_TEST(check().damages.empty());
  auto changed = text;
  changed.replace(changed.find("\"total\":10"), 10, "\"total\":11");
  write_content(settings.folder / anchor_file, changed);
  BOOST_TEST((check().damages.front().kind == damage_kind::anchor));
  write_content(settings.folder / anchor_file, "{}");
  BOOST_TEST((check().damages.front().kind == damage_kind::anchor));
  // One of another place in the same trail: nothing begins behind it.
  write_content(settings.folder / anchor_file, text);
  std::filesystem::remove(file(1));
  auto result = check();
  BOOST_TEST((result.damages.front().kind == damage_kind::missing));
  BOOST_TEST(result.damages.front().sequence == 12u);
}

BOOST_AUTO_TEST_CASE(a_segment_without_records_is_followed_by_one_of_a_later_epoch) {
  trail.begin_segment(true);
  trail.begin_segment(true);
  trail.transition();
  trail.checkpoint();
  auto result = write_and_check();
  BOOST_TEST(result.damages.empty());
  BOOST_TEST(result.epoch == 4u);
  BOOST_TEST(result.last_sequence == 34u);
}

BOOST_AUTO_TEST_CASE(a_checkpoint_behind_a_header_is_held_against_the_segment_before) {
  trail.begin_segment();
  trail.checkpoint();
  trail.transition();
  auto result = write_and_check();
  BOOST_TEST(result.damages.empty());
  BOOST_TEST(result.proven.value().made.sequence == 33u);
  trail.segments[3].frames.clear();
  trail.chain = hasher.start(trail.segments[3].header);
  trail.sequence = 33;
  trail.total = 30;
  trail.valid_total = 24;
  trail.record_chain[0] ^= 1;
  trail.checkpoint();
  result = write_and_check();
  auto& damage = damage_of(result);
  BOOST_TEST((damage.kind == damage_kind::computed_anew));
  BOOST_TEST(damage.segment == trail.segments[3].name);
  BOOST_TEST(damage.last_sequence == 33u);
}

BOOST_AUTO_TEST_CASE(a_trail_without_records_verifies) {
  sample_trail empty;
  empty.write(folder / "empty");
  settings.folder = folder / "empty";
  settings.keys = {};
  auto result = check();
  BOOST_TEST(result.problem == "");
  BOOST_TEST(result.damages.empty());
  BOOST_TEST(result.records == 0u);
  BOOST_TEST(result.first_sequence == 0u);
  BOOST_TEST(result.last_sequence == 0u);
}

BOOST_AUTO_TEST_CASE(what_is_no_trail_is_a_problem_and_no_damage) {
  BOOST_TEST(check().problem.find("No such file or directory") != std::string::npos);
  std::filesystem::create_directories(settings.folder);
  BOOST_TEST(check().problem.find("holds no segment of a trail") != std::string::npos);
  settings.folder = folder / "file";
  write_content(settings.folder, "");
  BOOST_TEST(check().problem.find("is no folder") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_newer_format_is_refused_and_not_called_damaged) {
  trail.write(settings.folder);
  auto header = parse_segment_header(trail.segments[1].header).header;
  header.version = trail_format_version + 1;
  write_content(file(1), encode(header));
  BOOST_TEST(check().problem.find("format version 2") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_file_with_nothing_but_a_segments_name_adds_no_records) {
  trail.write(settings.folder);
  for (auto content : {"garbage", ""}) {
    write_content(settings.folder / segment_name(99'999, 1), content);
    auto result = check();
    BOOST_TEST((damage_of(result).kind == damage_kind::header));
    BOOST_TEST(result.records == 33u);
    BOOST_TEST(result.last_sequence == 33u);
    BOOST_TEST(result.epoch == 2u);
    BOOST_TEST(result.total == 30u);
    BOOST_TEST(result.valid_total == 24u);
    BOOST_TEST(result.proven.value().made.sequence == 33u);
  }
}

BOOST_AUTO_TEST_CASE(records_that_count_wrongly_are_damage_though_the_chain_fits) {
  auto& frames = trail.segments[0].frames;
  frames[3].head.valid_total += 1;
  trail.rechain(0, 3, frames.size());
  trail.segments.resize(1);
  settings.keys = {};
  auto result = write_and_check();
  BOOST_REQUIRE(!result.damages.empty());
  BOOST_TEST((result.damages.front().kind == damage_kind::totals));
  BOOST_TEST(result.damages.front().sequence == 4u);
}

BOOST_AUTO_TEST_CASE(an_entry_under_another_number_is_damage_though_the_chain_fits) {
  auto& frames = trail.segments[0].frames;
  frames[3].payload.replace(frames[3].payload.find("\"sequence\":4"), 12, "\"sequence\":5");
  trail.rechain(0, 3, frames.size());
  trail.segments.resize(1);
  auto result = write_and_check();
  BOOST_TEST((result.damages.front().kind == damage_kind::numbering));
  BOOST_TEST(result.damages.front().sequence == 4u);
}

BOOST_AUTO_TEST_CASE(later_damage_is_told_too_and_bounded) {
  auto& segment = trail.segments[0];
  trail.write(settings.folder);
  auto bytes = segment.bytes();
  for (std::size_t i : {2u, 5u, 8u}) bytes[segment.offset_of(i) + 60] ^= 1;
  write_content(file(0), bytes);
  auto result = check();
  BOOST_REQUIRE(result.damages.size() == 3u);
  BOOST_TEST(result.damages[2].sequence == 9u);
  BOOST_TEST(result.proven.value().made.sequence == 33u);

  sample_trail long_one;
  for (int i = 0; i < 1'000; ++i) long_one.transition();
  for (std::size_t i = 0; i < 1'000; i += 2) long_one.segments[0].frames[i].chain[0] ^= 1;
  long_one.write(folder / "long");
  settings.folder = folder / "long";
  settings.keys = {};
  result = check();
  BOOST_TEST(result.damages.size() == damages_max);
  BOOST_TEST(result.cut_short);
}

BOOST_AUTO_TEST_CASE(published_records_are_looked_up) {
  settings.published = {{33, trail.record_chain, 2, {}},
                        {10, trail.segments[0].frames[9].chain, 1, {}},
                        {10, trail.segments[0].frames[9].chain, 1, {}}};
  auto result = write_and_check();
  BOOST_TEST(result.damages.empty());
  BOOST_TEST(result.published_held == 3u);
  remove_segments(1, *trail.key);
  result = check();
  BOOST_TEST(result.damages.empty());
  BOOST_TEST(result.published_held == 1u);
  BOOST_TEST(result.published_before == 2u);
}

BOOST_AUTO_TEST_CASE(a_published_record_beyond_the_end_or_with_another_hash_is_damage) {
  settings.published = {{40, trail.record_chain, {}, trail.now}};
  auto result = write_and_check();
  auto& beyond = damage_of(result);
  BOOST_TEST((beyond.kind == damage_kind::ends_early));
  BOOST_TEST(beyond.segment == trail.segments[2].name);
  BOOST_TEST(beyond.offset == trail.segments[2].bytes().size());
  BOOST_TEST(beyond.sequence == 34u);
  BOOST_TEST(beyond.last_sequence == 40u);
  settings.published = {{5, trail.segments[0].frames[4].chain, {}, {}}, {20, trail.record_chain, 1, {}}};
  result = check();
  auto& different = damage_of(result);
  BOOST_TEST((different.kind == damage_kind::published_otherwise));
  BOOST_TEST(different.segment == trail.segments[1].name);
  BOOST_TEST(different.sequence == 6u);
  BOOST_TEST(different.last_sequence == 20u);
}

BOOST_AUTO_TEST_CASE(a_trail_that_grows_meanwhile_verifies_up_to_its_last_whole_frame) {
  trail.write(settings.folder);
  auto result = check();
  auto before = result.bytes;
  trail.transition();
  auto bytes = trail.segments[2].bytes();
  write_content(file(2), std::string_view{bytes}.substr(0, bytes.size() - 10));
  result = check();
  BOOST_TEST(result.damages.empty());
  BOOST_TEST(result.last_sequence == 33u);
  BOOST_TEST(result.torn.has_value());
  BOOST_TEST(result.bytes > before);
}

/// The end of a file comes to light only while it is read.
class growing_disk : public file_system {
public:
  growing_disk(std::uint64_t first_size, int calls) : size_{first_size}, calls_{calls} {}

  ssize_t read_at(int descriptor, char* bytes, std::size_t size, std::uint64_t offset) override {
    if (offset == 0) return file_system::read_at(descriptor, bytes, std::min<std::uint64_t>(size, size_), offset);
    if (calls_-- > 0) {
      if (offset >= size_) return 0;
      size = std::min<std::uint64_t>(size, size_ - offset);
    }
    return file_system::read_at(descriptor, bytes, size, offset);
  }

private:
  std::uint64_t size_;
  int calls_;
};

BOOST_AUTO_TEST_CASE(a_batch_that_is_written_while_it_is_looked_at_is_no_damage) {
  trail.segments.resize(1);
  trail.write(settings.folder);
  auto visible = trail.segments[0].offset_of(5) + 100;
  for (int calls = 0; calls < 12; ++calls) BOOST_TEST_CONTEXT(calls << " calls see the file as it was") {
      growing_disk disk{visible, calls};
      trail_check_progress progress;
      auto result = check_trail(disk, settings, progress);
      BOOST_TEST(result.problem == "");
      BOOST_TEST(result.damages.empty());
      BOOST_TEST((result.last_sequence == 5u || result.last_sequence == 11u));
    }
}

BOOST_AUTO_TEST_CASE(files_that_are_nearly_named_like_segments_are_told) {
  trail.write(settings.folder);
  write_content(settings.folder / "1-1.trail", "");
  auto result = check();
  BOOST_TEST(result.damages.empty());
  BOOST_REQUIRE(result.notes.size() == 1u);
  BOOST_TEST(result.notes[0].find("1-1.trail") == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
