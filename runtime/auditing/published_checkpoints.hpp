// Checkpoints that were written down outside of a trail's folder: given on the command line, or found in a log. Pure.
#pragma once

#include "runtime/audit/checkpoint_text.hpp"
#include "runtime/auditing/trail_check.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace floorwalker {

/// Reads "SEQUENCE:HASH", the hash as 64 hexadecimal digits. None if it is not of that form.
std::optional<published_hash> parse_expectation(std::string_view text);

/// A checkpoint as it was published, and what its signature was made for.
struct published_checkpoint {
  checkpoint made;
  std::string signed_text;
  std::string signature;
};

/// Finds a published checkpoint in a line of text, whatever stands around it; also where it stands within a JSON string,
/// as in a log whose lines are JSON. None if there is none.
std::optional<published_checkpoint> find_published_checkpoint(std::string_view line);

} // namespace floorwalker
