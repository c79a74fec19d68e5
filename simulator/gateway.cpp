#include "simulator/gateway.hpp"

#include <future>
#include <list>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "simulator/certificate_authority.hpp"
#include "simulator/control.hpp"
#include "simulator/event_stream_session.hpp"
#include "simulator/http_session.hpp"
#include "simulator/ledger_json.hpp"
#include "simulator/platform.hpp"

namespace floorwalker::simulator {

namespace {

constexpr auto answered = asio::as_tuple(asio::use_awaitable);
constexpr auto tick_interval = std::chrono::milliseconds{5}; // paced events are at most so late
constexpr auto stop_patience = std::chrono::milliseconds{1000};
constexpr auto accept_pause = std::chrono::milliseconds{50}; // when the process is out of file descriptors

options checked(options wished) {
  if (auto problems = problems_of(wished); !problems.empty())
    throw std::invalid_argument(fmt::format("{}", fmt::join(problems, "\n")));
  if (!wished.timestamp_digits_given && wished.pace.rate <= 0) wished.timestamps.digits = 6;
  return wished;
}

} // namespace

struct gateway::parts {
  struct waiter {
    std::function<bool(const ledger&)> holds;
    std::shared_ptr<std::promise<bool>> done;
    std::chrono::steady_clock::time_point deadline;
  };

  explicit parts(options wished)
      : home{checked(std::move(wished)), wall_clock()}, acceptor{io}, ticker{io}, tls{asio::ssl::context::tls_server} {
    open_port();
    if (home.chosen.tls) load_identity();
    asio::co_spawn(io, accept_all(), asio::detached);
    asio::co_spawn(io, tick_on(), asio::detached);
    thread = std::thread{[this] { run(); }};
  }

  void open_port() {
    auto error = boost::system::error_code{};
    auto address = asio::ip::make_address(home.chosen.address, error);
    auto endpoint = tcp::endpoint{address, home.chosen.port};
    if (!error) acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error)
      throw std::runtime_error(
          fmt::format("cannot listen on {} port {}: {}", home.chosen.address, home.chosen.port, error.message()));
    port = acceptor.local_endpoint().port();
  }

  void load_identity() {
    identity = home.chosen.tls_directory.empty() ? make_identity() : kept_identity(home.chosen.tls_directory);
    tls.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                    asio::ssl::context::no_tlsv1_1);
    tls.use_certificate_chain(asio::buffer(identity.certificate));
    tls.use_private_key(asio::buffer(identity.key), asio::ssl::context::pem);
  }

  void run() {
    // A connection that goes wrong must not take the others with it.
    while (!io.stopped()) {
      try {
        io.run();
      } catch (const std::exception& problem) {
        spdlog::error("A connection ended unexpectedly: {}", problem.what());
      }
    }
  }

  asio::awaitable<void> accept_all() {
    while (acceptor.is_open()) {
      auto [error, socket] = co_await acceptor.async_accept(answered);
      if (!error) {
        auto ignored = boost::system::error_code{};
        socket.set_option(tcp::no_delay(true), ignored);
        auto stream = std::make_shared<wire_stream>(std::move(socket), home.chosen.tls ? &tls : nullptr);
        asio::co_spawn(io, serve(std::move(stream), home), asio::detached);
      } else if (acceptor.is_open()) {
        auto pause = asio::steady_timer{io, accept_pause};
        co_await pause.async_wait(answered);
      }
    }
  }

  asio::awaitable<void> tick_on() {
    while (true) {
      ticker.expires_after(tick_interval);
      co_await ticker.async_wait(answered);
      auto now = wall_clock();
      home.board.tick(now);
      for (auto place = std::size_t{0}; place < home.streams.size(); ++place)
        if (auto session = home.streams[place].lock()) session->tick(now);
      ask_waiters();
    }
  }

  void ask_waiters() {
    auto now = std::chrono::steady_clock::now();
    for (auto one = waiters.begin(); one != waiters.end();) {
      auto holds = one->holds(home.book);
      if (!holds && now < one->deadline) {
        ++one;
        continue;
      }
      one->done->set_value(holds);
      one = waiters.erase(one);
    }
  }

  /// Runs `question` on the gateway's thread and returns its answer; after the stop on the caller's.
  template <class Question>
  auto ask(Question question) -> decltype(question()) {
    auto lock = std::lock_guard{asking};
    if (!thread.joinable()) return question();
    auto answer = std::promise<decltype(question())>{};
    auto result = answer.get_future();
    asio::post(io, [&] {
      try {
        answer.set_value(question());
      } catch (const std::exception& problem) {
        spdlog::error("A question to the simulator failed: {}", problem.what());
        answer.set_value({});
      }
    });
    return result.get();
  }

  void stop() {
    auto lock = std::lock_guard{asking};
    if (!thread.joinable()) return;
    asio::post(io, [this] {
      auto ignored = boost::system::error_code{};
      acceptor.close(ignored);
      for (auto& known : home.streams)
        if (auto session = known.lock())
          session->close(1001, "the simulator stops", "closed by us: the simulator stops");
      for (auto& one : waiters) one.done->set_value(one.holds(home.book));
      waiters.clear();
      asio::co_spawn(io, stop_when_quiet(), asio::detached);
    });
    thread.join();
  }

  asio::awaitable<void> stop_when_quiet() {
    auto deadline = std::chrono::steady_clock::now() + stop_patience;
    auto timer = asio::steady_timer{io};
    auto quiet = [this] {
      for (auto& known : home.streams)
        if (auto session = known.lock(); session && !session->ended()) return false;
      return true;
    };
    while (!quiet() && std::chrono::steady_clock::now() < deadline) {
      timer.expires_after(tick_interval);
      co_await timer.async_wait(answered);
    }
    io.stop();
  }

  // First the home, because connections refer to it; the io_context holds the connections.
  platform home;
  asio::io_context io{1};
  tcp::acceptor acceptor;
  asio::steady_timer ticker;
  asio::ssl::context tls;
  server_identity identity;
  std::uint16_t port = 0;
  std::list<waiter> waiters;
  std::mutex asking; ///< keeps questions and the stop apart; the gateway's thread never takes it
  std::thread thread;
};

gateway::gateway(options wished) : parts_{std::make_unique<parts>(std::move(wished))} {}

gateway::~gateway() { stop(); }

std::uint16_t gateway::port() const { return parts_->port; }

std::string gateway::base_url() const {
  const auto& chosen = parts_->home.chosen;
  auto host = chosen.address.find(':') == std::string::npos ? chosen.address : fmt::format("[{}]", chosen.address);
  return fmt::format("{}://{}:{}", chosen.tls ? "https" : "http", host, parts_->port);
}

const std::string& gateway::ca_pem() const { return parts_->identity.ca; }

std::string gateway::ca_file() const {
  const auto& chosen = parts_->home.chosen;
  return chosen.tls && !chosen.tls_directory.empty() ? chosen.tls_directory + "/ca.pem" : std::string{};
}

boost::json::object gateway::ledger_document(std::string_view query) const {
  return parts_->ask([&] { return ledger_json(parts_->home, read_ledger_query(query), wall_clock()); });
}

ledger_totals gateway::totals() const {
  return parts_->ask([&] { return parts_->home.book.totals(); });
}

boost::json::object gateway::control(boost::json::object wishes) {
  return parts_->ask([&] { return carry_out_wishes(parts_->home, wishes, wall_clock()); });
}

bool gateway::wait_for(std::function<bool(const ledger&)> holds, std::chrono::milliseconds limit) const {
  auto done = std::make_shared<std::promise<bool>>();
  auto result = done->get_future();
  auto deadline = std::chrono::steady_clock::now() + limit;
  auto asked = parts_->ask([&] {
    if (!parts_->thread.joinable()) {
      done->set_value(holds(parts_->home.book));
    } else {
      parts_->waiters.push_back({std::move(holds), done, deadline});
    }
    return true;
  });
  return asked && result.get();
}

void gateway::stop() { parts_->stop(); }

} // namespace floorwalker::simulator
