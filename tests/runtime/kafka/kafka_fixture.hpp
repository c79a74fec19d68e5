// A kafka sink's outlet with a cluster, a consumer and a folder of the test's own.
#pragma once

#include "runtime/kafka/kafka_outlet.hpp"
#include "tests/actors/log_lines.hpp"
#include "tests/actors/virtual_floor.hpp"
#include "tests/runtime/kafka/mock_cluster.hpp"
#include "tests/runtime/outlets/outlet_samples.hpp"
#include "tests/runtime/outlets/trail_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace floorwalker::testing {

struct kafka_fixture {
  kafka_fixture() {
    settings.name = "stream";
    settings.type = sink_type::kafka;
    settings.brokers = cluster().brokers();
    settings.topic = fresh_topic();
    settings.tls = false;
  }
  ~kafka_fixture() { cluster().heal(); }

  std::unique_ptr<kafka::kafka_outlet> make_outlet(std::chrono::milliseconds patience = kafka::usual_patience) {
    return std::make_unique<kafka::kafka_outlet>(settings, folder.path(), clock, patience);
  }

  /// Writes the batches as one group, which has to succeed. Gives the number of refused records.
  std::uint64_t write(kafka::kafka_outlet& to, std::uint64_t number, const std::vector<committed_batch_ptr>& batches) {
    auto answer = answer_of(to, number, whole_group(batches));
    BOOST_REQUIRE_MESSAGE(answer.problem.empty(), answer.problem);
    return answer.refused;
  }

  /// Gives the group until it is written, as a sink does. Gives the number of refused records.
  std::uint64_t write_again(kafka::kafka_outlet& to, std::uint64_t number, const delivery_group_ptr& group,
                            int at_most = 20) {
    std::string problem;
    std::uint64_t refused = 0;
    for (int i = 0; i < at_most; ++i) {
      auto answer = answer_of(to, number, group);
      refused += answer.refused;
      problem = answer.problem;
      if (problem.empty()) return refused;
    }
    BOOST_FAIL(problem);
    return refused;
  }

  std::string dead_letters() { return content_of(folder / "sinks/stream/dead-letters.jsonl"); }

  log_lines log; ///< what goes wrong on purpose is not shown
  scratch_folder folder;
  std::shared_ptr<virtual_wall_clock> clock = std::make_shared<virtual_wall_clock>();
  sink_settings settings;
};

/// Sequences 1 to `last` are there, each at least once; and whoever takes of each key only what is later than what it
/// has seen sees all of them, in order.
inline void check_complete_and_in_order(const std::vector<consumed>& messages, std::uint64_t last) {
  std::map<std::string, std::uint64_t> newest;
  std::uint64_t taken = 0;
  for (auto& message : messages) {
    auto& seen = newest[message.key];
    if (message.sequence() <= seen) continue;
    seen = message.sequence();
    ++taken;
  }
  BOOST_TEST(taken == last);
}

/// Batches of transitions of several agents, `records` in all.
inline std::vector<committed_batch_ptr> batches_of(sample_trail& trail, std::size_t records,
                                                   std::size_t batch_size = 50) {
  std::vector<committed_batch_ptr> all;
  for (std::size_t i = 0; i < records; ++i) {
    trail.add({.agent = "agent-" + std::to_string(i % 17)});
    if ((i + 1) % batch_size == 0 || i + 1 == records) all.push_back(trail.commit());
  }
  return all;
}

} // namespace floorwalker::testing
