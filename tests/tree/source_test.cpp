// The source: which floor may know which, what may not be called where, and what may not be left behind.
#include "tests/tree/repository.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

using namespace floorwalker::tree;

namespace {

constexpr auto nowhere = std::string_view::npos;

struct include_line {
  std::string_view name; ///< between quotes or angle brackets
  bool own = false;      ///< in quotes
  std::size_t offset = 0;
};

std::vector<include_line> includes_of(const text_file& file) {
  std::vector<include_line> all;
  std::string_view text = file.text;
  for (auto line : lines_of(text)) {
    if (!line.starts_with("#include")) continue;
    auto begin = line.find_first_of("\"<");
    if (begin == nowhere) continue;
    auto end = line.find_first_of("\">", begin + 1);
    all.push_back({line.substr(begin + 1, end - begin - 1), line[begin] == '"',
                   static_cast<std::size_t>(line.data() - text.data())});
  }
  return all;
}

/// A test's helpers may be included by their bare name from within their folder.
bool is_neighbour(const text_file& file, std::string_view name) {
  auto folder = file.path.substr(0, file.path.rfind('/') + 1);
  return file.is_below("tests/") && name.find('/') == nowhere && find(folder + std::string{name}) != nullptr;
}

/// A folder and the folders of ours that its files may include from.
struct floor_rule {
  std::string_view folder;
  std::vector<std::string_view> may_know;
};

const std::vector<floor_rule> floors = {
    {"messages/", {"messages/"}},
    {"actors/", {"actors/", "messages/"}},
    {"runtime/", {"runtime/", "actors/", "messages/"}},
    {"simulator/", {"simulator/"}},
    {"tests/messages/", {"tests/messages/", "messages/"}},
    {"tests/actors/", {"tests/actors/", "actors/", "messages/"}},
    {"tests/simulation/", {"tests/simulation/", "tests/actors/", "actors/", "messages/"}},
    {"tests/simulator/", {"tests/simulator/", "simulator/"}},
};

/// Pure files say so in the comment that opens the header; a .cpp is as pure as its header.
bool says_pure(const text_file& header) {
  for (auto line : lines_of(header.text)) {
    if (!line.starts_with("//")) return false;
    if (find_word(line, "Pure") != nowhere) return true;
  }
  return false;
}

bool is_pure(const text_file& file) {
  if (file.is_header()) return says_pure(file);
  auto header = find(file.path.substr(0, file.path.size() - 4) + ".hpp");
  return header && says_pure(*header);
}

/// Headers of actors/ that are neither rules nor an actor's start nor a port.
constexpr std::array<std::string_view, 5> helpers = {
    "actors/supervision/fault_containment.hpp", // every actor's first call
    "actors/supervision/timers.hpp",            // timers go through CAF
    "actors/audit/journal_storage.hpp",         // a port, and a reader of the trail as well
    "actors/root/floor_change.hpp",             // a message that carries ports
    "actors/tenant/tenant_change.hpp",          // the same
};

struct banned_call {
  std::string_view call;
  std::string_view instead;
};

void expect_none(const text_file& file, const std::string& code, const banned_call& banned) {
  for (auto at = find_word(code, banned.call); at != nowhere; at = find_word(code, banned.call, at + 1))
    BOOST_ERROR(fmt::format("{}: {} is banned here; {}", place(file, at), banned.call, banned.instead));
}

} // namespace

BOOST_AUTO_TEST_CASE(the_repository_is_found) {
  BOOST_TEST(files().size() > 100u);
  BOOST_TEST(find("CMakeLists.txt") != nullptr);
}

BOOST_AUTO_TEST_CASE(a_floor_includes_from_its_own_or_from_below) {
  for (const auto& file : files()) {
    if (!file.is_cpp()) continue;
    for (const auto& rule : floors) {
      if (!file.is_below(rule.folder)) continue;
      for (const auto& include : includes_of(file)) {
        if (!include.own || is_neighbour(file, include.name)) continue;
        auto allowed =
            std::ranges::any_of(rule.may_know, [&](auto folder) { return include.name.starts_with(folder); });
        BOOST_TEST(allowed, place(file, include.offset) << ": " << include.name << " is not below " << rule.folder);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(own_files_are_included_by_their_path_from_the_root) {
  for (const auto& file : files()) {
    if (!file.is_cpp()) continue;
    for (const auto& include : includes_of(file))
      if (include.own && !is_neighbour(file, include.name))
        BOOST_TEST(find(include.name) != nullptr, place(file, include.offset)
                                                      << ": there is no " << include.name << " below the root");
  }
}

// Benchmarks may know both: what plays the gateway there uses the simulator's side of the protocol.
BOOST_AUTO_TEST_CASE(the_engine_and_the_simulator_do_not_know_each_other) {
  for (const auto& file : files()) {
    if (!file.is_cpp() || file.is_below("tests/") || file.is_below("bench/")) continue;
    for (const auto& include : includes_of(file)) {
      auto of_simulator = include.name.starts_with("simulator/");
      BOOST_TEST((!include.own || of_simulator == file.is_below("simulator/")), place(file, include.offset)
                                                                                    << ": " << include.name);
    }
  }
}

BOOST_AUTO_TEST_CASE(among_the_messages_only_the_interfaces_know_caf) {
  for (const auto& file : files()) {
    if (!file.is_cpp() || !file.is_below("messages/") || file.path.starts_with("messages/actors.")) continue;
    for (const auto& include : includes_of(file)) {
      auto foreign = include.name.starts_with("caf/") || include.name.starts_with("boost/asio") ||
                     include.name.starts_with("spdlog/");
      BOOST_TEST(!foreign, place(file, include.offset) << ": a message is a value and needs no " << include.name);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_header_of_the_actors_is_rules_a_start_a_port_or_a_known_helper) {
  for (const auto& file : files()) {
    if (!file.is_header() || !file.is_below("actors/")) continue;
    auto starts_actor = file.text.find(" spawn_") != std::string::npos;
    auto is_port = file.text.find("virtual ~") != std::string::npos;
    auto known = says_pure(file) || starts_actor || is_port || std::ranges::count(helpers, file.path) > 0;
    BOOST_TEST(known, file.path << ": say \"Pure\" in its first comment, or add it to the helpers of this test");
  }
}

BOOST_AUTO_TEST_CASE(rules_know_neither_actors_nor_the_world) {
  constexpr std::array<std::string_view, 13> not_for_rules = {
      "caf/",  "boost/asio", "boost/beast", "spdlog/", "iostream", "fstream",           "thread",
      "mutex", "atomic",     "future",      "random",  "unistd.h", "condition_variable"};
  std::size_t pure = 0;
  for (const auto& file : files()) {
    if (!file.is_cpp() || !file.is_below("actors/") || !is_pure(file)) continue;
    ++pure;
    for (const auto& include : includes_of(file))
      for (auto word : not_for_rules) {
        auto meant =
            word.back() == '/' || word.starts_with("boost") ? include.name.starts_with(word) : include.name == word;
        BOOST_TEST(!meant, place(file, include.offset)
                               << ": " << file.path << " is pure and may not include " << include.name);
      }
  }
  BOOST_TEST(pure > 30u); // a rule that meets nothing proves nothing
}

BOOST_AUTO_TEST_CASE(actors_read_no_clock_start_no_thread_and_never_wait) {
  constexpr std::array<banned_call, 9> banned = {{
      {"system_clock::now", "ask the wall_clock port"},
      {"steady_clock::now", "in an actor ask self->clock(), in rules take the time as an argument"},
      {"high_resolution_clock", "in an actor ask self->clock(), in rules take the time as an argument"},
      {"sleep_for", "send a timer (actors/supervision/timers.hpp)"},
      {"sleep_until", "send a timer (actors/supervision/timers.hpp)"},
      {"std::thread", "spawn an actor, or put the thread behind a port in runtime/"},
      {"std::mutex", "an actor owns its state alone; share immutable values"},
      {"std::cout", "log with spdlog, or go through an outlet"},
      {"std::random_device", "take a seed (actors/supervision/backoff.hpp, chance_source)"},
  }};
  for (const auto& file : files())
    if (file.is_cpp() && (file.is_below("actors/") || file.is_below("messages/"))) {
      auto code = code_only(file.text);
      for (const auto& call : banned) expect_none(file, code, call);
    }
}

BOOST_AUTO_TEST_CASE(calls_that_are_dangerous_anywhere_are_not_made) {
  constexpr std::array<banned_call, 10> banned = {{
      {"std::rand", "use actors/supervision/backoff.hpp's chance_source, or the simulator's random source"},
      {"srand", "seed a generator of your own"},
      {"strcpy", "use std::string"},
      {"strcat", "use std::string"},
      {"sprintf", "use fmt::format"},
      {"vsprintf", "use fmt::format"},
      {"gets", "use std::getline"},
      {"strtok", "use std::string_view::find"},
      {"localtime", "use messages/wire/timestamp.hpp: times are UTC"},
      {"atoi", "use std::from_chars"},
  }};
  for (const auto& file : files())
    if (file.is_cpp() && !file.is_below("tests/")) {
      auto code = code_only(file.text);
      for (const auto& call : banned) expect_none(file, code, call);
    }
}

BOOST_AUTO_TEST_CASE(no_test_sleeps) {
  constexpr std::array<banned_call, 5> banned = {{
      {"sleep_for", "drive virtual time (tests/actors/virtual_floor.hpp), or wait for the event itself"},
      {"sleep_until", "drive virtual time (tests/actors/virtual_floor.hpp), or wait for the event itself"},
      {"usleep", "wait for the event itself"},
      {"nanosleep", "wait for the event itself"},
      {"std::rand", "use a seeded generator and print its seed"},
  }};
  for (const auto& file : files())
    if (file.is_cpp() && file.is_below("tests/")) {
      auto code = code_only(file.text);
      for (const auto& call : banned) expect_none(file, code, call);
    }
}

BOOST_AUTO_TEST_CASE(nothing_is_left_to_be_done_later) {
  // Written in halves, so that this file does not find itself.
  for (const auto& file : files())
    for (auto word : {std::string{"TO"} + "DO", std::string{"FIX"} + "ME", std::string{"XX"} + "X"})
      if (auto at = find_word(file.text, word); at != nowhere)
        BOOST_ERROR(fmt::format("{}: {}: do it, or write down in docs/ what is not built yet", place(file, at), word));
}

BOOST_AUTO_TEST_CASE(every_header_is_read_once) {
  for (const auto& file : files())
    if (file.is_header()) {
      auto at = file.text.find("#pragma once\n");
      BOOST_TEST(at != std::string::npos, file.path << ": #pragma once is missing");
      BOOST_TEST((at == std::string::npos || file.text.find("#include") > at),
                 file.path << ": #pragma once stands behind an #include");
    }
}

BOOST_AUTO_TEST_CASE(every_header_says_first_what_it_is_for) {
  for (const auto& file : files())
    if (file.is_header()) BOOST_TEST(file.text.starts_with("//"), file.path << ": its first line is no comment");
}

BOOST_AUTO_TEST_CASE(files_end_with_one_line_end_and_have_no_tabs) {
  for (const auto& file : files()) {
    if (!file.is_cpp() && !file.is_page() && !file.path.ends_with("CMakeLists.txt")) continue;
    BOOST_TEST(file.text.ends_with('\n'), file.path << ": no line end at its end");
    BOOST_TEST(!file.text.ends_with("\n\n"), file.path << ": empty lines at its end");
    for (auto mark : {'\t', '\r'}) {
      auto at = file.text.find(mark);
      if (at != std::string::npos) BOOST_ERROR(place(file, at) + ": tab or carriage return");
    }
  }
}
