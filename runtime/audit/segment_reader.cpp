#include "runtime/audit/segment_reader.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace floorwalker {
namespace {

constexpr std::size_t piece = 128 << 10;
constexpr std::size_t frame_size_max = frame_overhead + frame_payload_max;
constexpr std::size_t header_size_max = 4'096;

/// Bytes that find() hashes before it gives up: about a second's worth.
constexpr std::uint64_t search_bytes_max = std::uint64_t{8} << 30;

} // namespace

bool looks_like_a_frame(std::string_view bytes) {
  if (bytes.size() < frame_overhead) return false;
  std::uint32_t payload_size;
  std::memcpy(&payload_size, bytes.data() + 4, sizeof payload_size);
  return bytes[8] >= 1 && bytes[8] <= 3 && payload_size <= frame_payload_max &&
         std::memcmp(bytes.data() + 10, "\0\0\0\0\0\0", 6) == 0;
}

segment_reader::segment_reader(file_system& files, const std::filesystem::path& path)
    : files_{files}, path_{path}, file_{open_path(files, path, O_RDONLY)} {
  if (!file_) {
    problem_ = file_problem("open", path, errno);
    return;
  }
  ::posix_fadvise(file_.descriptor(), 0, 0, POSIX_FADV_SEQUENTIAL);
  buffer_.resize(piece);
  while (window().size() < header_size_max && fill()) {
  }
  header_ = parse_segment_header(window());
  if (!header_.problem.empty()) return;
  header_bytes_ = window().substr(0, header_.size);
  begin_ += header_.size;
  offset_ += header_.size;
}

bool segment_reader::fill() {
  if (!problem_.empty()) return false;
  if (end_ == buffer_.size()) {
    // A frame that begins at the end of what was read is moved to the front and read to its end.
    if (begin_ == 0) buffer_.resize(std::min(buffer_.size() * 2, frame_size_max + piece));
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  auto room = buffer_.size() - end_;
  ssize_t got;
  do {
    got = files_.read_at(file_.descriptor(), buffer_.data() + end_, room, offset_ + window().size());
  } while (got < 0 && errno == EINTR);
  if (got < 0) {
    problem_ = file_problem("read", path_, errno);
    return false;
  }
  end_ += static_cast<std::size_t>(got);
  return got > 0;
}

bool segment_reader::next(frame& found) {
  if (fault_ != frame_fault::none) begin_ = end_ = 0; // read again: it may have been half written
  do {
    fault_ = parse_frame(window(), found);
  } while (fault_ == frame_fault::incomplete && fill());
  if (fault_ == frame_fault::none) {
    begin_ += found.size;
    offset_ += found.size;
    return true;
  }
  if (window().empty()) fault_ = frame_fault::none;
  return false;
}

void segment_reader::seek(std::uint64_t offset) {
  if (offset >= offset_ && offset - offset_ <= window().size())
    begin_ += static_cast<std::size_t>(offset - offset_);
  else
    begin_ = end_ = 0;
  offset_ = offset;
  fault_ = frame_fault::none;
}

std::optional<std::uint64_t> segment_reader::find(std::uint64_t from, frames which) {
  seek(from);
  std::uint64_t searched = 0;
  while (true) {
    while (window().size() < frame_size_max && fill()) {
    }
    auto view = window();
    if (view.size() < frame_overhead) return std::nullopt;
    // A frame that begins here lies in the window as a whole, or not in the file.
    auto places = view.size() < frame_size_max ? view.size() - frame_overhead + 1 : view.size() - frame_size_max + 1;
    for (std::size_t at = 0; at < places; ++at) {
      auto rest = view.substr(at);
      if (!looks_like_a_frame(rest)) continue;
      frame found;
      auto fault = parse_frame(rest, found);
      auto wanted = which == frames::any || (found.head.flags & flag_batch_begins) != 0;
      if (fault != frame_fault::incomplete) searched += found.size;
      if ((fault == frame_fault::none && wanted) || searched > search_bytes_max) {
        seek(offset_ + at);
        return offset_;
      }
    }
    seek(offset_ + places);
  }
}

std::uint64_t segment_reader::size() const {
  return file_ ? size_of(file_.descriptor()).value_or(offset_ + window().size()) : 0;
}

} // namespace floorwalker
