// One connection to a PostgreSQL server, whose waits can be interrupted.
#pragma once

#include "runtime/outlets/line_writer.hpp"
#include "runtime/postgres/connection_parameters.hpp"
#include "runtime/postgres/server_failure.hpp"

#include <libpq-fe.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker::postgres {

/// The server gives up a statement after this long; the client a little later, should the server be gone without a word.
inline constexpr std::chrono::seconds statement_timeout{30};

/// A parameter of a statement. `value` is in text form, or in the type's binary form.
struct statement_parameter {
  Oid type = 0;
  std::optional<std::string_view> value; ///< none: null
  bool binary = false;
};

/// The rows of an answer, as text.
class statement_result {
public:
  explicit statement_result(PGresult* result) : result_{result, &PQclear} {}

  int rows() const { return PQntuples(result_.get()); }
  bool is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }
  std::string_view text(int row, int column) const;
  /// The number in a column of whole numbers; 0 for null.
  std::uint64_t number(int row, int column) const;
  /// What the server says it did: "COMMIT", "INSERT 0 5".
  std::string_view tag() const { return PQcmdStatus(result_.get()); }
  /// Rows that the statement wrote.
  std::uint64_t affected() const;

private:
  std::unique_ptr<PGresult, decltype(&PQclear)> result_;
};

/// Connects when it is made. Every call may throw server_failure or interrupted_session, after which the session is to
/// be thrown away, except after a failure that leaves it usable(). For one thread.
class server_session {
public:
  server_session(connection_parameters parameters, const write_interruption& interruption);
  ~server_session();
  server_session(const server_session&) = delete;
  server_session& operator=(const server_session&) = delete;

  /// Several statements without parameters, separated by semicolons; gives the last one's result.
  statement_result run(const std::string& sql);
  /// One statement.
  statement_result run(const std::string& sql, const std::vector<statement_parameter>& parameters);

  /// A COPY … FROM STDIN with all of its data.
  statement_result copy(const std::string& sql, std::string_view data);

  /// The connection stands and no statement is under way.
  bool usable() const;

private:
  statement_result finish(int sent);
  void begin_copy(const std::string& sql);
  void wait_until_idle();
  void wait_for(short events, std::chrono::steady_clock::time_point until);
  [[noreturn]] void fail(const std::string& doing) const;
  void cancel_statement() const;

  const write_interruption& interruption_;
  PGconn* connection_ = nullptr;
  bool under_way_ = false; ///< the server may be at work on a statement
};

} // namespace floorwalker::postgres
