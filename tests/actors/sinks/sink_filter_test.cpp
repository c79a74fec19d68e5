#include "actors/sinks/sink_filter.hpp"

#include "tests/actors/record_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace floorwalker {
namespace {

using testing::committed;
using testing::sample;

/// The sequences that stand in the text, and a "!" after those marked as not verified.
std::string shown_in(const selection& chosen) {
  std::string shown;
  if (!chosen.text) return shown;
  std::size_t begin = 0;
  for (auto end = chosen.text->find('\n'); end != std::string::npos; end = chosen.text->find('\n', begin)) {
    auto line = chosen.text->substr(begin, end - begin);
    auto number = line.find("\"sequence\":") + 11;
    shown += line.substr(number, line.find_first_not_of("0123456789", number) - number);
    if (line.find("\"verified\":false") != std::string::npos) shown += '!';
    shown += ' ';
    begin = end + 1;
  }
  return shown;
}

const std::vector<sample> mixed = {
    {.agent = "authorized"},
    {.agent = "unauthorized", .valid = false},
    {.agent = "late", .flags = flag_out_of_order},
    {.agent = "late and unauthorized", .valid = false, .flags = flag_out_of_order},
    {.agent = "after a gap", .flags = flag_gap},
    {.agent = "", .kind = record_kind::monitoring_interrupted},
    {.agent = "listed", .kind = record_kind::state_reconciled},
};

void dashboard(sink_settings& to) { to.records = sink_records::dashboard; }

void dashboard_with_unverified(sink_settings& to) {
  dashboard(to);
  to.include_unverified = true;
}

void file_with_view(sink_settings& to) {
  to.type = sink_type::file;
  to.view = console_view::live;
}

selection for_dashboard(const committed_batch_ptr& batch) {
  sink_settings settings;
  dashboard(settings);
  return sink_filter{settings}.select(batch);
}

struct rule {
  const char* sentence;
  void (*configure)(sink_settings& settings);
  std::size_t records;
  const char* shown;
};

const rule rules[] = {
    {"audit entries are delivered all of them", [](auto&) {}, 7, "1 2 3 4 5 6 7 "},
    {"include-unverified is about dashboards alone", [](auto& to) { to.include_unverified = true; }, 7,
     "1 2 3 4 5 6 7 "},
    {"a dashboard gets authorized transitions that moved the agent", dashboard, 2, "1 5 "},
    {"with include-unverified it gets the others too, marked", dashboard_with_unverified, 3, "1 2! 5 "},
    {"a tenant that is listed is delivered",
     [](auto& to) {
       to.tenants = {"globex", "acme"};
     },
     7, "1 2 3 4 5 6 7 "},
    {"a tenant that is not listed is not", [](auto& to) { to.tenants = {"globex"}; }, 0, ""},
    {"a live console reads the batch instead of text", [](auto& to) { to.view = console_view::live; }, 7, ""},
    {"so does one that prints lines", [](auto& to) { to.view = console_view::lines; }, 7, ""},
    {"the view is about consoles alone", file_with_view, 7, "1 2 3 4 5 6 7 "},
};

sink_filter filter_of(const rule& row) {
  sink_settings settings;
  row.configure(settings);
  return sink_filter{settings};
}

} // namespace

BOOST_AUTO_TEST_SUITE(filter)

BOOST_AUTO_TEST_CASE(a_sink_delivers_what_its_settings_select) {
  for (auto& row : rules) BOOST_TEST_CONTEXT(row.sentence) {
      auto chosen = filter_of(row).select(committed(mixed));
      BOOST_TEST(chosen.records == row.records);
      BOOST_TEST(shown_in(chosen) == row.shown);
    }
}

BOOST_AUTO_TEST_CASE(audit_entries_are_not_copied) {
  auto batch = committed(mixed);
  BOOST_TEST(sink_filter{sink_settings{}}.select(batch).text.get() == &batch->lines);
}

BOOST_AUTO_TEST_CASE(a_selected_text_keeps_its_batch_alive) {
  auto text = sink_filter{sink_settings{}}.select(committed({{.agent = "a"}})).text;
  BOOST_TEST(*text == "{\"sequence\":1,\"agentId\":\"a\"}\n");
}

BOOST_AUTO_TEST_CASE(a_dashboard_update_has_the_members_of_the_interface) {
  auto batch = committed({{.agent = "a-1", .latency_ms = 333, .reason = "inbound_call"}}, {811, 9, 9});
  auto text = for_dashboard(batch).text;
  BOOST_REQUIRE(text);
  BOOST_TEST(*text == R"({"agentId":"a-1","status":"busy","latency":333,"accuracyRate":100,"tenantId":"acme",)"
                      R"("previousStatus":"available","reason":"inbound_call",)"
                      R"("lastUpdated":"2026-11-23T09:59:59.900Z","sequence":812})"
                      "\n");
}

BOOST_AUTO_TEST_CASE(a_batch_with_nothing_to_deliver_has_no_text) {
  auto chosen = for_dashboard(committed({{.valid = false}}));
  BOOST_TEST(chosen.records == 0u);
  BOOST_TEST(!chosen.text);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
