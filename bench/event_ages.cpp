// How old events are at some point of their way, by the timestamps that the load generator gave them:
//   event_ages lines < AUDIT-ENTRIES         when their lines arrive here; tells of those since it was last asked, a JSON
//                                            line, on SIGUSR1
//   event_ages trail FOLDER SINCE UNTIL      when the engine received them, as the trail's frames tell to the nanosecond;
//                                            of the events whose own time lies between these seconds since 1970
// Ages in microseconds.
#include "messages/wire/timestamp.hpp"
#include "runtime/audit/file_system.hpp"
#include "runtime/audit/trail_folder.hpp"
#include "runtime/audit/trail_format.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace floorwalker;

constexpr std::size_t ages_max = 20'000'000;
constexpr std::uint64_t segment_bytes_max = std::uint64_t{1} << 30;

std::optional<utc_time> event_time(std::string_view entry) {
  constexpr std::string_view mark = R"("eventTimestamp":")";
  auto at = entry.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  auto text = entry.substr(at + mark.size());
  auto parsed = wire::parse_timestamp(text.substr(0, text.find('"')));
  return parsed ? std::optional{parsed->at} : std::nullopt;
}

class event_ages {
public:
  void add(utc_time now, utc_time event) {
    if (ages_.size() < ages_max) ages_.push_back((now - event).count());
  }
  void tell() {
    std::ranges::sort(ages_);
    auto at = [&](double share) {
      if (ages_.empty()) return 0.0;
      return static_cast<double>(ages_[static_cast<std::size_t>(share * static_cast<double>(ages_.size() - 1))]) / 1e3;
    };
    fmt::print(R"({{"events":{},"p50":{:.1f},"p99":{:.1f},"p999":{:.1f},"max":{:.1f}}})"
               "\n",
               ages_.size(), at(0.5), at(0.99), at(0.999), at(1));
    std::fflush(stdout);
    ages_.clear();
  }

private:
  std::vector<std::int64_t> ages_; ///< ns
};

volatile std::sig_atomic_t asked = 0;

int of_lines() {
  struct sigaction action {};
  action.sa_handler = [](int) { asked = 1; };
  ::sigaction(SIGUSR1, &action, nullptr); // without SA_RESTART, so that a read ends with it
  event_ages ages;
  std::string rest;
  std::vector<char> bytes(1 << 20);
  while (true) {
    if (asked) {
      asked = 0;
      ages.tell();
    }
    auto size = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return 0;
    auto now = std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
    rest.append(bytes.data(), static_cast<std::size_t>(size));
    std::size_t begin = 0;
    for (auto end = rest.find('\n'); end != std::string::npos; end = rest.find('\n', begin)) {
      if (auto event = event_time(std::string_view{rest}.substr(begin, end - begin))) ages.add(now, *event);
      begin = end + 1;
    }
    rest.erase(0, begin);
  }
}

int of_trail(const std::filesystem::path& folder, double since, double until) {
  event_ages ages;
  file_system files;
  auto listing = list_trail_folder(folder);
  for (auto& segment : listing.segments) {
    auto content = read_file(files, folder / segment.name, segment_bytes_max);
    auto header = parse_segment_header(content.text);
    if (!content.problem.empty() || !header.problem.empty()) {
      fmt::print(stderr, "event_ages: {}: {}{}\n", segment.name, content.problem, header.problem);
      return 1;
    }
    std::string_view rest{content.text};
    rest.remove_prefix(header.size);
    frame found;
    for (; !rest.empty() && parse_frame(rest, found) == frame_fault::none; rest.remove_prefix(found.size)) {
      auto event = found.head.kind == frame_kind::record ? event_time(found.payload) : std::nullopt;
      if (!event) continue;
      auto seconds = std::chrono::duration<double>(event->time_since_epoch()).count();
      if (seconds >= since && seconds <= until) ages.add(found.head.at, *event);
    }
  }
  ages.tell();
  return listing.problem.empty() ? 0 : 1;
}

} // namespace

int main(int count, char** given) {
  std::string_view what = count > 1 ? given[1] : "";
  if (what == "lines" && count == 2) return of_lines();
  if (what == "trail" && count == 5)
    return of_trail(given[2], std::strtod(given[3], nullptr), std::strtod(given[4], nullptr));
  fmt::print(stderr, "event_ages lines < AUDIT-ENTRIES | event_ages trail FOLDER SINCE UNTIL\n");
  return 2;
}
