#include "runtime/client/event_stream_parser.hpp"

#include <utility>

namespace floorwalker {

bool event_stream_parser::feed(std::string_view bytes, const std::function<void(const server_event&)>& take) {
  while (!bytes.empty() && !failed_) {
    if (std::exchange(after_return_, false) && bytes.front() == '\n') {
      bytes.remove_prefix(1);
      continue;
    }
    auto end = bytes.find_first_of("\r\n");
    line_ += bytes.substr(0, end);
    if (line_.size() + event_.data.size() > bytes_max_) failed_ = true;
    if (end == std::string_view::npos || failed_) break;
    after_return_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    end_line(take);
  }
  return !failed_;
}

void event_stream_parser::end_line(const std::function<void(const server_event&)>& take) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  std::string_view line = line_;
  if (std::exchange(first_line_, false) && line.starts_with(byte_order_mark))
    line.remove_prefix(byte_order_mark.size());
  if (line.empty()) {
    dispatch(take);
  } else if (auto colon = line.find(':'); colon == std::string_view::npos) {
    set_field(line, {});
  } else if (colon > 0) { // else a comment
    auto value = line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    set_field(line.substr(0, colon), value);
  }
  line_.clear();
}

void event_stream_parser::set_field(std::string_view name, std::string_view value) {
  if (name == "data") {
    if (std::exchange(has_data_, true)) event_.data += '\n';
    event_.data += value;
  } else if (name == "event") {
    event_.name = value;
  } else if (name == "id" && value.find('\0') == std::string_view::npos) {
    event_.id = value;
  }
}

void event_stream_parser::dispatch(const std::function<void(const server_event&)>& take) {
  if (std::exchange(has_data_, false)) {
    if (event_.name.empty()) event_.name = "message";
    take(event_);
  }
  event_.name.clear();
  event_.data.clear();
}

} // namespace floorwalker
