// Entity tags made of the content itself. Pure.
#pragma once

#include <string>
#include <string_view>

namespace floorwalker {

/// A strong tag (RFC 9110 §8.8.3) with its quotation marks: half of the content's SHA-256, and `variant` behind it, which
/// tells forms of the same content apart. Equal for equal content whoever asks, so it tells nobody anything new.
std::string content_tag(std::string_view content, std::string_view variant = {});

} // namespace floorwalker
