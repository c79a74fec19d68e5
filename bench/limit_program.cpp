// What following a floor costs at least: the engine's frames and records without actors, queues and threads.
// One thread receives, finds the fields, judges, writes the record and brings it to the disk. See docs/performance.md.
#include "actors/tracking/audit_entries.hpp"
#include "bench/byte_stream.hpp"
#include "bench/event_courses.hpp"
#include "bench/event_fields.hpp"
#include "bench/plain_judge.hpp"
#include "bench/single_trail.hpp"
#include "messages/wire/subscription_payload.hpp"
#include "messages/wire/timestamp.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace floorwalker;
using namespace floorwalker::bench;

/// How far an event is taken. Each includes what stands before it, so that differences are the parts' costs.
enum class work : std::uint8_t { receive, fields, judge, text, trail };

struct choices {
  std::uint16_t port = 0;
  std::string ca_file;
  std::uint64_t seed = 1;
  std::uint32_t listeners = 200;
  std::uint32_t agents_a_listener = 50;
  std::size_t states = 4;
  std::string folder;
  std::string durability = "group";
  work until = work::trail;
};

constexpr std::size_t chunk_bytes = 65'536;
constexpr int reads_a_turn = 4;
constexpr int quiet_ms = 200;
constexpr std::string_view tenant = "bench-1";

utc_time now() { return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now()); }

/// A client's frame with an all-zero mask, which RFC 6455 §5.3 does not forbid.
std::string client_frame(unsigned char opcode, std::string_view payload) {
  std::string frame{static_cast<char>(0x80 | opcode)};
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80 | payload.size());
  } else {
    frame += static_cast<char>(0x80 | 126);
    frame += static_cast<char>(payload.size() >> 8);
    frame += static_cast<char>(payload.size() & 0xff);
  }
  frame.append(4, '\0');
  frame += payload;
  return frame;
}

class limit_program {
public:
  explicit limit_program(const choices& chosen)
      : chosen_{chosen},
        matrix_{matrix_of(chosen.states)},
        judge_{matrix_, all_agents()},
        buffer_(2 * chunk_bytes + event_field_reader::padding) {
    if (!chosen.ca_file.empty()) context_ = client_context(chosen.ca_file);
    if (chosen.until == work::trail)
      trail_ = std::make_unique<single_trail>(chosen.folder, std::string{tenant}, chosen.durability == "group");
    poll_ = ::epoll_create1(EPOLL_CLOEXEC);
    for (std::uint32_t i = 0; i < chosen_.listeners; ++i) open(i);
    watch(STDIN_FILENO, chosen_.listeners);
  }
  ~limit_program() { ::close(poll_); }
  limit_program(const limit_program&) = delete;
  limit_program& operator=(const limit_program&) = delete;

  /// Until standard input ends.
  void run() {
    std::vector<epoll_event> ready(256);
    while (true) {
      // What waits is written before anybody waits, and at once when it is much.
      if (trail_) trail_->write();
      auto count = ::epoll_wait(poll_, ready.data(), static_cast<int>(ready.size()), quiet_ms);
      if (count == 0) tell();
      for (auto i = 0; i < count; ++i) {
        auto index = ready[static_cast<std::size_t>(i)].data.u32;
        if (index == chosen_.listeners) return tell();
        serve(listeners_[index]);
      }
    }
  }

private:
  struct listener {
    std::unique_ptr<byte_stream> stream;
    std::string rest; ///< of a frame that has not come whole
  };

  std::vector<std::string> agents_of(std::uint32_t slot) const {
    std::vector<std::string> ids;
    for (std::uint32_t i = 0; i < chosen_.agents_a_listener; ++i)
      ids.push_back(agent_id(chosen_.seed, 1, slot * chosen_.agents_a_listener + i));
    return ids;
  }
  std::vector<std::string> all_agents() const {
    std::vector<std::string> ids;
    for (std::uint32_t i = 0; i < chosen_.listeners; ++i) std::ranges::copy(agents_of(i), std::back_inserter(ids));
    return ids;
  }

  void watch(int descriptor, std::uint32_t index) {
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.u32 = index;
    ::epoll_ctl(poll_, EPOLL_CTL_ADD, descriptor, &wanted);
  }

  void open(std::uint32_t slot) {
    auto& made = listeners_.emplace_back();
    made.stream =
        std::make_unique<byte_stream>(connect_to_loopback(chosen_.port), context_.get(), byte_stream::role::client);
    made.stream->write("GET /api/v2/events/stream HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                       "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                       "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nAuthorization: Bearer load-1\r\n\r\n");
    std::string head;
    while (!head.ends_with("\r\n\r\n")) {
      char byte = 0;
      if (made.stream->read(&byte, 1) <= 0) throw std::runtime_error("the upgrade failed");
      head += byte;
    }
    if (!head.starts_with("HTTP/1.1 101")) throw std::runtime_error("the upgrade was refused");
    auto wish = wire::to_json({{"agent.state.change"}, agents_of(slot), matrix_, 2500, 5});
    made.stream->write(client_frame(1, wish));
    made.stream->set_blocking(false);
    watch(made.stream->socket(), slot);
  }

  void serve(listener& from) {
    for (auto turn = 0; turn < reads_a_turn || from.stream->holds_bytes(); ++turn) {
      auto kept = from.rest.size();
      if (kept > chunk_bytes) throw std::runtime_error("a frame is too long");
      std::memcpy(buffer_.data(), from.rest.data(), kept);
      auto size = from.stream->read(buffer_.data() + kept, chunk_bytes);
      if (size == byte_stream::would_block) return;
      if (size <= 0) {
        ::epoll_ctl(poll_, EPOLL_CTL_DEL, from.stream->socket(), nullptr);
        return;
      }
      received_at_ = now();
      std::string_view bytes{buffer_.data(), kept + static_cast<std::size_t>(size)};
      from.rest.assign(take_frames(bytes));
      if (trail_ && trail_->has_batch()) trail_->write();
    }
  }

  /// Takes whole frames, and gives what is left.
  std::string_view take_frames(std::string_view bytes) {
    while (bytes.size() >= 2) {
      auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
      std::size_t head = 2;
      std::size_t size = at(1);
      if (size == 126) {
        head = 4;
        if (bytes.size() < head) break;
        size = std::size_t{at(2)} << 8 | at(3);
      } else if (size > 126) {
        throw std::runtime_error("a frame that no load generator sends");
      }
      if (bytes.size() < head + size) break;
      if ((at(0) & 0x0f) == 1 && size >= 126) take_event(bytes.substr(head, size));
      bytes.remove_prefix(head + size);
    }
    return bytes;
  }

  void take_event(std::string_view text) {
    ++events_;
    if (chosen_.until == work::receive) return;
    auto fields = fields_.read(text);
    auto at = fields ? wire::parse_timestamp(fields->timestamp) : std::nullopt;
    if (!at) throw std::runtime_error("no event: " + std::string{text});
    if (chosen_.until == work::fields) return;
    auto known = false;
    auto verdict =
        judge_.judge(fields->agent_id, fields->previous, fields->current, at->at.time_since_epoch().count(), known);
    if (!known) throw std::runtime_error("an event about a stranger");
    if (verdict.flags != 0) ++flagged_;
    if (chosen_.until == work::judge) return;
    draft_.text.clear();
    draft_.records.clear();
    append_entry(draft_, tenant,
                 transition_entry{fields->agent_id, fields->previous, fields->current, fields->reason, at->at,
                                  at->fraction_digits, received_at_, verdict, verdict.valid});
    if (trail_) trail_->add(draft_.records.front(), draft_.text);
  }

  void tell() {
    if (told_ == events_) return;
    told_ = events_;
    fmt::print(R"({{"events":{},"flagged":{},"at":{:.6f}}})"
               "\n",
               events_, flagged_, std::chrono::duration<double>(received_at_.time_since_epoch()).count());
    std::fflush(stdout);
  }

  const choices chosen_;
  state_matrix matrix_;
  plain_judge judge_;
  tls_context context_;
  std::unique_ptr<single_trail> trail_;
  event_field_reader fields_;
  draft_batch draft_;
  std::vector<char> buffer_;
  std::vector<listener> listeners_;
  int poll_ = -1;
  utc_time received_at_;
  std::uint64_t events_ = 0;
  std::uint64_t flagged_ = 0;
  std::uint64_t told_ = 0;
};

} // namespace

int main(int argc, char** argv) {
  choices chosen;
  const std::map<std::string, work> works{{"receive", work::receive},
                                          {"fields", work::fields},
                                          {"judge", work::judge},
                                          {"text", work::text},
                                          {"trail", work::trail}};
  CLI::App app{
      "The limit of Floorwalker's benchmark. Tells how many events it took whenever it is quiet, and ends with "
      "standard input."};
  app.add_option("--port", chosen.port, "Of the load generator, on 127.0.0.1")->required();
  app.add_option("--ca-file", chosen.ca_file, "TLS, with this trust anchor");
  app.add_option("--seed", chosen.seed, "The load generator's")->capture_default_str();
  app.add_option("--listeners", chosen.listeners, "Connections")->capture_default_str();
  app.add_option("--agents-a-listener", chosen.agents_a_listener, "1 to 50")->capture_default_str();
  app.add_option("--states", chosen.states, "The load generator's")->capture_default_str();
  app.add_option("--folder", chosen.folder, "Of the trail, new");
  app.add_option("--durability", chosen.durability, "")->check(CLI::IsMember({"group", "none"}))->capture_default_str();
  app.add_option("--until", chosen.until, "How far an event is taken; receive reads and discards")
      ->transform(CLI::CheckedTransformer(works));
  CLI11_PARSE(app, argc, argv);
  try {
    limit_program{chosen}.run();
  } catch (const std::exception& problem) {
    fmt::print(stderr, "limit_program: {}\n", problem.what());
    return 1;
  }
  return 0;
}
