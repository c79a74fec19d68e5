#include "runtime/http/gzip_text.hpp"

#include <zlib.h>

#include <limits>

namespace floorwalker {

bool packs_well(std::string_view content_type) {
  auto type = content_type.substr(0, content_type.find(';'));
  return type.starts_with("text/") || type.ends_with("json") || type.ends_with("xml") || type == "text/javascript";
}

std::string gzip(std::string_view text) {
  if (text.size() > std::numeric_limits<uInt>::max() / 2) return {};
  z_stream state{};
  constexpr int gzip_wrapper = 16;
  if (deflateInit2(&state, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + gzip_wrapper, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return {};
  std::string packed(deflateBound(&state, static_cast<uLong>(text.size())), '\0');
  state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data())); // zlib's interface knows no const here
  state.avail_in = static_cast<uInt>(text.size());
  state.next_out = reinterpret_cast<Bytef*>(packed.data());
  state.avail_out = static_cast<uInt>(packed.size());
  auto finished = deflate(&state, Z_FINISH) == Z_STREAM_END;
  packed.resize(finished ? state.total_out : 0);
  deflateEnd(&state);
  return packed;
}

} // namespace floorwalker
