#include "runtime/audit/segment_stream.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace floorwalker {
namespace {

/// Bytes read at a time: enough that the calls don't count, little enough to stay in the processor's cache.
constexpr std::size_t step = std::size_t{256} << 10;
constexpr std::size_t frame_size_max = frame_overhead + frame_payload_max;

} // namespace

segment_stream::segment_stream(file_system& files, std::filesystem::path path, std::uint64_t end)
    : files_{files}, path_{std::move(path)}, file_{open_path(files, path_, O_RDONLY)} {
  auto size = file_ ? size_of(file_.descriptor()) : std::nullopt;
  if (size) {
    file_size_ = *size;
    end_ = std::min(*size, end);
  } else {
    missing_ = errno == ENOENT;
    problem_ = file_problem("read", path_, errno);
  }
}

std::string_view segment_stream::bytes(std::uint64_t offset, std::size_t least) {
  if (offset >= end_ || !problem_.empty()) return {};
  least = static_cast<std::size_t>(std::min<std::uint64_t>(least, end_ - offset));
  if (offset < buffer_offset_ || offset + least > buffer_offset_ + buffered_) {
    auto size = static_cast<std::size_t>(std::min<std::uint64_t>(std::max(least, step), end_ - offset));
    if (buffer_.size() < size) buffer_.resize(size);
    buffer_offset_ = offset;
    buffered_ = 0;
    while (buffered_ < size) {
      auto got = files_.read_at(file_.descriptor(), buffer_.data() + buffered_, size - buffered_, offset + buffered_);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) {
        problem_ = file_problem("read", path_, errno);
        return {};
      }
      if (got == 0) { // somebody shortened it
        end_ = offset + buffered_;
        break;
      }
      buffered_ += static_cast<std::size_t>(got);
    }
  }
  return std::string_view{buffer_}.substr(static_cast<std::size_t>(offset - buffer_offset_),
                                          static_cast<std::size_t>(buffer_offset_ + buffered_ - offset));
}

frame_fault segment_stream::frame_at(std::uint64_t offset, frame& found) {
  auto fault = parse_frame(bytes(offset, frame_head_size), found);
  if (fault == frame_fault::incomplete) fault = parse_frame(bytes(offset, frame_size_max), found);
  return fault;
}

bool batch_begins_behind(segment_stream& segment, std::uint64_t offset) {
  frame found;
  for (auto at = offset + 1; at + frame_overhead <= segment.end() && segment.problem().empty(); ++at) {
    // Nearly every place is ruled out by the bytes of a frame's head alone, without a checksum.
    if (segment.frame_at(at, found) == frame_fault::none && (found.head.flags & flag_batch_begins) != 0) return true;
  }
  return false;
}

} // namespace floorwalker
