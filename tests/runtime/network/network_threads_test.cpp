#include "runtime/network/network_threads.hpp"

#include "network_floor.hpp"
#include "scripted_gateway.hpp"

#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>
#include <spdlog/spdlog.h>

#include <future>
#include <stdexcept>

using namespace floorwalker;
using namespace floorwalker::test;

BOOST_AUTO_TEST_SUITE(threads_of_the_network)

BOOST_AUTO_TEST_CASE(a_handler_that_throws_stops_no_thread) {
  spdlog::set_level(spdlog::level::off);
  network_threads threads{2};
  for (int i = 0; i < 5; ++i) boost::asio::post(threads.context(), [] { throw std::runtime_error("defect"); });
  for (int i = 0; i < 5; ++i) boost::asio::post(threads.context(), [] { throw 42; });
  std::promise<void> alive;
  boost::asio::post(threads.context(), [&] { alive.set_value(); });
  BOOST_TEST((alive.get_future().wait_for(std::chrono::seconds{10}) == std::future_status::ready));
  threads.stop();
  threads.stop(); // may be repeated
  spdlog::set_level(spdlog::level::err);
}

BOOST_AUTO_TEST_CASE(what_is_not_finished_in_time_is_abandoned_without_harm) {
  auto shown = test_authority().issue({"IP:127.0.0.1"});
  for (bool upgrading : {true, false}) {
    std::promise<void> reached;
    scripted_gateway gateway{[&](gateway_connection& client) {
                               if (upgrading)
                                 client.read_head();
                               else
                                 client.subscribe_client();
                               reached.set_value();
                               client.ended();
                             },
                             &shown};
    network_floor floor;
    floor.connect(gateway.url(), test_authority().ca_file());
    BOOST_TEST((reached.get_future().wait_for(std::chrono::seconds{10}) == std::future_status::ready));
    floor.threads.stop(std::chrono::seconds{0});
  }
}

BOOST_AUTO_TEST_SUITE_END()
