// How an outlet connects, what it tells of a failure, and how it ends.
#include "runtime/postgres/connection_parameters.hpp"

#include "tests/runtime/postgres/faulty_path.hpp"
#include "tests/runtime/postgres/postgres_fixture.hpp"

#include <chrono>
#include <cstdlib>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::answer_of;
using testing::database_client;
using testing::postgres_fixture;
using testing::sample_trail;
using testing::server;
using testing::whole_group;

/// The value that libpq would take: the last one.
std::string parameter(const sink_settings& settings, const std::string& keyword) {
  std::string found = "(none)";
  for (auto& [key, value] : postgres::parameters_for(settings, "hush"))
    if (key == keyword) found = value;
  return found;
}

struct tls_row {
  const char* connection;
  const char* ca_file;
  const char* mode;
  const char* anchors;
};

constexpr auto system_anchors = "/etc/ssl/certs/ca-certificates.crt";

const tls_row tls_rows[] = {
    {"host=db.example dbname=x", "", "verify-full", system_anchors},
    {"postgresql://u@db.example:5433/x", "", "verify-full", system_anchors},
    {"host=127.0.0.1,db.example", "", "verify-full", system_anchors},
    {"hostaddr=192.0.2.7", "", "verify-full", system_anchors},
    {"host=db.example", "/ca.pem", "verify-full", "/ca.pem"},
    {"host=127.0.0.1", "/ca.pem", "verify-full", "/ca.pem"},
    {"host=db.example sslmode=verify-ca", "/ca.pem", "verify-ca", "/ca.pem"},
    {"host=db.example sslmode=require", "", "require", "(none)"},
    {"host=db.example sslmode=disable", "", "disable", "(none)"},
    {"host=localhost", "", "(none)", "(none)"},
    {"host=127.0.0.1,::1", "", "(none)", "(none)"},
    {"host=/var/run/postgresql", "", "(none)", "(none)"},
    {"dbname=x", "", "(none)", "(none)"},
    {"contact", "", "(none)", "(none)"},
};

double milliseconds_of(const std::function<void()>& what) {
  auto begin = std::chrono::steady_clock::now();
  what();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace

BOOST_AUTO_TEST_SUITE(parameters)

BOOST_AUTO_TEST_CASE(a_server_elsewhere_is_verified_unless_the_connection_string_says_otherwise) {
  for (auto& [connection, ca_file, mode, anchors] : tls_rows) BOOST_TEST_CONTEXT(connection) {
      sink_settings settings;
      settings.connection = connection;
      settings.ca_file = ca_file;
      BOOST_TEST(parameter(settings, "sslmode") == mode);
      BOOST_TEST(parameter(settings, "sslrootcert") == anchors);
      BOOST_TEST(parameter(settings, "dbname") == connection);
      BOOST_TEST(parameter(settings, "password") == "hush");
    }
}

BOOST_AUTO_TEST_CASE(what_libpq_cannot_read_is_a_failure) {
  sink_settings settings;
  settings.connection = "host=db colour=blue";
  BOOST_CHECK_EXCEPTION(postgres::parameters_for(settings, "hush"), postgres::server_failure, [](auto& failure) {
    return std::string{failure.what()} == "invalid connection option \"colour\"";
  });
}

BOOST_AUTO_TEST_CASE(only_values_that_are_never_taken_are_refused) {
  struct row {
    const char* state;
    bool refused;
  };
  for (auto& [state, refused] : std::initializer_list<row>{{"22021", true},
                                                           {"22P05", true},
                                                           {"23514", true},
                                                           {"54000", true},
                                                           {"54001", false},
                                                           {"40001", false},
                                                           {"40P01", false},
                                                           {"53100", false},
                                                           {"57P01", false},
                                                           {"57014", false},
                                                           {"42501", false},
                                                           {"", false}})
    BOOST_TEST((postgres::server_failure{"x", state}.refuses_the_values() == refused), state);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(sessions, postgres_fixture)

BOOST_AUTO_TEST_CASE(the_server_sees_who_it_is_and_bounds_its_statements) {
  auto outlet = make_outlet();
  sample_trail trail;
  write(*outlet, 1, {trail.add().commit()});
  database_client client;
  BOOST_TEST(client.value("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'floorwalker'") == "1");
  auto name = testing::fresh_name();
  client.run("CREATE TABLE " + name + " (timeout text); CREATE FUNCTION " + name +
             "() RETURNS trigger LANGUAGE plpgsql "
             "AS $$ BEGIN INSERT INTO " +
             name +
             " VALUES (current_setting('statement_timeout')); RETURN NEW; END $$; "
             "CREATE TRIGGER witness BEFORE INSERT ON " +
             settings.table + " FOR EACH ROW EXECUTE FUNCTION " + name + "()");
  write(*outlet, 2, {trail.add().commit()});
  BOOST_TEST(client.value("SELECT timeout FROM " + name) == "30s");
}

BOOST_AUTO_TEST_CASE(a_password_is_taken_from_its_file_and_never_told) {
  database_client admin;
  auto user = testing::fresh_name();
  admin.run("CREATE ROLE " + user + " LOGIN SUPERUSER PASSWORD 'hush-hush'");
  auto rules = server().folder() / "data/pg_hba.conf";
  auto before = testing::content_of(rules);
  testing::put(rules, "local all " + user + " scram-sha-256\n" + before);
  admin.run("SELECT pg_reload_conf()");
  settings.connection = "host=" + server().folder().string() + " dbname=postgres user=" + user;
  settings.secret_file = folder / "password";
  testing::put(settings.secret_file, "hush-hush\n");
  sample_trail trail;
  write(*make_outlet(), 1, {trail.add().commit()});
  testing::put(settings.secret_file, "wrong-hush\n");
  auto answer = answer_of(*make_outlet(), 1, whole_group({trail.add().commit()}));
  BOOST_TEST(answer.problem.find("password authentication failed for user \"" + user + "\"") != std::string::npos);
  BOOST_TEST(answer.problem.find("hush") == std::string::npos);
  BOOST_TEST(log.with("hush") == 0u);
  std::filesystem::remove(settings.secret_file);
  answer = answer_of(*make_outlet(), 1, whole_group({trail.add().commit()}));
  BOOST_TEST(answer.problem ==
             "cannot write to PostgreSQL: password-file \"" + settings.secret_file + "\": No such file or directory");
  testing::put(rules, before);
  admin.run("SELECT pg_reload_conf()");
}

BOOST_AUTO_TEST_CASE(problems_are_one_line) {
  settings.connection = "host=/nowhere user=x";
  auto answer = answer_of(*make_outlet(), 1, whole_group({sample_trail{}.add().commit()}));
  BOOST_TEST(answer.problem.starts_with("cannot write to PostgreSQL: connection to server on socket \"/nowhere/"));
  BOOST_TEST(answer.problem.find_first_of("\n\t") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_outlet_ends_at_once_while_its_statement_waits_and_the_server_stops_working_on_it) {
  sample_trail trail;
  auto outlet = make_outlet();
  write(*outlet, 1, {trail.add().commit()});
  database_client blocker, witness;
  blocker.run("BEGIN; LOCK TABLE " + settings.table + " IN SHARE ROW EXCLUSIVE MODE");
  outlet->write_then(2, whole_group({trail.add().commit()}), [](const write_result&) {});
  while (witness.value("SELECT count(*) FROM pg_locks WHERE NOT granted") == "0") continue;
  BOOST_TEST(milliseconds_of([&] { outlet.reset(); }) < 300.0);
  while (witness.value("SELECT count(*) FROM pg_locks WHERE NOT granted") != "0") continue;
}

BOOST_AUTO_TEST_CASE(an_outlet_ends_at_once_when_the_server_has_fallen_silent) {
  testing::faulty_path path{server().socket()};
  settings.connection = path.host_and_port() + " dbname=postgres user=floor";
  sample_trail trail;
  auto outlet = make_outlet();
  write(*outlet, 1, {trail.add().commit()});
  path.fall_silent();
  outlet->write_then(2, whole_group({trail.add().commit()}), [](const write_result&) {});
  BOOST_TEST(milliseconds_of([&] { outlet.reset(); }) < 300.0);
}

BOOST_AUTO_TEST_CASE(an_outlet_ends_at_once_while_it_connects) {
  testing::faulty_path path{server().socket()};
  path.fall_silent();
  settings.connection = path.host_and_port() + " dbname=postgres user=floor";
  auto outlet = make_outlet();
  outlet->write_then(1, whole_group({sample_trail{}.add().commit()}), [](const write_result&) {});
  BOOST_TEST(milliseconds_of([&] { outlet.reset(); }) < 300.0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
