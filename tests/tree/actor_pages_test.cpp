// The actors' pages against the types: what an actor takes is read from its interface, and the pages say the same.
#include "tests/tree/pages.hpp"

#include "actors/tenant/tenant_tree.hpp"
#include "messages/actors.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

using namespace floorwalker;
using namespace floorwalker::tree;

namespace {

/// A message and its answer, as pages write them.
using taken = std::pair<std::string, std::string>;

template <class T>
std::string name_on_pages() {
  if constexpr (std::is_void_v<T>) {
    return "nothing";
  } else {
    std::string name{caf::type_name_v<T>.data(), caf::type_name_v<T>.size()};
    for (std::string_view scope : {"floorwalker::", "caf::"})
      for (auto at = name.find(scope); at != std::string::npos; at = name.find(scope)) name.erase(at, scope.size());
    return name;
  }
}

template <class Signature>
struct signature_text;
template <class Answer, class... Messages>
struct signature_text<caf::result<Answer>(Messages...)> {
  static taken get() {
    std::vector<std::string> names{name_on_pages<Messages>()...};
    return {fmt::format("{}", fmt::join(names, ", ")), name_on_pages<Answer>()};
  }
};

template <class List>
struct interface_text;
template <class... Signatures>
struct interface_text<caf::detail::type_list<Signatures...>> {
  static std::set<taken> get() { return {signature_text<Signatures>::get()...}; }
};

template <class Actor>
std::pair<const std::string, std::set<taken>> interface_of(std::string name) {
  return {std::move(name), interface_text<typename Actor::signatures>::get()};
}

const std::map<std::string, std::set<taken>> interfaces = {
    interface_of<auth_actor>("auth"),       interface_of<roster_actor>("roster"),
    interface_of<tracker_actor>("tracker"), interface_of<journal_actor>("journal"),
    interface_of<metrics_actor>("metrics"), interface_of<alerts_actor>("alerts"),
    interface_of<sink_actor>("sink"),       interface_of<socket_actor>("socket"),
    interface_of<slot_actor>("slot"),       interface_of<connection_supervisor_actor>("connection_supervisor"),
    interface_of<tenant_actor>("tenant"),   interface_of<root_actor>("root"),
    interface_of<hub_actor>("hub"),
};

std::string row_text(const taken& row) {
  return fmt::format("| `{}` | {} |", row.first,
                     row.second == "nothing" ? row.second : fmt::format("`{}`", row.second));
}

void expect_equal(const std::string& where, const std::set<taken>& written, const std::set<taken>& real) {
  for (const auto& row : real)
    BOOST_TEST(written.contains(row), where << ": the row " << row_text(row) << " is missing");
  for (const auto& row : written)
    BOOST_TEST(real.contains(row), where << ": the row " << row_text(row) << " is not in the interface");
}

const text_file* page_of(const std::string& actor) { return find("docs/actors/" + actor + ".md"); }

} // namespace

BOOST_AUTO_TEST_CASE(every_actor_interface_is_compared_here) {
  auto header = find("messages/actors.hpp");
  BOOST_REQUIRE(header != nullptr);
  std::set<std::string> declared;
  for (auto line : lines_of(header->text)) {
    constexpr std::string_view begin = "using ", end = "_actor = caf::typed_actor<";
    auto at = line.find(end);
    if (line.starts_with(begin) && at != std::string_view::npos)
      declared.emplace(line.substr(begin.size(), at - begin.size()));
  }
  BOOST_TEST(!declared.empty());
  for (const auto& name : declared)
    BOOST_TEST(interfaces.contains(name), name << "_actor is not in the list of this test");
}

BOOST_AUTO_TEST_CASE(every_actor_has_a_page_with_the_same_parts) {
  for (const auto& [actor, real] : interfaces) {
    auto page = page_of(actor);
    BOOST_TEST(page != nullptr, "docs/actors/" << actor << ".md is missing");
    if (!page) continue;
    BOOST_TEST(page->text.starts_with(fmt::format("# {}\n", actor)), page->path << ": its title is not " << actor);
    for (auto part : {"**Limit", "**If it dies"})
      BOOST_TEST(page->text.find(part) != std::string::npos, page->path << ": no part " << part);
  }
  for (const auto& file : files())
    if (file.is_below("docs/actors/")) {
      auto name = std::filesystem::path{file.path}.stem().string();
      BOOST_TEST(interfaces.contains(name), file.path << ": there is no actor of this name");
    }
}

BOOST_AUTO_TEST_CASE(what_a_page_says_its_actor_takes_is_what_the_type_says) {
  for (const auto& [actor, real] : interfaces) {
    auto page = page_of(actor);
    if (!page) continue; // told above
    std::set<taken> written;
    for (const auto& row : table_of(*page, {"takes", "answers", "may be repeated"})) {
      BOOST_TEST(row.cells.size() == 3u, page->path << ":" << row.line << ": not three cells");
      if (row.cells.size() != 3) continue;
      BOOST_TEST(!row.cells[2].empty(), page->path << ":" << row.line << ": may it be repeated?");
      written.emplace(plain(row.cells[0]), plain(row.cells[1]));
    }
    expect_equal(page->path, written, real);
  }
}

BOOST_AUTO_TEST_CASE(what_a_page_says_its_actor_sends_is_taken_by_the_receiver) {
  for (const auto& [actor, real] : interfaces) {
    auto page = page_of(actor);
    if (!page) continue;
    for (const auto& row : table_of(*page, {"sends", "to", "when"})) {
      // A receiver that is no actor is a port, and takes no message.
      auto receiver = interfaces.find(plain(row.cells[1]));
      if (receiver == interfaces.end()) continue;
      auto message = plain(row.cells[0]);
      auto takes = std::ranges::any_of(receiver->second, [&](const taken& one) { return one.first == message; });
      BOOST_TEST(takes, page->path << ":" << row.line << ": " << receiver->first << " takes no " << message);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_table_of_all_messages_is_complete) {
  auto page = find("docs/architecture.md");
  BOOST_REQUIRE(page != nullptr);
  std::map<std::string, std::set<taken>> written;
  std::string actor;
  for (const auto& row : table_of(*page, {"actor", "message", "answers"})) {
    if (!row.cells[0].empty()) actor = plain(row.cells[0]);
    written[actor].emplace(plain(row.cells[1]), plain(row.cells[2]));
  }
  for (const auto& [name, real] : interfaces) expect_equal(page->path + ", " + name, written[name], real);
  for (const auto& [name, rows] : written)
    BOOST_TEST(interfaces.contains(name), page->path << ": there is no actor " << name);
}

BOOST_AUTO_TEST_CASE(the_supervision_tree_on_the_page_is_the_one_in_the_code) {
  auto page = find("docs/architecture.md");
  BOOST_REQUIRE(page != nullptr);
  auto rows = table_of(*page, {"start", "child", "a restart costs"});
  BOOST_TEST(rows.size() == tenant_children.size());
  for (std::size_t i = 0; i < std::min(rows.size(), tenant_children.size()); ++i) {
    auto where = fmt::format("{}:{}", page->path, rows[i].line);
    BOOST_TEST(rows[i].cells[0] == std::to_string(i + 1), where);
    BOOST_TEST(plain(rows[i].cells[1]) == tenant_children[i].name, where);
    BOOST_TEST(rows[i].cells[2] == tenant_children[i].lost, where);
  }
}

BOOST_AUTO_TEST_CASE(the_exit_codes_on_the_page_are_those_of_the_code) {
  auto page = find("docs/operations.md");
  BOOST_REQUIRE(page != nullptr);
  std::set<std::string> codes;
  for (const auto& row : table_of(*page, {"code", "meaning"})) codes.insert(row.cells[0]);
  for (auto cause : {failure_cause::none, failure_cause::internal, failure_cause::configuration,
                     failure_cause::credentials, failure_cause::listeners})
    BOOST_TEST(codes.contains(std::to_string(exit_code_of(cause))),
               page->path << ": exit code " << exit_code_of(cause) << " is missing");
}
