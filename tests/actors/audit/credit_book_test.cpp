#include "actors/audit/credit_book.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace floorwalker {

BOOST_AUTO_TEST_SUITE(credits)

BOOST_AUTO_TEST_CASE(a_credit_comes_back_with_the_last_follower) {
  credit_book<std::string> book;
  book.open(1, 2, "first");
  BOOST_TEST(!book.settle(1).has_value());
  BOOST_TEST(book.settle(1).value() == "first");
  BOOST_TEST(!book.settle(1).has_value());
}

BOOST_AUTO_TEST_CASE(a_later_batch_may_be_settled_before_an_earlier_one) {
  credit_book<std::string> book;
  book.open(1, 2, "first");
  book.open(2, 1, "second");
  BOOST_TEST(book.settle(2).value() == "second");
  book.settle(1);
  BOOST_TEST(book.settle(1).value() == "first");
}

BOOST_AUTO_TEST_CASE(closing_gives_back_what_is_open_in_order) {
  credit_book<std::string> book;
  book.open(2, 3, "second");
  book.open(1, 1, "first");
  auto given_back = book.close();
  BOOST_REQUIRE(given_back.size() == 2u);
  BOOST_TEST(given_back[0] == "first");
  BOOST_TEST(given_back[1] == "second");
  BOOST_TEST(!book.settle(2).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
