// A postgres sink's outlet with a table, a folder and a server of the test's own.
#pragma once

#include "runtime/postgres/postgres_outlet.hpp"
#include "tests/actors/log_lines.hpp"
#include "tests/actors/virtual_floor.hpp"
#include "tests/runtime/outlets/outlet_samples.hpp"
#include "tests/runtime/outlets/trail_samples.hpp"
#include "tests/runtime/postgres/postgres_server.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <vector>

namespace floorwalker::testing {

struct postgres_fixture {
  postgres_fixture() {
    settings.name = "history";
    settings.type = sink_type::postgres;
    settings.connection = server().connection();
    settings.table = fresh_name();
  }

  std::unique_ptr<postgres::postgres_outlet> make_outlet() {
    return std::make_unique<postgres::postgres_outlet>(settings, folder.path(), clock);
  }

  /// Writes the batches as one group, which has to succeed. Gives the number of refused records.
  std::uint64_t write(postgres::postgres_outlet& to, std::uint64_t number,
                      const std::vector<committed_batch_ptr>& batches) {
    auto answer = answer_of(to, number, whole_group(batches));
    BOOST_REQUIRE_MESSAGE(answer.problem.empty(), answer.problem);
    return answer.refused;
  }

  /// Gives the group until it is written; the sink would wait a while in between. Fails after `at_most` attempts.
  void write_again(postgres::postgres_outlet& to, std::uint64_t number, const delivery_group_ptr& group,
                   int at_most = 3) {
    std::string problem;
    for (int i = 0; i < at_most; ++i) {
      problem = answer_of(to, number, group).problem;
      if (problem.empty()) return;
    }
    BOOST_FAIL(problem);
  }

  /// Sequences in the table, in their order, separated by blanks.
  std::string sequences() {
    return database_client{}.value(
        "SELECT coalesce(string_agg(sequence::text, ' ' ORDER BY epoch, sequence), '') FROM " + settings.table);
  }
  std::string count() { return database_client{}.value("SELECT count(*) FROM " + settings.table); }
  std::string cursor() {
    return database_client{}.value("SELECT string_agg(concat_ws(' ', sink, tenant, node, epoch, sequence), ', ' ORDER "
                                   "BY sink, tenant, node) FROM " +
                                   settings.table + "_cursors");
  }
  std::string dead_letters() { return content_of(folder / "sinks/history/dead-letters.jsonl"); }

  log_lines log; ///< what goes wrong on purpose is not shown
  scratch_folder folder;
  std::shared_ptr<virtual_wall_clock> clock = std::make_shared<virtual_wall_clock>();
  sink_settings settings;
};

} // namespace floorwalker::testing
