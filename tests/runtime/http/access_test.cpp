// Tokens, sessions and failed attempts, with time as an argument.
#include "runtime/http/access_control.hpp"
#include "runtime/http/access_refusal.hpp"
#include "runtime/http/random_secret.hpp"
#include "runtime/http/tokens_text.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <set>

namespace {

using namespace floorwalker;
using namespace std::chrono_literals;
using outcome = identification::outcome;

const steady_time start{1h};

api_token token(const char* name, caller_role role, std::vector<std::string> tenants, std::string_view secret) {
  return {name, role, tenants.empty(), std::move(tenants), hash_secret(secret), "-"};
}

std::vector<api_token> some_tokens() {
  return {token("wall", caller_role::viewer, {"acme"}, "wall-secret"),
          token("boss", caller_role::administrator, {}, "boss-secret")};
}

access_control some_access() { return {some_tokens(), {}}; }

identification by_token(access_control& access, const std::string& secret, steady_time now,
                        std::string_view peer = "10.0.0.1") {
  auto header = "Bearer " + secret;
  return access.identify({header, {}, peer, false}, now);
}

identification by_session(access_control& access, std::string_view session, steady_time now) {
  return access.identify({std::nullopt, session, "10.0.0.1", false}, now);
}

BOOST_AUTO_TEST_CASE(without_tokens_this_machine_administers_and_others_only_look) {
  access_control access;
  auto here = access.identify({std::nullopt, {}, "127.0.0.1", true}, start);
  BOOST_TEST((here.caller.role == caller_role::administrator));
  BOOST_TEST(here.caller.sees("any"));
  auto elsewhere = access.identify({std::nullopt, {}, "10.0.0.1", false}, start);
  BOOST_TEST((elsewhere.caller.role == caller_role::viewer));
  BOOST_TEST(elsewhere.caller.sees("any"));
  BOOST_TEST(access.still_valid(elsewhere.credential, start));
}

BOOST_AUTO_TEST_CASE(a_token_stands_for_its_role_and_its_tenants) {
  auto access = some_access();
  auto wall = by_token(access, "wall-secret", start);
  BOOST_TEST((wall.result == outcome::known));
  BOOST_TEST((wall.caller.role == caller_role::viewer));
  BOOST_TEST(wall.caller.name == "wall");
  BOOST_TEST(wall.caller.sees("acme"));
  BOOST_TEST(!wall.caller.sees("globex"));
  BOOST_TEST(wall.caller.may(caller_role::viewer));
  BOOST_TEST(!wall.caller.may(caller_role::auditor));
  auto boss = by_token(access, "boss-secret", start);
  BOOST_TEST(boss.caller.sees("globex"));
  BOOST_TEST(boss.caller.may(caller_role::auditor));
}

BOOST_AUTO_TEST_CASE(what_is_no_known_token_is_nobody) {
  auto access = some_access();
  struct row {
    std::optional<std::string_view> authorization;
    outcome result;
  };
  const std::string huge = "Bearer " + std::string(100'000, 'x');
  const row rows[] = {
      {std::nullopt, outcome::missing},      {"", outcome::missing},      {"Basic d2FsbDp4", outcome::missing},
      {"Bearer", outcome::missing},          {"Bearer ", outcome::wrong}, {"Bearer wall-secret2", outcome::wrong},
      {"Bearer wall-secre", outcome::wrong}, {huge, outcome::wrong},      {"bearer   wall-secret", outcome::known}};
  for (const auto& [authorization, result] : rows) {
    auto known = access.identify({authorization, {}, "10.0.0.1", true}, start);
    BOOST_TEST((known.result == result), authorization.value_or("none").substr(0, 40));
    if (result != outcome::known) BOOST_TEST((known.caller.role == caller_role::nobody));
    if (result != outcome::known) BOOST_TEST(!known.caller.sees("acme"));
  }
}

BOOST_AUTO_TEST_CASE(refusals_say_the_same_whatever_was_wrong) {
  auto access = some_access();
  auto missing = access_refusal(access.identify({std::nullopt, {}, "10.0.0.1", true}, start), caller_role::viewer);
  auto wrong = access_refusal(by_token(access, "nonsense", start), caller_role::administrator);
  BOOST_REQUIRE(missing);
  BOOST_REQUIRE(wrong);
  BOOST_TEST(missing->status == 401);
  BOOST_TEST(missing->body == wrong->body);
  auto low = access_refusal(by_token(access, "wall-secret", start), caller_role::auditor);
  BOOST_REQUIRE(low);
  BOOST_TEST(low->status == 403);
  BOOST_TEST(!access_refusal(by_token(access, "wall-secret", start), caller_role::viewer));
}

BOOST_AUTO_TEST_CASE(a_session_stands_for_the_token_that_opened_it_until_it_ends) {
  auto access = some_access();
  auto signed_in = access.sign_in("wall-secret", "10.0.0.1", start);
  BOOST_TEST(signed_in.session.size() == 43u);
  BOOST_TEST(signed_in.name == "wall");
  auto known = by_session(access, signed_in.session, start);
  BOOST_TEST(known.caller.name == "wall");
  BOOST_TEST(known.credential.find(signed_in.session) == std::string::npos);
  BOOST_TEST(access.still_valid(known.credential, start));
  access.sign_out(known.credential);
  BOOST_TEST(!access.still_valid(known.credential, start));
  BOOST_TEST((by_session(access, signed_in.session, start).result == outcome::missing));
  BOOST_TEST(access.sessions() == 0u);
}

BOOST_AUTO_TEST_CASE(a_session_ends_when_it_is_idle_or_old) {
  access_control access{some_tokens(), {10h, 1h}};
  auto idle = access.sign_in("wall-secret", "10.0.0.1", start).session;
  BOOST_TEST((by_session(access, idle, start + 59min).result == outcome::known));
  BOOST_TEST((by_session(access, idle, start + 59min + 60min).result == outcome::missing));
  auto busy = access.sign_in("wall-secret", "10.0.0.1", start).session;
  auto credential = by_session(access, busy, start).credential;
  for (auto now = start; now < start + 10h; now += 30min) BOOST_TEST(access.still_valid(credential, now));
  BOOST_TEST(!access.still_valid(credential, start + 10h));
}

BOOST_AUTO_TEST_CASE(a_revoked_or_changed_token_ends_what_it_opened) {
  auto access = some_access();
  auto wall = access.sign_in("wall-secret", "10.0.0.1", start).session;
  auto boss = access.sign_in("boss-secret", "10.0.0.1", start).session;
  auto wall_stream = by_token(access, "wall-secret", start).credential;
  auto boss_stream = by_token(access, "boss-secret", start).credential;
  auto tokens = some_tokens();
  tokens[0].tenants = {"globex"};
  access.replace_tokens(tokens);
  BOOST_TEST((by_session(access, wall, start).result == outcome::missing));
  BOOST_TEST((by_session(access, boss, start).result == outcome::known));
  BOOST_TEST(!access.still_valid(wall_stream, start));
  BOOST_TEST(access.still_valid(boss_stream, start));
  BOOST_TEST(by_token(access, "wall-secret", start).caller.sees("globex"));
  access.replace_tokens({});
  BOOST_TEST((by_token(access, "boss-secret", start).result == outcome::wrong));
}

BOOST_AUTO_TEST_CASE(sessions_are_bounded_and_the_one_unused_longest_makes_room) {
  auto access = some_access();
  auto first = access.sign_in("wall-secret", "10.0.0.1", start).session;
  auto second = access.sign_in("wall-secret", "10.0.0.1", start).session;
  for (std::size_t i = 2; i < session_table::sessions_max; ++i) access.sign_in("wall-secret", "10.0.0.1", start);
  BOOST_TEST((by_session(access, first, start).result == outcome::known));
  access.sign_in("wall-secret", "10.0.0.1", start);
  BOOST_TEST(access.sessions() == session_table::sessions_max);
  BOOST_TEST((by_session(access, first, start).result == outcome::known));
  BOOST_TEST((by_session(access, second, start).result == outcome::missing));
}

BOOST_AUTO_TEST_CASE(after_ten_failures_an_address_waits_and_others_do_not) {
  auto access = some_access();
  for (int i = 0; i < failed_attempts::burst; ++i)
    BOOST_TEST((by_token(access, "guess", start).result == outcome::wrong));
  BOOST_TEST((by_token(access, "guess", start).result == outcome::too_many_attempts));
  // Nor is the right one looked at, or the limit would limit nothing.
  BOOST_TEST((by_token(access, "boss-secret", start).result == outcome::too_many_attempts));
  BOOST_TEST((access.sign_in("boss-secret", "10.0.0.1", start).refusal == outcome::too_many_attempts));
  BOOST_TEST((by_token(access, "boss-secret", start, "10.0.0.2").result == outcome::known));
  BOOST_TEST((by_token(access, "boss-secret", start + failed_attempts::refill).result == outcome::known));
  BOOST_TEST((by_token(access, "guess", start + failed_attempts::refill).result == outcome::wrong));
  BOOST_TEST((by_token(access, "guess", start + failed_attempts::refill).result == outcome::too_many_attempts));
  for (int i = 0; i < failed_attempts::burst; ++i)
    BOOST_TEST((by_token(access, "guess", start + 1h).result == outcome::wrong));
}

BOOST_AUTO_TEST_CASE(sessions_go_on_while_their_address_waits) {
  auto access = some_access();
  auto session = access.sign_in("wall-secret", "10.0.0.1", start).session;
  for (int i = 0; i <= failed_attempts::burst; ++i) by_token(access, "guess", start);
  BOOST_TEST((by_session(access, session, start).result == outcome::known));
}

BOOST_AUTO_TEST_CASE(the_table_of_failed_attempts_is_bounded) {
  failed_attempts failures;
  for (std::size_t i = 0; i < failed_attempts::addresses_max + 100; ++i)
    failures.failed(fmt::format("10.{}.{}.1", i / 256, i % 256), start);
  BOOST_TEST(failures.size() == failed_attempts::addresses_max);
  failures.failed("192.0.2.1", start + 1h);
  BOOST_TEST(failures.size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_ipv6_client_is_counted_by_its_network) {
  BOOST_TEST(counted_address("10.0.0.1") == "10.0.0.1");
  BOOST_TEST(counted_address("::ffff:10.0.0.1") == "10.0.0.1");
  BOOST_TEST(counted_address("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64");
  BOOST_TEST(counted_address("2001:db8:1:2:ffff::") == "2001:db8:1:2::/64");
  BOOST_TEST(counted_address("fe80::1%eth0") == "fe80::/64");
}

BOOST_AUTO_TEST_CASE(secrets_are_long_and_never_the_same) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random_token());
  BOOST_TEST(seen.size() == 1000u);
  for (const auto& one : seen) BOOST_REQUIRE(one.size() == 46u);
  BOOST_TEST(hash_text(hash_secret("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

BOOST_AUTO_TEST_CASE(a_tokens_file_is_read_line_by_line_and_every_problem_is_named) {
  auto hash = [](char c) { return "sha256:" + std::string(64, c); };
  auto read = parse_tokens("# heading\n\nwall viewer acme,globex " + hash('a') + " 2026-11-23T10:00:00Z\r\n" +
                           "boss administrator * " + hash('b') + "\n");
  BOOST_TEST(read.problems.empty());
  BOOST_REQUIRE(read.tokens.size() == 2u);
  BOOST_TEST(read.tokens[0].tenants == (std::vector<std::string>{"acme", "globex"}), boost::test_tools::per_element());
  BOOST_TEST(read.tokens[1].all_tenants);
  const std::string wrong_lines[] = {
      "wall viewer acme",
      "wall viewer acme " + hash('a') + " 2026 more",
      "w/all viewer acme " + hash('a'),
      "wall boss acme " + hash('a'),
      "wall viewer acme, " + hash('a'),
      "wall viewer ,acme " + hash('a'),
      "wall viewer *,acme " + hash('a'),
      "wall viewer acme " + std::string(64, 'a'),
      "wall viewer acme " + hash('A'),
      "wall viewer acme sha256:" + std::string(63, 'a'),
      "wall viewer acme " + hash('a') + " yesterday",
      std::string(65, 'n') + " viewer acme " + hash('a'),
  };
  for (const auto& line : wrong_lines) BOOST_TEST_CONTEXT(line) {
      auto wrong = parse_tokens("# one\n" + line + "\n");
      BOOST_REQUIRE(wrong.problems.size() == 1u);
      BOOST_TEST(wrong.problems[0].starts_with("line 2: "));
      BOOST_TEST(wrong.problems[0].find("aaaa") == std::string::npos);
    }
  auto twice = parse_tokens("a viewer * " + hash('a') + "\na viewer * " + hash('b') + "\nb viewer * " + hash('a'));
  BOOST_TEST(twice.problems.size() == 2u);
  std::string many;
  for (int i = 0; i <= 1000; ++i) many += fmt::format("t{} viewer * sha256:{:064x}\n", i, i);
  BOOST_TEST(parse_tokens(many).problems.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_token_added_and_taken_away_leaves_the_file_as_it_was) {
  std::string by_hand = "# ours\nwall viewer acme sha256:" + std::string(64, 'a') + "\n";
  auto added = with_token(by_hand, token("boss", caller_role::administrator, {}, "x"));
  auto read = parse_tokens(added);
  BOOST_TEST(read.problems.empty());
  BOOST_TEST(read.tokens.size() == 2u);
  BOOST_TEST(without_token(added, "boss") == by_hand);
  BOOST_TEST(without_token(by_hand, "nobody") == by_hand);
  auto fresh = with_token("", token("boss", caller_role::administrator, {"a", "b"}, "x"));
  BOOST_TEST(fresh.starts_with("# "));
  BOOST_TEST((parse_tokens(fresh).tokens.at(0) == token("boss", caller_role::administrator, {"a", "b"}, "x")));
}

} // namespace
