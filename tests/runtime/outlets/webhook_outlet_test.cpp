#include "runtime/outlets/webhook_outlet.hpp"

#include "runtime/outlets/make_outlet.hpp"
#include "runtime/webhook/signature.hpp"
#include "tests/actors/log_lines.hpp"
#include "tests/runtime/outlets/outlet_samples.hpp"
#include "tests/runtime/webhook/hook_receiver.hpp"
#include "tests/runtime/webhook/hook_samples.hpp"

#include <boost/json/parse.hpp>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <random>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using test::hook_receiver;
using test::http_bytes;
using test::received_request;
using testing::content_of;
using testing::delivery_of;
using testing::opening;
using testing::origin;
using testing::scratch_folder;
using testing::shared;

/// A clock that goes on by a second with each look.
class ticking_clock final : public wall_clock {
public:
  utc_time now() const noexcept override { return opening + std::chrono::seconds{ticks_++}; }

private:
  mutable std::atomic<int> ticks_ = 0;
};

const test::certificate& for_localhost() {
  static const auto one = test::test_authority().issue({"DNS:localhost"});
  return one;
}

/// HMAC-SHA256 by another way than the code under test takes it.
std::string hmac_base64(const std::string& key, const std::string& content) {
  std::array<unsigned char, 32> digest{};
  std::size_t size = 0;
  auto* mac = ::EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  auto* context = ::EVP_MAC_CTX_new(mac);
  char name[] = "SHA256";
  OSSL_PARAM parameters[] = {::OSSL_PARAM_construct_utf8_string("digest", name, 0), ::OSSL_PARAM_construct_end()};
  auto* octets = reinterpret_cast<const unsigned char*>(content.data());
  BOOST_REQUIRE(::EVP_MAC_init(context, reinterpret_cast<const unsigned char*>(key.data()), key.size(), parameters));
  BOOST_REQUIRE(::EVP_MAC_update(context, octets, content.size()));
  BOOST_REQUIRE(::EVP_MAC_final(context, digest.data(), &size, digest.size()));
  ::EVP_MAC_CTX_free(context);
  ::EVP_MAC_free(mac);
  std::array<unsigned char, 64> text{};
  ::EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(size));
  return reinterpret_cast<const char*>(text.data());
}

std::string signed_with(const std::string& key, const received_request& request) {
  return "v1," + hmac_base64(key, request.header("webhook-id") + "." + request.header("webhook-timestamp") + "." +
                                      request.body);
}

/// A folder for dead letters, settings for a receiver, and a clock.
struct hook_floor {
  hook_floor() {
    settings.name = "hook";
    settings.type = sink_type::webhook;
    settings.allow_private_targets = true;
    settings.ca_file = test::test_authority().ca_file();
  }
  ~hook_floor() { ::unsetenv("FLOORWALKER_HOOK_SECRET"); }

  webhook_outlet outlet_for(const hook_receiver& receiver) {
    settings.url = receiver.url("localhost") + "/hook-path?secret=of-the-receiver";
    return webhook_outlet{settings, clock, folder / "data"};
  }
  std::string dead_letters() const { return content_of(dead_letter_path(folder / "data", "hook")); }

  scratch_folder folder;
  sink_settings settings;
  std::shared_ptr<const wall_clock> clock = std::make_shared<ticking_clock>();
};

write_result post(webhook_outlet& to, std::uint64_t number, const delivery_group_ptr& group) {
  std::promise<write_result> answer;
  to.write_then(number, group, [&answer](write_result result) { answer.set_value(std::move(result)); });
  return answer.get_future().get();
}

write_result post(webhook_outlet& to, std::uint64_t number, delivery_group group) {
  return post(to, number, shared(std::move(group)));
}

/// "tenant first-last" of each request, with its connection's number.
std::vector<std::string> outline(const std::vector<received_request>& requests) {
  std::vector<std::string> lines;
  for (auto& request : requests) {
    auto body = boost::json::parse(request.body);
    lines.push_back(std::string{body.at("tenantId").as_string()} + ' ' +
                    std::to_string(body.at("firstSequence").as_int64()) + '-' +
                    std::to_string(body.at("lastSequence").as_int64()));
  }
  return lines;
}

using lines = std::vector<std::string>;

} // namespace

BOOST_FIXTURE_TEST_SUITE(webhooks, hook_floor)

BOOST_AUTO_TEST_CASE(a_group_is_posted_signed_and_in_full) {
  ::setenv("FLOORWALKER_HOOK_SECRET", "whsec_AAECAw==", 1);
  settings.secret_env = "FLOORWALKER_HOOK_SECRET";
  hook_receiver receiver{[](auto&) { return http_bytes("200 OK"); }, &for_localhost()};
  auto outlet = outlet_for(receiver);
  auto result = post(outlet, 1, {delivery_of(7, 2, {"acme", "node-1", 3})});
  BOOST_TEST(result.problem == "");
  BOOST_TEST(result.refused == 0u);
  auto request = receiver.requests().at(0);
  BOOST_TEST(request.head.starts_with("POST /hook-path?secret=of-the-receiver HTTP/1.1\r\n"));
  BOOST_TEST(request.header("webhook-id") == webhook_id("hook", {"acme", "node-1", 3, 7, 8}));
  BOOST_TEST(request.header("webhook-timestamp") == "1795428000");
  BOOST_TEST(request.header("webhook-signature") == signed_with(std::string{"\0\1\2\3", 4}, request));
  BOOST_TEST(request.body == R"({"tenantId":"acme","node":"node-1","epoch":3,"firstSequence":7,"lastSequence":8,)"
                             R"("records":[{"sequence":7,"agentId":"a-1"},{"sequence":8,"agentId":"a-1"}]})");
}

BOOST_AUTO_TEST_CASE(a_secret_is_read_anew_for_each_request) {
  settings.secret_file = folder / "key";
  hook_receiver receiver{[](auto&) { return http_bytes("200 OK"); }, &for_localhost()};
  testing::put(folder / "key", "old\n");
  auto outlet = outlet_for(receiver);
  BOOST_TEST(post(outlet, 1, {delivery_of(1, 1)}).problem == "");
  testing::put(folder / "key", "new old\n");
  BOOST_TEST(post(outlet, 2, {delivery_of(2, 1)}).problem == "");
  auto requests = receiver.requests();
  BOOST_TEST(requests.at(0).header("webhook-signature") == signed_with("old", requests.at(0)));
  BOOST_TEST(requests.at(1).header("webhook-signature") ==
             signed_with("new", requests.at(1)) + " " + signed_with("old", requests.at(1)));
  BOOST_TEST(receiver.connections() == 1);
}

BOOST_AUTO_TEST_CASE(without_its_secret_nothing_is_posted) {
  settings.secret_file = folder / "key";
  hook_receiver receiver{[](auto&) { return http_bytes("200 OK"); }, &for_localhost()};
  auto outlet = outlet_for(receiver);
  auto place = "cannot post to " + receiver.url("localhost") + ": ";
  BOOST_TEST(post(outlet, 1, {delivery_of(1, 1)}).problem ==
             place + "secret-file \"" + settings.secret_file + "\": No such file or directory");
  testing::put(folder / "key", "whsec_not base64");
  BOOST_TEST(post(outlet, 1, {delivery_of(1, 1)}).problem ==
             place + "the secret can't be used: expected base64 behind whsec_");
  BOOST_TEST(receiver.connections() == 0);
}

BOOST_AUTO_TEST_CASE(without_a_secret_requests_are_unsigned) {
  hook_receiver receiver{[](auto&) { return http_bytes("200 OK"); }, &for_localhost()};
  auto outlet = outlet_for(receiver);
  BOOST_TEST(post(outlet, 1, {delivery_of(1, 1)}).problem == "");
  BOOST_TEST(receiver.requests().at(0).header("webhook-signature") == "");
}

BOOST_AUTO_TEST_CASE(two_tenants_of_a_group_never_share_a_request) {
  hook_receiver receiver{[](auto&) { return http_bytes("200 OK"); }, &for_localhost()};
  settings.batch_records = 3;
  auto outlet = outlet_for(receiver);
  auto result = post(outlet, 1,
                     {delivery_of(1, 2, {.tenant = "acme"}), delivery_of(1, 1, {.tenant = "globex"}),
                      delivery_of(3, 2, {.tenant = "acme"}), delivery_of(2, 1, {.tenant = "globex"})});
  BOOST_TEST(result.problem == "");
  BOOST_TEST(outline(receiver.requests()) == (lines{"acme 1-3", "globex 1-2", "acme 4-4"}),
             boost::test_tools::per_element());
  BOOST_TEST(receiver.connections() == 1);
}

BOOST_AUTO_TEST_CASE(after_a_problem_the_same_request_is_sent_again_and_nothing_before_it) {
  std::atomic<int> busy = 2;
  hook_receiver receiver{[&](auto& request) {
                           auto second = request.body.find("\"firstSequence\":2,") != std::string::npos;
                           return second && busy-- > 0 ? http_bytes("503 Busy", "", "Retry-After: 7\r\n")
                                                       : http_bytes("200 OK");
                         },
                         &for_localhost()};
  settings.batch_records = 1;
  auto outlet = outlet_for(receiver);
  auto group = shared({delivery_of(1, 3)});
  for (int i = 0; i < 2; ++i) {
    auto failed = post(outlet, 1, group);
    BOOST_TEST(failed.problem == "cannot post to " + receiver.url("localhost") + ": the answer is HTTP 503");
    BOOST_TEST((failed.retry_after == 7s));
    BOOST_TEST(failed.refused == 0u);
  }
  BOOST_TEST(post(outlet, 1, group).problem == "");
  auto requests = receiver.requests();
  BOOST_TEST(outline(requests) == (lines{"acme 1-1", "acme 2-2", "acme 2-2", "acme 2-2", "acme 3-3"}),
             boost::test_tools::per_element());
  for (std::size_t i : {2, 3}) {
    BOOST_TEST(requests[i].header("webhook-id") == requests[1].header("webhook-id"));
    BOOST_TEST(requests[i].body == requests[1].body);
    BOOST_TEST(requests[i].header("webhook-timestamp") > requests[i - 1].header("webhook-timestamp"));
  }
}

BOOST_AUTO_TEST_CASE(a_new_process_sends_the_same_records_under_the_same_id) {
  hook_receiver receiver{[](auto&) { return http_bytes("200 OK", "", "Connection: close\r\n"); }, &for_localhost()};
  for (int i = 0; i < 2; ++i) {
    auto outlet = outlet_for(receiver);
    BOOST_TEST(post(outlet, 1, {delivery_of(1, 3)}).problem == "");
  }
  auto requests = receiver.requests();
  BOOST_TEST(requests.at(0).header("webhook-id") == requests.at(1).header("webhook-id"));
}

BOOST_AUTO_TEST_CASE(refused_records_go_to_the_dead_letters_and_the_rest_goes_on) {
  testing::log_lines log;
  hook_receiver receiver{[](auto& request) {
                           auto second = request.body.find("\"firstSequence\":3,") != std::string::npos;
                           return second ? http_bytes("422 No", "no such \"field\"\n") : http_bytes("200 OK");
                         },
                         &for_localhost()};
  settings.batch_records = 2;
  auto outlet = outlet_for(receiver);
  auto result = post(outlet, 1, {delivery_of(1, 5, {"acme", "node-1", 4})});
  BOOST_TEST(result.problem == "");
  BOOST_TEST(result.refused == 2u);
  BOOST_TEST(outline(receiver.requests()) == (lines{"acme 1-2", "acme 3-4", "acme 5-5"}),
             boost::test_tools::per_element());
  std::istringstream letters{dead_letters()};
  int sequence = 3;
  for (std::string line; std::getline(letters, line); ++sequence) {
    auto letter = boost::json::parse(line);
    BOOST_TEST(letter.at("sink").as_string() == "hook");
    BOOST_TEST(letter.at("reason").as_string() == "HTTP 422: no such \"field\"\\x0a");
    BOOST_TEST(letter.at("at").as_string().starts_with("2026-11-23T10:00:"));
    BOOST_TEST(letter.at("node").as_string() == "node-1");
    BOOST_TEST(letter.at("epoch").as_int64() == 4);
    BOOST_TEST(letter.at("record").at("sequence").as_int64() == sequence);
  }
  BOOST_TEST(sequence == 5);
  BOOST_TEST(log.count() == 1u);
  BOOST_TEST(log.with("warning sink hook: " + receiver.url("localhost") +
                      " refused 2 records of tenant acme for good with HTTP 422") == 1u);
}

BOOST_AUTO_TEST_CASE(a_receiver_that_is_gone_is_an_error_and_not_one_for_each_request) {
  testing::log_lines log;
  hook_receiver receiver{[](auto&) { return http_bytes("410 Gone"); }, &for_localhost()};
  settings.batch_records = 1;
  auto outlet = outlet_for(receiver);
  BOOST_TEST(post(outlet, 1, {delivery_of(1, 5)}).refused == 5u);
  BOOST_TEST(log.count() == 1u);
  BOOST_TEST(log.with("error sink hook: " + receiver.url("localhost") + " answers HTTP 410 Gone") == 1u);
}

BOOST_AUTO_TEST_CASE(a_refusal_before_a_problem_is_counted_once) {
  testing::log_lines quiet;
  hook_receiver receiver{[](auto& request) {
                           auto first = request.body.find("\"firstSequence\":1,") != std::string::npos;
                           return first ? http_bytes("400 No") : http_bytes("500 Broken");
                         },
                         &for_localhost()};
  settings.batch_records = 1;
  auto outlet = outlet_for(receiver);
  auto group = shared({delivery_of(1, 2)});
  auto first = post(outlet, 1, group);
  BOOST_TEST(first.problem != "");
  BOOST_TEST(first.refused == 1u);
  auto second = post(outlet, 1, group);
  BOOST_TEST(second.problem != "");
  BOOST_TEST(second.refused == 0u);
}

BOOST_AUTO_TEST_CASE(dead_letters_that_can_not_be_kept_are_a_problem_and_nothing_is_posted_twice) {
  testing::log_lines quiet;
  hook_receiver receiver{[](auto&) { return http_bytes("400 No"); }, &for_localhost()};
  testing::put(folder / "data", "in the way");
  auto outlet = outlet_for(receiver);
  auto group = shared({delivery_of(1, 2)});
  for (int i = 0; i < 2; ++i) {
    auto failed = post(outlet, 1, group);
    BOOST_TEST(failed.problem.starts_with("cannot make " + (folder / "data/").string()), failed.problem);
    BOOST_TEST(failed.refused == 0u);
  }
  std::filesystem::remove(folder / "data");
  auto result = post(outlet, 1, group);
  BOOST_TEST(result.problem == "");
  BOOST_TEST(result.refused == 2u);
  BOOST_TEST(receiver.requests().size() == 1u);
  BOOST_TEST(dead_letters().find("\"sequence\":2") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_problem_shows_neither_path_nor_secret) {
  testing::log_lines log;
  ::setenv("FLOORWALKER_HOOK_SECRET", "hush", 1);
  settings.secret_env = "FLOORWALKER_HOOK_SECRET";
  std::string answers[] = {{}, http_bytes("500 Broken", "hush"), http_bytes("302 Elsewhere"), http_bytes("400 No")};
  std::uint64_t number = 0;
  for (auto& bytes : answers) {
    hook_receiver receiver{[&](auto&) { return bytes; }, &for_localhost()};
    auto outlet = outlet_for(receiver);
    auto result = post(outlet, ++number, {delivery_of(1, 1)});
    for (auto* secret : {"hush", "hook-path", "of-the-receiver"}) {
      BOOST_TEST(result.problem.find(secret) == std::string::npos);
      BOOST_TEST(log.with(secret) == 0u);
    }
  }
}

/// Accepts, refuses, defers or breaks off by chance, also when the answer is lost after the records were taken.
class moody_receiver {
public:
  explicit moody_receiver(unsigned seed) : chance_{seed} {}

  std::string operator()(const received_request& request) {
    switch (chance_() % 6) {
    case 0:
      return http_bytes("503 Busy");
    case 1:
      return {};
    case 2:
      return "HTTP/1.1 200 O";
    case 3:
      return http_bytes("429 Slower", "", "Connection: close\r\n");
    case 4:
      refused_.push_back(request.body);
      return http_bytes("400 No", "", "Connection: close\r\n");
    default:
      accepted_.push_back(request.body);
      return http_bytes("200 OK");
    }
  }

  /// Every record accepted or refused, by tenant, in the order of the answers.
  std::map<std::string, std::vector<std::int64_t>> sequences(const std::vector<std::string>& bodies) const {
    std::map<std::string, std::vector<std::int64_t>> by_tenant;
    for (auto& text : bodies) {
      auto body = boost::json::parse(text);
      for (auto& record : body.at("records").as_array())
        by_tenant[std::string{body.at("tenantId").as_string()}].push_back(record.at("sequence").as_int64());
    }
    return by_tenant;
  }
  const std::vector<std::string>& accepted() const { return accepted_; }
  const std::vector<std::string>& refused() const { return refused_; }

private:
  std::minstd_rand chance_;
  std::vector<std::string> accepted_, refused_;
};

BOOST_AUTO_TEST_CASE(whatever_a_receiver_does_each_record_is_answered_once_and_in_order) {
  testing::log_lines quiet;
  std::size_t accepted = 0, refused = 0, problems = 0;
  for (unsigned seed = 1; seed <= 30; ++seed) BOOST_TEST_CONTEXT("seed " << seed) {
      moody_receiver mood{seed};
      hook_receiver receiver{[&](auto& request) { return mood(request); }};
      settings.name = "hook-" + std::to_string(seed);
      settings.batch_records = 1 + seed % 4;
      settings.url = receiver.url();
      std::uint64_t counted = 0;
      {
        webhook_outlet outlet{settings, clock, folder / "data"};
        for (std::uint64_t number = 1; number <= 3; ++number) {
          auto group = shared({delivery_of(number * 10, 5, {.tenant = "acme"}),
                               delivery_of(number * 10, 3, {.tenant = "globex"}),
                               delivery_of(number * 10 + 5, 2, {.tenant = "acme"})});
          for (;;) {
            auto result = post(outlet, number, group);
            counted += result.refused;
            if (result.problem.empty()) break;
            ++problems;
          }
        }
      }
      auto answered = mood.sequences(mood.accepted());
      auto dead = mood.sequences(mood.refused());
      std::size_t dead_records = 0;
      for (auto& [tenant, sequences] : answered) BOOST_TEST(std::ranges::is_sorted(sequences));
      for (auto& [tenant, sequences] : dead) {
        BOOST_TEST(std::ranges::is_sorted(sequences));
        dead_records += sequences.size();
        answered[tenant].insert(answered[tenant].end(), sequences.begin(), sequences.end());
      }
      BOOST_TEST(counted == dead_records);
      std::ranges::sort(answered["acme"]);
      std::ranges::sort(answered["globex"]);
      std::vector<std::int64_t> acme, globex;
      for (std::int64_t number = 1; number <= 3; ++number) {
        for (std::int64_t i = 0; i < 7; ++i) acme.push_back(number * 10 + i);
        for (std::int64_t i = 0; i < 3; ++i) globex.push_back(number * 10 + i);
      }
      BOOST_TEST(answered["acme"] == acme, boost::test_tools::per_element());
      BOOST_TEST(answered["globex"] == globex, boost::test_tools::per_element());
      auto letters = content_of(dead_letter_path(folder / "data", settings.name));
      BOOST_TEST(static_cast<std::size_t>(std::ranges::count(letters, '\n')) == dead_records);
      accepted += mood.accepted().size();
      refused += mood.refused().size();
    }
  BOOST_TEST(accepted > 0u); // moods that never come prove nothing
  BOOST_TEST(refused > 0u);
  BOOST_TEST(problems > 0u);
}

BOOST_AUTO_TEST_CASE(a_group_whose_end_is_wanted_meanwhile_is_left_where_it_is) {
  std::promise<void> asked;
  std::promise<std::string> told;
  test::scripted_gateway silent{[&](test::gateway_connection& client) {
                                  test::read_request(client);
                                  asked.set_value();
                                  client.ended();
                                },
                                &for_localhost()};
  settings.url = "https://localhost:" + std::to_string(silent.port());
  settings.timeout = 60s;
  auto begun = std::chrono::steady_clock::now();
  {
    webhook_outlet outlet{settings, clock, folder / "data"};
    outlet.write_then(1, shared({delivery_of(1, 900)}), [&](write_result result) { told.set_value(result.problem); });
    asked.get_future().get();
    begun = std::chrono::steady_clock::now();
  }
  auto taken = std::chrono::steady_clock::now() - begun;
  BOOST_TEST((taken < 5s)); // far below the timeout; usually a millisecond
  BOOST_TEST_MESSAGE("ended within " << std::chrono::duration_cast<std::chrono::microseconds>(taken).count() << " us");
  BOOST_TEST(told.get_future().get() == "cannot post to " + settings.url + ": given up");
}

BOOST_AUTO_TEST_CASE(a_webhook_sink_has_an_outlet_and_a_url_that_is_none_is_refused) {
  settings.url = "https://hooks.example/x";
  BOOST_TEST(static_cast<bool>(make_outlet(settings, {clock, folder / "data"})));
  settings.url = "hooks.example/x";
  BOOST_CHECK_THROW(make_outlet(settings, {clock, folder / "data"}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
