#include "tests/runtime/postgres/postgres_server.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <memory>
#include <stdexcept>
#include <utility>

namespace floorwalker::testing {
namespace {

namespace fs = std::filesystem;

/// The newest of Debian's versions.
fs::path programs() {
  fs::path newest;
  std::error_code none;
  for (auto& version : fs::directory_iterator{"/usr/lib/postgresql", none})
    if (fs::exists(version.path() / "bin/postgres") && version.path() > newest) newest = version.path();
  if (newest.empty())
    throw std::runtime_error{"this test needs the programs of a PostgreSQL server: run scripts/setup --test, which "
                             "installs Debian's postgresql-15 without starting it"};
  return newest / "bin";
}

const passwd* server_user() {
  if (::geteuid() != 0) return nullptr;
  auto* user = ::getpwnam("postgres");
  if (!user) throw std::runtime_error{"there is no user postgres, whom the server runs as when the test is root"};
  return user;
}

/// In the child: becomes the server's user, writes to `output`, and ends with the test by `signal`.
[[noreturn]] void become(const std::vector<std::string>& command, const passwd* user, int output, int signal) {
  auto parent = ::getppid();
  if (user &&
      (::initgroups(user->pw_name, user->pw_gid) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0))
    ::_exit(126);
  ::prctl(PR_SET_PDEATHSIG, signal);
  if (::getppid() != parent) ::_exit(126);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  std::vector<char*> words;
  for (auto& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  if (::chdir("/") == 0) ::execv(words[0], words.data());
  ::_exit(127);
}

struct started {
  pid_t process = -1;
  int output = -1; ///< what it writes
};

started start_program(const std::vector<std::string>& command, int death_signal) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error{"no pipe"};
  auto* user = server_user();
  auto child = ::fork();
  if (child == 0) become(command, user, ends[1], death_signal);
  ::close(ends[1]);
  if (child < 0) throw std::runtime_error{"cannot start " + command.front()};
  return {child, ends[0]};
}

void run_to_end(const std::vector<std::string>& command) {
  auto [process, output] = start_program(command, SIGKILL);
  std::string said;
  std::array<char, 4096> buffer;
  for (ssize_t got; (got = ::read(output, buffer.data(), buffer.size())) > 0;)
    said.append(buffer.data(), static_cast<std::size_t>(got));
  ::close(output);
  int status = 0;
  ::waitpid(process, &status, 0);
  if (status != 0) throw std::runtime_error{command.front() + " failed: " + said};
}

} // namespace

postgres_server::postgres_server() {
  auto bin = programs();
  std::string form = (fs::temp_directory_path() / "floorwalker-postgres-XXXXXX").string();
  if (::mkdtemp(form.data()) == nullptr) throw std::runtime_error{"cannot make a folder for the server"};
  folder_ = form;
  if (auto* user = server_user(); user && ::chown(form.c_str(), user->pw_uid, user->pw_gid) != 0)
    throw std::runtime_error{"cannot give the folder to the server's user"};
  run_to_end({(bin / "initdb").string(), "--pgdata=" + (folder_ / "data").string(), "--username=floor", "--auth=trust",
              "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"});
  start();
}

postgres_server::~postgres_server() {
  stop_at_once();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void postgres_server::start() {
  // The machine does not lose power in a test, so nothing is gained by waiting for the disk.
  auto [process, output] = start_program({(programs() / "postgres").string(), "-D", (folder_ / "data").string(), "-k",
                                          folder_.string(), "-h", "", "-F", "-c", "port=5432", "-c",
                                          "log_min_messages=warning", "-c", "max_connections=40", "-c", "fsync=off"},
                                         SIGQUIT);
  process_ = process;
  std::promise<bool> ready;
  auto is_ready = ready.get_future();
  log_reader_ = std::thread{[output = output, ready = std::move(ready)]() mutable {
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> log{::fdopen(output, "r"), &std::fclose};
    std::array<char, 1024> line;
    std::string said;
    bool told = false;
    while (std::fgets(line.data(), static_cast<int>(line.size()), log.get()) != nullptr) {
      if (said.size() < 10'000) said += line.data();
      if (!told && said.find("ready to accept connections") != std::string::npos)
        ready.set_value(std::exchange(told, true) == false);
    }
    if (!told) ready.set_value(false);
  }};
  if (!is_ready.get()) throw std::runtime_error{"the PostgreSQL server does not start"};
}

void postgres_server::stop_at_once() {
  if (process_ < 0) return;
  ::kill(process_, SIGQUIT);
  int status = 0;
  ::waitpid(std::exchange(process_, -1), &status, 0);
  log_reader_.join();
}

postgres_server& server() {
  static postgres_server only;
  return only;
}

database_client::database_client(const std::string& connection) : connection_{PQconnectdb(connection.c_str())} {
  if (PQstatus(connection_) != CONNECTION_OK) throw std::runtime_error{PQerrorMessage(connection_)};
  PQsetNoticeProcessor(
      connection_, [](void*, const char*) {}, nullptr);
}

text_rows database_client::rows(const std::string& sql) {
  std::unique_ptr<PGresult, decltype(&PQclear)> result{PQexec(connection_, sql.c_str()), &PQclear};
  auto status = PQresultStatus(result.get());
  BOOST_REQUIRE_MESSAGE(status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK,
                        sql << ": " << PQresultErrorMessage(result.get()));
  text_rows all;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    auto& texts = all.emplace_back();
    for (int column = 0; column < PQnfields(result.get()); ++column)
      texts.emplace_back(PQgetisnull(result.get(), row, column) != 0 ? "(null)"
                                                                     : PQgetvalue(result.get(), row, column));
  }
  return all;
}

std::string database_client::value(const std::string& sql) {
  auto all = rows(sql);
  BOOST_REQUIRE_MESSAGE(all.size() == 1 && all[0].size() == 1, sql << ": not one value");
  return all[0][0];
}

std::string fresh_name() {
  static int count = 0;
  return fmt::format("t{}", ++count);
}

} // namespace floorwalker::testing
