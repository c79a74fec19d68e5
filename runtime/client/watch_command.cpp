#include "runtime/client/watch_command.hpp"

#include "runtime/client/line_stream.hpp"
#include "runtime/client/node_listing.hpp"
#include "runtime/client/reconnecting_stream.hpp"
#include "runtime/client/status_report.hpp"
#include "runtime/client/transition_lines.hpp"
#include "runtime/client/watch_screen.hpp"
#include "runtime/client/watch_terminal.hpp"
#include "runtime/network/system_wall_clock.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <ostream>

namespace floorwalker {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds frame_interval{250};

/// The table on a terminal.
class table_watch {
public:
  table_watch(asio::io_context& context, const node_access& access, const std::string& tenant, bool color)
      : context_{context},
        stream_{context,
                access,
                "/api/v1/stream?tenant=" + percent_encoded(tenant),
                {[this](const server_event& event) { model_.take(event, clock_.now()); }, [](bool) {},
                 [](const std::string&) {},
                 [this](const client_failure& failure) {
                   failure_ = failure;
                   context_.stop();
                 }}},
        signals_{context},
        frames_{context},
        keys_{context},
        color_{color} {}

  ~table_watch() {
    stream_.stop();
    if (keys_.is_open()) keys_.release(); // stdin stays open
  }
  table_watch(const table_watch&) = delete;
  table_watch& operator=(const table_watch&) = delete;

  /// Why it ended, unless the person wanted it.
  std::optional<client_failure> run() {
    started_at_ = std::chrono::steady_clock::now();
    for (auto number : {SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGWINCH}) signals_.add(number);
    await_signal();
    if (terminal_.has_keys()) {
      keys_.assign(STDIN_FILENO);
      await_keys();
    }
    stream_.start();
    draw_and_wait();
    context_.run();
    return failure_;
  }

private:
  void await_signal() {
    signals_.async_wait([this](const boost::system::error_code& error, int number) {
      if (error) return;
      if (number == SIGWINCH) {
        shown_.clear();
        draw();
      } else if (number == SIGTSTP) {
        terminal_.leave();
        ::raise(SIGSTOP); // until somebody lets it go on
        terminal_.enter();
        shown_.clear();
        draw();
      } else {
        return context_.stop();
      }
      await_signal();
    });
  }

  void await_keys() {
    // Only waits: reading by the library would make the shell's own descriptor non-blocking.
    keys_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const boost::system::error_code& error) {
      if (error) return;
      std::array<char, 256> bytes{};
      auto size = ::read(STDIN_FILENO, bytes.data(), bytes.size());
      if (size <= 0) return context_.stop(); // the terminal is gone
      for (const auto& key : keys_in({bytes.data(), static_cast<std::size_t>(size)}))
        if (!view_.take(key, view_.rows(model_.agents()).size(), rows_on_screen(style()))) return context_.stop();
      draw();
      await_keys();
    });
  }

  void draw_and_wait() {
    draw();
    if (terminal_.gone()) return context_.stop();
    frames_.expires_after(frame_interval);
    frames_.async_wait([this](const boost::system::error_code& error) {
      if (!error) draw_and_wait();
    });
  }

  watch_style style() const { return {terminal_.width(), terminal_.height(), color_}; }

  watch_link link() const {
    auto now = std::chrono::steady_clock::now();
    watch_link link;
    link.connected = stream_.connected();
    link.data_age = now - stream_.heard_at().value_or(started_at_);
    link.trouble = stream_.trouble();
    if (!link.trouble.empty()) link.retry_in = std::max(stream_.next_attempt() - now, std::chrono::nanoseconds{});
    return link;
  }

  void draw() {
    if (!terminal_.ready()) return;
    auto picture = draw_watch(model_, view_, link(), clock_.now(), style());
    terminal_.write(picture_changes(shown_, picture));
    shown_ = std::move(picture);
  }

  asio::io_context& context_;
  system_wall_clock clock_;
  watch_model model_;
  watch_view view_;
  std::optional<client_failure> failure_;
  std::chrono::steady_clock::time_point started_at_;
  reconnecting_stream stream_;
  asio::signal_set signals_;
  asio::steady_timer frames_;
  asio::posix::stream_descriptor keys_;
  bool color_;
  std::vector<std::string> shown_;
  watch_terminal terminal_; ///< given back first
};

/// Every transition as a line.
line_stream_manner transitions_of(const std::string& tenant) {
  // Figures carry the id too, so that it is known where to go on though no transition came.
  return {.command = "watch",
          .target = fmt::format("/api/v1/stream?tenant={}&mode=log&types=snapshot,transition,metrics",
                                percent_encoded(tenant)),
          .line = [](const server_event& event) {
            return event.name == "transition" ? transition_line(event.data) : std::nullopt;
          }};
}

} // namespace

int run_watch(const watch_request& request, const std::string& user_agent, std::ostream& errors) {
  // A reader that goes away is an error of that write.
  std::signal(SIGPIPE, SIG_IGN);
  std::optional<client_failure> failure;
  try {
    auto access = open_node_access(request.node, user_agent);
    auto tenant = the_one_tenant(access, request.tenant);
    asio::io_context context{1};
    if (auto abilities = abilities_of_terminal(); abilities.screen)
      failure = table_watch{context, access, tenant, abilities.color}.run();
    else
      failure = line_stream{context, access, transitions_of(tenant), errors}.run();
  } catch (const client_failure& problem) {
    failure = problem;
  }
  if (!failure) return 0;
  errors << "floorwalker: watch: " << failure->what() << '\n';
  return failure->exit_code;
}

} // namespace floorwalker
