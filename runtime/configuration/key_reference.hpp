// The reference of all keys, written from the table: for docs/configuration.md and configs/reference.conf.
#pragma once

#include <string>

namespace floorwalker {

/// Tables in Markdown, a section a block.
std::string key_reference_markdown();

/// A configuration file that names every key with its meaning. Prose stands behind "# "; a key without a default is
/// switched off by "#" right before it.
std::string key_reference_file();

} // namespace floorwalker
