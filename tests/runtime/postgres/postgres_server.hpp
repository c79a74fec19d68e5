// A PostgreSQL server of the test's own, and a client to look into it.
#pragma once

#include "messages/settings.hpp"

#include <libpq-fe.h>
#include <sys/types.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace floorwalker::testing {

/// Runs Debian's server program on a Unix socket in a temporary folder, as the user `postgres` when the test is root.
/// Gone with the test, however that ends. Without the program the test fails.
class postgres_server {
public:
  postgres_server();
  ~postgres_server();
  postgres_server(const postgres_server&) = delete;
  postgres_server& operator=(const postgres_server&) = delete;

  /// Ends as in a power cut, without writing what is in memory (pg_ctl stop -m immediate).
  void stop_at_once();
  /// Returns when it takes connections.
  void start();
  void restart() {
    stop_at_once();
    start();
  }

  const std::filesystem::path& folder() const { return folder_; } ///< where the socket is
  std::filesystem::path socket() const { return folder_ / ".s.PGSQL.5432"; }
  std::string connection() const { return "host=" + folder_.string() + " dbname=postgres user=floor"; }

private:
  void read_log(int log);

  std::filesystem::path folder_;
  pid_t process_ = -1;
  std::thread log_reader_;
};

/// The server of this test program, started with its first test that needs it.
postgres_server& server();

/// Rows of text; null is "(null)".
using text_rows = std::vector<std::vector<std::string>>;

/// A client that waits for each answer. A failed statement fails the test.
class database_client {
public:
  explicit database_client(const std::string& connection = server().connection());
  ~database_client() { PQfinish(connection_); }
  database_client(const database_client&) = delete;
  database_client& operator=(const database_client&) = delete;

  text_rows rows(const std::string& sql);
  /// The one value that the statement gives.
  std::string value(const std::string& sql);
  void run(const std::string& sql) { rows(sql); }

private:
  PGconn* connection_;
};

/// A name for a table or a schema that no other test of this program has.
std::string fresh_name();

} // namespace floorwalker::testing
