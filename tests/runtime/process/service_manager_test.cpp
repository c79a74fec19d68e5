#define BOOST_TEST_MODULE service
#include <boost/test/unit_test.hpp>

#include "runtime/network/network_threads.hpp"
#include "runtime/process/floor_system.hpp"
#include "runtime/process/service_manager.hpp"
#include "runtime/process/service_watchdog.hpp"

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <spdlog/spdlog.h>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <string>

namespace {

using namespace floorwalker;

using variables = std::map<std::string, std::string>;

constexpr int own_id = 42;

service_wishes wishes(const variables& given) {
  return read_service_wishes(
      [&](const std::string& name) {
        auto found = given.find(name);
        return found == given.end() ? std::nullopt : std::optional{found->second};
      },
      own_id);
}

/// The service manager's side: a datagram socket in the abstract namespace, which needs no folder.
class listening_manager {
public:
  listening_manager() : socket_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)} {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    // Without a name the system picks one.
    BOOST_REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(sa_family_t)) == 0);
    socklen_t size = sizeof address;
    BOOST_REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    name_ = '@';
    name_.append(address.sun_path + 1, size - offsetof(sockaddr_un, sun_path) - 1);
  }
  ~listening_manager() { ::close(socket_); }
  listening_manager(const listening_manager&) = delete;
  listening_manager& operator=(const listening_manager&) = delete;

  const std::string& name() const { return name_; }

  /// The next message; nothing if none comes in time.
  std::optional<std::string> hear(int milliseconds = 15'000) {
    pollfd wait{socket_, POLLIN, 0};
    if (::poll(&wait, 1, milliseconds) != 1) return std::nullopt;
    std::array<char, 256> text{};
    auto size = ::recv(socket_, text.data(), text.size(), 0);
    return size < 0 ? std::nullopt : std::optional{std::string(text.data(), static_cast<std::size_t>(size))};
  }

private:
  int socket_;
  std::string name_;
};

/// A root that answers nothing but how its sinks are, if that.
root_actor::behavior_type scripted_root(root_actor::pointer self, bool answers) {
  return {[](const tenant_report&) {},
          [](caf::join_atom) -> caf::result<process_end_ptr> { return caf::sec::unexpected_message; },
          [](const tenant_status_query&) -> caf::result<agent_status> { return caf::sec::unexpected_message; },
          [](caf::get_atom) { return std::map<std::string, system_metrics>{}; },
          [](const tenant_agents_query&) { return std::vector<agent_status>{}; },
          [self, answers](const sinks_query&) -> caf::result<std::vector<sink_progress>> {
            if (answers) return std::vector<sink_progress>{};
            return self->make_response_promise<std::vector<sink_progress>>();
          },
          [](const floor_change_ptr&) { return floor_changed{}; },
          [](const timer_fired&) {},
          [self](const stop_command&) { self->quit(); }};
}

struct watched_process {
  explicit watched_process(bool answers, std::chrono::microseconds patience)
      : root{system.spawn(scripted_root, answers)},
        told{std::make_shared<service_manager>(service_wishes{manager.name(), patience})} {}
  ~watched_process() {
    watchdog.stop();
    caf::anon_send(root, stop_command{});
    root = nullptr;
    system.await_all_actors_done();
    threads.stop();
  }

  listening_manager manager;
  network_threads threads;
  floor_configuration configuration;
  caf::actor_system system{configuration};
  root_actor root;
  std::shared_ptr<service_manager> told;
  service_watchdog watchdog{threads.context(), system, root, told};
};

struct quiet_log {
  quiet_log() { spdlog::set_level(spdlog::level::off); }
};
BOOST_TEST_GLOBAL_FIXTURE(quiet_log);

BOOST_AUTO_TEST_CASE(the_service_managers_wishes_are_read_from_the_environment) {
  struct row {
    const char* sentence;
    variables given;
    std::string socket;
    std::optional<std::chrono::microseconds> watchdog;
  };
  const std::chrono::microseconds second{1'000'000};
  const row rows[] = {
      {"nobody", {}, "", {}},
      {"a watchdog without a socket", {{"WATCHDOG_USEC", "1000000"}}, "", {}},
      {"a socket", {{"NOTIFY_SOCKET", "/run/n"}}, "/run/n", {}},
      {"an abstract one", {{"NOTIFY_SOCKET", "@n"}}, "@n", {}},
      {"another kind", {{"NOTIFY_SOCKET", "vsock:2:1"}}, "", {}},
      {"no name", {{"NOTIFY_SOCKET", "@"}}, "", {}},
      {"a name that no address holds", {{"NOTIFY_SOCKET", "/" + std::string(200, 'x')}}, "", {}},
      {"a watchdog for anybody", {{"NOTIFY_SOCKET", "/n"}, {"WATCHDOG_USEC", "1000000"}}, "/n", second},
      {"for us", {{"NOTIFY_SOCKET", "/n"}, {"WATCHDOG_USEC", "1000000"}, {"WATCHDOG_PID", "42"}}, "/n", second},
      {"for another process", {{"NOTIFY_SOCKET", "/n"}, {"WATCHDOG_USEC", "1000000"}, {"WATCHDOG_PID", "7"}}, "/n", {}},
      {"no number", {{"NOTIFY_SOCKET", "/n"}, {"WATCHDOG_USEC", "1s"}}, "/n", {}},
      {"nought", {{"NOTIFY_SOCKET", "/n"}, {"WATCHDOG_USEC", "0"}}, "/n", {}}};
  for (const auto& [sentence, given, socket, watchdog] : rows) BOOST_TEST_CONTEXT(sentence) {
      auto read = wishes(given);
      BOOST_TEST(read.socket == socket);
      BOOST_TEST((read.watchdog == watchdog));
    }
}

BOOST_AUTO_TEST_CASE(what_is_told_arrives_as_it_is) {
  listening_manager manager;
  service_manager telling{{manager.name(), {}}};
  BOOST_TEST(telling.tell("READY=1\nSTATUS=well"));
  BOOST_TEST(manager.hear().value_or("") == "READY=1\nSTATUS=well");
}

BOOST_AUTO_TEST_CASE(nobody_who_listens_is_no_failure) {
  BOOST_TEST(!service_manager{{}}.tell("READY=1"));
  BOOST_TEST(!(service_manager{{"@floorwalker-nobody-listens-here", {}}}.tell("READY=1")));
}

BOOST_AUTO_TEST_CASE(the_watchdog_is_fed_while_the_actors_answer) {
  watched_process process{true, std::chrono::milliseconds{20}};
  for (int i = 0; i < 5; ++i) BOOST_TEST(process.manager.hear().value_or("") == "WATCHDOG=1");
}

BOOST_AUTO_TEST_CASE(the_watchdog_is_not_fed_by_actors_that_do_not_answer) {
  watched_process process{false, std::chrono::milliseconds{20}};
  BOOST_TEST(!process.manager.hear(300).has_value());
}

} // namespace
