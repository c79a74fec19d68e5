// The tokens file on disk: read with a look at who may write it, changed at one stroke.
#pragma once

#include "runtime/http/tokens_text.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker {

/// What a file holds, or one clause on why it can't be used: it can't be read, group or others may write it, somebody
/// else but root or ourselves owns it, a line is wrong.
struct tokens_file_content {
  std::string text;
  std::vector<api_token> tokens;
  std::string problem;
  bool missing = false; ///< there is no such file; then there is no problem
};
tokens_file_content read_tokens_file(const std::filesystem::path& path);

/// Changes the file under a lock: whoever reads it, after whatever crash, finds the old text or the new one. A new file
/// has mode 0600; one that was there keeps its owner, and its mode without what lets group or others write, or others
/// read. `edit` gets what is there and gives the new text, or nothing to leave it. Gives one clause on what failed.
std::string edit_tokens_file(const std::filesystem::path& path,
                             const std::function<std::optional<std::string>(const tokens_file_content&)>& edit);

} // namespace floorwalker
