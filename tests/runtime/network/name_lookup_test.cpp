#include "runtime/network/name_lookup.hpp"

#include "runtime/network/network_failure.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <future>

using namespace floorwalker;

namespace {

namespace asio = boost::asio;
using boost::asio::ip::make_address;

/// The addresses, or the failure's clause, on a context of the test's own.
std::string outcome_of(name_lookup& lookup, std::chrono::milliseconds limit = std::chrono::seconds{10}) {
  asio::io_context context;
  auto time = std::make_shared<deadline>(context.get_executor(), limit);
  std::string outcome;
  asio::co_spawn(context, lookup.find(*time), [&](std::exception_ptr failed, std::vector<asio::ip::address> found) {
    try {
      if (failed) std::rethrow_exception(failed);
      for (auto& address : found) outcome.append(outcome.empty() ? "" : " ").append(address.to_string());
    } catch (const std::exception& failure) {
      outcome = failure.what();
    }
  });
  context.run();
  return outcome;
}

} // namespace

BOOST_AUTO_TEST_SUITE(name_lookups)

BOOST_AUTO_TEST_CASE(a_name_has_addresses) {
  name_lookup lookup{"host.example", [](const std::string& host) {
                       if (host != "host.example") return found_addresses{};
                       return found_addresses{{make_address("::1"), make_address("10.0.0.1")}, {}};
                     }};
  BOOST_TEST(outcome_of(lookup) == "::1 10.0.0.1");
  BOOST_TEST(outcome_of(lookup) == "::1 10.0.0.1");
}

BOOST_AUTO_TEST_CASE(the_system_knows_localhost) {
  auto found = resolve_by_system("localhost");
  BOOST_TEST(!found.error);
  BOOST_TEST(!found.addresses.empty());
  BOOST_TEST(std::ranges::all_of(found.addresses, [](auto& address) { return address.is_loopback(); }));
}

BOOST_AUTO_TEST_CASE(a_name_without_addresses_is_a_failure_in_words) {
  name_lookup unknown{"host.example", [](auto&) { return found_addresses{{}, asio::error::host_not_found}; }};
  BOOST_TEST(outcome_of(unknown) == "host not found: host.example");
  name_lookup bare{"host.example", [](auto&) { return found_addresses{}; }};
  BOOST_TEST(outcome_of(bare) == "host not found: host.example");
}

BOOST_AUTO_TEST_CASE(nothing_that_is_thrown_leaves_the_thread) {
  name_lookup lookup{"host.example", [](auto&) -> found_addresses { throw std::bad_alloc{}; }};
  BOOST_TEST(outcome_of(lookup).ends_with(": host.example"));
}

BOOST_AUTO_TEST_CASE(a_name_server_that_says_nothing_is_left_alone_at_the_limit_and_asked_by_one_thread_only) {
  auto asked = std::make_shared<std::atomic<int>>(0);
  auto silence = std::make_shared<std::promise<void>>();
  name_lookup lookup{"host.example", [asked, silence, until = silence->get_future().share()](auto&) {
                       ++*asked;
                       until.wait();
                       return found_addresses{{make_address("10.0.0.1")}, {}};
                     }};
  using namespace std::chrono_literals;
  BOOST_TEST(outcome_of(lookup, 5ms) == "timed out after 5 ms");
  BOOST_TEST(outcome_of(lookup, 5ms) == "timed out after 5 ms");
  silence->set_value();
  // Either the first thread has ended, and another one asks again, or it tells what it finds.
  BOOST_TEST(outcome_of(lookup) == "10.0.0.1");
  BOOST_TEST(*asked <= 2);
}

BOOST_AUTO_TEST_CASE(a_look_up_may_end_after_whoever_wanted_it) {
  std::promise<void> silence;
  auto answered = std::make_shared<std::promise<void>>();
  {
    name_lookup lookup{"host.example", [answered, until = silence.get_future().share()](auto&) {
                         until.wait();
                         answered->set_value();
                         return found_addresses{};
                       }};
    BOOST_TEST(outcome_of(lookup, std::chrono::milliseconds{5}) == "timed out after 5 ms");
  }
  silence.set_value();
  answered->get_future().get();
}

BOOST_AUTO_TEST_SUITE_END()
