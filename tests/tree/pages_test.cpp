// The pages: one title each, every link leads somewhere, every page can be found.
#include "tests/tree/pages.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>

using namespace floorwalker::tree;

namespace {

bool is_ours(const text_file& page) { return page.is_page() && (page.is_below("docs/") || page.path == "README.md"); }

struct page_link {
  std::string target; ///< as written
  std::size_t line = 0;
};

std::vector<page_link> links_of(const text_file& page) {
  std::vector<page_link> links;
  for (auto [line, number] : prose_of(page))
    for (auto at = line.find("]("); at != std::string_view::npos; at = line.find("](", at + 1)) {
      // Within back-ticks it is code.
      if (std::count(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(at), '`') % 2 != 0) continue;
      auto end = line.find(')', at);
      links.push_back({std::string{line.substr(at + 2, end - at - 2)}, number});
    }
  return links;
}

bool leads_outside(std::string_view target) {
  return target.starts_with("http://") || target.starts_with("https://") || target.starts_with("mailto:");
}

/// The path from the root that a relative link means, without its anchor.
std::string target_path(const text_file& page, std::string_view target) {
  auto path = target.substr(0, target.find('#'));
  if (path.empty()) return page.path;
  return (std::filesystem::path{page.path}.parent_path() / path).lexically_normal().generic_string();
}

std::set<std::string> anchors_of(const text_file& page) {
  std::set<std::string> anchors;
  for (auto [line, number] : prose_of(page))
    if (line.starts_with('#')) anchors.insert(anchor_of(trimmed(line.substr(line.find_first_not_of('#')))));
  return anchors;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_page_has_exactly_one_title_and_begins_with_it) {
  for (const auto& page : files()) {
    if (!is_ours(page)) continue;
    auto prose = prose_of(page);
    auto titles = std::ranges::count_if(prose, [](const auto& line) { return line.text.starts_with("# "); });
    BOOST_TEST(titles == 1, page.path << ": " << titles << " titles");
    BOOST_TEST(page.text.starts_with("# "), page.path << ": its first line is not its title");
  }
}

BOOST_AUTO_TEST_CASE(every_link_leads_somewhere) {
  for (const auto& page : files()) {
    if (!is_ours(page)) continue;
    for (const auto& [target, line] : links_of(page)) {
      if (leads_outside(target)) continue;
      auto path = target_path(page, target);
      BOOST_TEST(std::filesystem::exists(root() / path),
                 fmt::format("{}:{}: {} leads nowhere", page.path, line, target));
      auto mark = target.find('#');
      auto other = find(path);
      if (mark == std::string::npos || !other || !other->is_page()) continue;
      BOOST_TEST(anchors_of(*other).contains(target.substr(mark + 1)),
                 fmt::format("{}:{}: {} has no heading for {}", page.path, line, path, target.substr(mark)));
    }
  }
}

BOOST_AUTO_TEST_CASE(every_page_is_listed_where_a_reader_begins) {
  std::set<std::string> listed = {"README.md", "docs/README.md"};
  for (auto beginning : {"README.md", "docs/README.md"}) {
    auto page = find(beginning);
    BOOST_REQUIRE_MESSAGE(page != nullptr, beginning << " is missing");
    for (const auto& link : links_of(*page)) listed.insert(target_path(*page, link.target));
  }
  for (const auto& page : files())
    if (is_ours(page))
      BOOST_TEST(listed.contains(page.path), page.path << ": neither README.md nor docs/README.md leads there");
}

BOOST_AUTO_TEST_CASE(pages_named_in_the_source_exist) {
  for (const auto& file : files()) {
    if (!file.is_cpp() || file.is_below("tests/tree/")) continue;
    std::string_view text = file.text;
    for (auto at = text.find("docs/"); at != std::string_view::npos; at = text.find("docs/", at + 1)) {
      auto end = text.find(".md", at);
      auto stop = text.find_first_of(" \n\"),;:", at);
      if (end == std::string_view::npos || end > stop) continue;
      std::string path{text.substr(at, end + 3 - at)};
      BOOST_TEST(find(path) != nullptr, place(file, at) << ": there is no " << path);
      // (docs/page.md, "Heading") names a part of it.
      auto rest = text.substr(end + 3);
      if (!rest.starts_with(", \"") || !find(path)) continue;
      std::string heading{rest.substr(3, rest.find('"', 3) - 3)};
      BOOST_TEST(anchors_of(*find(path)).contains(anchor_of(heading)),
                 place(file, at) << ": " << path << " has no heading \"" << heading << '"');
    }
  }
}

BOOST_AUTO_TEST_CASE(lines_of_prose_fit_into_120_columns) {
  for (const auto& page : files()) {
    if (!is_ours(page) || page.path == "docs/configuration.md") continue; // that page is partly written by a program
    for (auto [line, number] : prose_of(page)) {
      if (line.starts_with('|')) continue; // a table's row is one line
      auto columns = std::ranges::count_if(line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
      BOOST_TEST(columns <= 120, fmt::format("{}:{}: {} columns", page.path, number, columns));
    }
  }
}

BOOST_AUTO_TEST_CASE(decisions_are_numbered_without_gaps_and_name_what_was_rejected) {
  std::size_t next = 1;
  for (const auto& page : files()) {
    if (!page.is_below("docs/decisions/")) continue;
    auto name = page.path.substr(std::string_view{"docs/decisions/"}.size());
    BOOST_TEST(name.starts_with(fmt::format("{:04}-", next)), page.path << ": the next number is " << next);
    ++next;
    for (auto part : {"context", "decision", "rejected", "consequences"})
      BOOST_TEST(anchors_of(page).contains(part), page.path << ": no heading \"" << part << '"');
  }
  BOOST_TEST(next > 1u);
}
