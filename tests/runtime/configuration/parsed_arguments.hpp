// A command line as a test gives it, and what wrong usage looks like.
#pragma once

#include "runtime/configuration/command_line.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <variant>
#include <vector>

namespace floorwalker::testing {

using arguments = std::vector<std::string>;

inline command_line_request parse(const arguments& given) { return parse_command_line(given, "1.2.3"); }

/// Arguments that are refused in one line that begins with `problem`, with exit code 2.
struct usage_row {
  const char* sentence;
  arguments given;
  const char* problem;
};

template <class Rows>
void check_refused(const Rows& rows) {
  for (auto& [sentence, given, problem] : rows) BOOST_TEST_CONTEXT(sentence) {
      auto request = parse(given);
      auto* answer = std::get_if<printed_answer>(&request);
      BOOST_REQUIRE(answer);
      BOOST_TEST(answer->exit_code == 2);
      BOOST_TEST(answer->is_error);
      BOOST_TEST(answer->text.starts_with(problem), answer->text);
      BOOST_TEST(answer->text.find('\n') == answer->text.size() - 1);
    }
}

} // namespace floorwalker::testing
