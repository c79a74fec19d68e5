#include "runtime/outlets/console_outlet.hpp"

#include <spdlog/spdlog.h>

#include <cerrno>
#include <string_view>
#include <utility>

namespace floorwalker {

std::string stream_lines::write(std::uint64_t number, const delivery_group& group) {
  // A sink failed within a text, and another one begins here: what it left of a line is ended.
  if (number != progress_.number && progress_.offset > 0)
    if (auto ended = write_text(descriptor_, "\n", interruption_); ended.error != 0) return explain(ended.error);
  progress_.enter(number);
  for (; !reader_gone_ && progress_.delivery < group.size(); progress_.next_delivery()) {
    auto& text = group[progress_.delivery].text;
    if (!text) continue;
    auto [written, error] = write_text(descriptor_, std::string_view{*text}.substr(progress_.offset), interruption_);
    progress_.offset += written;
    if (error != 0) return explain(error);
  }
  return {};
}

std::string stream_lines::write(std::string& text, patience waits) {
  if (reader_gone_) {
    text.clear();
    return {};
  }
  auto [written, error] = write_text(descriptor_, text, interruption_, waits);
  text.erase(0, written);
  return error == 0 || error == EAGAIN ? std::string{} : explain(error);
}

std::string stream_lines::explain(int error) {
  if (!reader_is_gone(descriptor_, error)) return "cannot write to standard output: " + words_for(error);
  reader_gone_ = true;
  spdlog::warn("standard output was closed ({}), so nothing more is printed there; everything else goes on",
               words_for(error));
  return {};
}

console_outlet::console_outlet(int descriptor)
    : lines_{descriptor, interruption_},
      thread_{{[this](auto number, auto& group) { return lines_.write(number, group); }, {}, {}}} {}

console_outlet::~console_outlet() {
  interruption_.raise();
  thread_.stop();
}

void console_outlet::write_then(std::uint64_t number, delivery_group_ptr group, write_answer done) {
  thread_.post(number, std::move(group), std::move(done));
}

} // namespace floorwalker
