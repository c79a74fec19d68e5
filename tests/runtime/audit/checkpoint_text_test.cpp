#include "runtime/audit/checkpoint_text.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace floorwalker {
namespace {

checkpoint sample_checkpoint() {
  checkpoint made{"ac\"me", "node-1", 3, 812, {}, {}, "0123456789abcdef"};
  made.hash.fill(0xab);
  made.at = utc_time{std::chrono::milliseconds{1'795'428'000'456}};
  return made;
}

BOOST_AUTO_TEST_SUITE(checkpoint_text)

BOOST_AUTO_TEST_CASE(a_checkpoint_has_its_members_in_the_order_of_the_format) {
  auto hash = std::string{};
  for (auto i = 0; i < 32; ++i) hash += "ab";
  BOOST_TEST(to_json(sample_checkpoint()) ==
             R"({"kind":"checkpoint","tenantId":"ac\"me","node":"node-1","epoch":3,)"
             R"("sequence":812,"hash":")" +
                 hash + R"(","timestamp":"2026-11-23T10:00:00.456Z","key":"0123456789abcdef"})");
}

BOOST_AUTO_TEST_CASE(what_is_published_gives_back_what_was_signed) {
  std::string signature;
  for (auto i = 0; i < 64; ++i) signature += static_cast<char>(i * 5);
  auto text = to_json(sample_checkpoint());
  auto published = with_signature(text, signature);
  BOOST_TEST(published.starts_with(text.substr(0, text.size() - 1) + R"(,"signature":")"));
  auto parts = without_signature(published);
  BOOST_TEST(parts.problem == "");
  BOOST_TEST(parts.signed_text == text);
  BOOST_TEST(parts.signature == signature);
  BOOST_TEST((parse_checkpoint(parts.signed_text).made == sample_checkpoint()));
  trail_anchor anchor{sample_checkpoint(), 700, 800};
  BOOST_TEST((parse_anchor(to_json(anchor)).anchor == anchor));
}

BOOST_AUTO_TEST_CASE(what_is_not_in_this_form_is_refused) {
  auto text = to_json(sample_checkpoint());
  auto published = with_signature(text, std::string(64, 'x'));
  for (std::size_t size = 0; size < published.size(); ++size)
    BOOST_TEST(without_signature(published.substr(0, size)).problem != "", size << " bytes");
  BOOST_TEST(without_signature(text).problem != "");
  BOOST_TEST(without_signature(published + " ").problem != "");
  for (auto refused : {"", "{}", "[]", R"({"kind":"checkpoint"})"}) {
    BOOST_TEST(parse_checkpoint(refused).problem != "");
    BOOST_TEST(parse_anchor(refused).problem != "");
  }
  BOOST_TEST(parse_anchor(text).problem != "");
  BOOST_TEST(parse_checkpoint(to_json(trail_anchor{sample_checkpoint(), 1, 2})).problem != "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace floorwalker
