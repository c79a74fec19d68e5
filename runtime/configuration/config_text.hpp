// Text of a CAF configuration file into a tree of values, with the place of every key.
// CAF's own reader accepts a file that lacks a closing brace or quote, and dotted keys, by silently dropping what it
// read; a configuration must not be lost that way, so the text is read here, by the same grammar but strictly.
#pragma once

#include <caf/settings.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// A place in a file, both numbers from 1; a column counts characters, not bytes.
struct text_position {
  std::size_t line = 0;
  std::size_t column = 0;
};

/// What is no configuration text, where, and what was expected instead.
struct syntax_problem {
  text_position position;
  std::string what;
};

/// A file's values and where each key and list element stands ("floorwalker.tenants.acme.agents[2]").
struct config_text {
  caf::settings values;
  std::map<std::string, text_position> positions;
  std::vector<syntax_problem> problems;
  bool complete = true; ///< false: reading stopped at a problem, so a missing key says nothing
};

/// Reads a whole file. A value that can't be read is reported, kept as an empty config_value, and reading goes on
/// behind it; text whose structure is broken ends the reading.
config_text parse_config_text(std::string_view text);

/// Appends `key` to `path`, quoted where the key is no plain word.
std::string join_path(std::string_view path, std::string_view key);

/// Splits a dotted path; parts in double quotes may hold dots. Nothing for an empty part or an open quote.
std::optional<std::vector<std::string>> split_path(std::string_view path);

/// Reads a number or a duration (ns, us, ms, s, min, h) the way files are read. An empty value: no such thing.
caf::config_value parse_number_or_duration(std::string_view word);

} // namespace floorwalker
