#include "runtime/postgres/server_session.hpp"

#include "runtime/network/secret_text.hpp"
#include "runtime/outlets/detached_call.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <mutex>
#include <system_error>
#include <utility>

namespace floorwalker::postgres {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

/// A connection is bounded by connect_timeout for each address; this bounds slow name servers and long lists of hosts.
constexpr std::chrono::seconds connect_limit{60};
constexpr auto answer_limit = statement_timeout + 5s;
/// How long an outlet's end waits for the server to hear of it.
constexpr std::chrono::milliseconds cancel_limit{150};

std::uint64_t number_in(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// A connection that is being made, shared by who makes it and who waits for it.
struct attempt {
  std::mutex mutex;
  PGconn* connection = nullptr;
  bool abandoned = false;
};

/// Forgets the password in `parameters`.
void connect(connection_parameters& parameters, attempt& shared) {
  std::vector<const char*> keywords, values;
  for (auto& [keyword, value] : parameters) {
    keywords.push_back(keyword.c_str());
    values.push_back(value.c_str());
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  auto* connection = PQconnectdbParams(keywords.data(), values.data(), 1);
  for (auto& [keyword, value] : parameters) wipe(value);
  std::lock_guard lock{shared.mutex};
  if (shared.abandoned)
    PQfinish(connection);
  else
    shared.connection = connection;
}

/// Null if the wait ended before there was an answer.
PGconn* await_connection(connection_parameters parameters, const write_interruption& interruption) {
  // Looking up names blocks inside of libpq, so it happens where nobody has to wait for it.
  auto shared = std::make_shared<attempt>();
  auto held = std::make_shared<connection_parameters>(std::move(parameters)); // copied, it would have to be wiped twice
  call_detached([held, shared] { connect(*held, *shared); }, connect_limit, &interruption);
  std::lock_guard lock{shared->mutex};
  shared->abandoned = true;
  return std::exchange(shared->connection, nullptr);
}

bool is_raised(const write_interruption& interruption) {
  pollfd event{interruption.descriptor(), POLLIN, 0};
  return ::poll(&event, 1, 0) > 0;
}

server_failure failure_of(const PGresult* result) {
  auto* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  auto* words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  return server_failure{one_line(words ? words : PQresultErrorMessage(result)), state ? state : ""};
}

void leave_notices_alone(void*, const PGresult*) {}

} // namespace

std::string_view statement_result::text(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column), static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::uint64_t statement_result::number(int row, int column) const { return number_in(text(row, column)); }

std::uint64_t statement_result::affected() const { return number_in(PQcmdTuples(result_.get())); }

server_session::server_session(connection_parameters parameters, const write_interruption& interruption)
    : interruption_{interruption} {
  connection_ = await_connection(std::move(parameters), interruption);
  if (!connection_) {
    if (is_raised(interruption)) throw interrupted_session{};
    throw server_failure{"no connection within " + std::to_string(connect_limit.count()) + " s"};
  }
  if (PQstatus(connection_) != CONNECTION_OK || PQsetnonblocking(connection_, 1) != 0) {
    auto words = one_line(PQerrorMessage(connection_));
    PQfinish(std::exchange(connection_, nullptr));
    throw server_failure{words};
  }
  PQsetNoticeReceiver(connection_, &leave_notices_alone, nullptr);
}

server_session::~server_session() {
  if (under_way_ && is_raised(interruption_)) cancel_statement();
  PQfinish(connection_);
}

bool server_session::usable() const { return PQstatus(connection_) == CONNECTION_OK && !under_way_; }

statement_result server_session::run(const std::string& sql) { return finish(PQsendQuery(connection_, sql.c_str())); }

statement_result server_session::run(const std::string& sql, const std::vector<statement_parameter>& parameters) {
  std::vector<Oid> types;
  std::vector<const char*> values;
  std::vector<int> sizes, formats;
  std::vector<std::string> texts; // text values have to end with a zero byte
  texts.reserve(parameters.size());
  for (auto& [type, value, binary] : parameters) {
    types.push_back(type);
    formats.push_back(binary ? 1 : 0);
    sizes.push_back(value ? static_cast<int>(value->size()) : 0);
    if (!value)
      values.push_back(nullptr);
    else
      values.push_back(binary ? value->data() : texts.emplace_back(*value).c_str());
  }
  return finish(PQsendQueryParams(connection_, sql.c_str(), static_cast<int>(parameters.size()), types.data(),
                                  values.data(), sizes.data(), formats.data(), 0));
}

statement_result server_session::copy(const std::string& sql, std::string_view data) {
  begin_copy(sql);
  auto queued = PQputCopyData(connection_, data.data(), static_cast<int>(data.size()));
  return finish(queued == 1 ? PQputCopyEnd(connection_, nullptr) : 0);
}

/// Returns when the server waits for data.
void server_session::begin_copy(const std::string& sql) {
  if (PQsendQuery(connection_, sql.c_str()) == 0) fail("send a statement");
  under_way_ = true;
  wait_until_idle();
  std::unique_ptr<PGresult, decltype(&PQclear)> ready{PQgetResult(connection_), &PQclear};
  if (!ready || PQstatus(connection_) != CONNECTION_OK) fail("read an answer");
  if (PQresultStatus(ready.get()) == PGRES_COPY_IN) return;
  for (auto* next = ready.get(); next;) { // to the end of the statement
    wait_until_idle();
    next = PQgetResult(connection_);
    PQclear(next);
  }
  under_way_ = false;
  throw failure_of(ready.get());
}

statement_result server_session::finish(int sent) {
  if (sent == 0) fail("send a statement");
  under_way_ = true;
  std::unique_ptr<PGresult, decltype(&PQclear)> last{nullptr, &PQclear};
  for (;;) {
    wait_until_idle();
    auto* next = PQgetResult(connection_);
    if (!next) break;
    auto earlier = last ? PQresultStatus(last.get()) : PGRES_COMMAND_OK;
    if (earlier == PGRES_FATAL_ERROR)
      PQclear(next); // behind a failure nothing is done
    else
      last.reset(next);
    if (PQstatus(connection_) != CONNECTION_OK) fail("read an answer");
  }
  under_way_ = false;
  if (!last) fail("read an answer");
  auto status = PQresultStatus(last.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return statement_result{last.release()};
  throw failure_of(last.get());
}

void server_session::wait_until_idle() {
  auto until = steady_clock::now() + answer_limit;
  for (;;) {
    auto flushed = PQflush(connection_);
    if (flushed < 0) fail("send a statement");
    if (flushed == 0 && PQisBusy(connection_) == 0) return;
    wait_for(static_cast<short>(flushed > 0 ? POLLIN | POLLOUT : POLLIN), until);
    if (PQconsumeInput(connection_) == 0) fail("read an answer");
  }
}

void server_session::wait_for(short events, steady_clock::time_point until) {
  std::array<pollfd, 2> descriptors{{{PQsocket(connection_), events, 0}, {interruption_.descriptor(), POLLIN, 0}}};
  for (;;) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady_clock::now()).count();
    auto count = ::poll(descriptors.data(), descriptors.size(), static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (count < 0 && errno == EINTR) continue;
    if (descriptors[1].revents != 0) throw interrupted_session{};
    if (count == 0) throw server_failure{"no answer from the server"};
    return;
  }
}

void server_session::fail(const std::string& doing) const {
  auto words = one_line(PQerrorMessage(connection_));
  throw server_failure{words.empty() ? "cannot " + doing : words};
}

void server_session::cancel_statement() const {
  auto* request = PQgetCancel(connection_);
  if (!request) return;
  // It opens a connection of its own, and blocks on it. Refused or lost, it makes no difference: the server ends the
  // statement's transaction when it finds this connection closed. So does it when no thread can be started.
  try {
    call_detached(
        [request] {
          std::array<char, 256> words{};
          PQcancel(request, words.data(), static_cast<int>(words.size()));
          PQfreeCancel(request);
        },
        cancel_limit, nullptr);
  } catch (const std::system_error&) {
    PQfreeCancel(request);
  }
}

} // namespace floorwalker::postgres
