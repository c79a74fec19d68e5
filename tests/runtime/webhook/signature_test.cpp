#include "runtime/webhook/signature.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <stdexcept>

namespace {

using namespace floorwalker;

std::string sign(std::string_view secret, std::string_view id = "fw_1", std::string_view timestamp = "1",
                 std::string_view body = "{}") {
  return webhook_signature(signing_keys(secret), id, timestamp, body);
}

} // namespace

BOOST_AUTO_TEST_SUITE(signatures)

BOOST_AUTO_TEST_CASE(the_example_of_the_standard_is_signed_as_there) {
  BOOST_TEST(sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
                  R"({"test": 2432232314})") == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

// The values were computed with Python's hmac.
BOOST_AUTO_TEST_CASE(a_secret_is_taken_as_text_or_as_base64_behind_its_prefix) {
  BOOST_TEST(sign("plain") == "v1,4b+GkA32oskQndRECJ1SV4W1wWgLb7AxinhjTyHOB0U=");
  BOOST_TEST(sign("whsec_AAECAw==") == "v1,SBIDumWI4YSnD05Swg6RFkECKkqAfyCrPYhAc8ND/Rs=");
}

BOOST_AUTO_TEST_CASE(each_of_several_keys_signs) {
  BOOST_TEST(sign("plain whsec_AAECAw==") == sign("plain") + " " + sign("whsec_AAECAw=="));
  BOOST_TEST(sign("  plain   plain ") == sign("plain") + " " + sign("plain"));
}

BOOST_AUTO_TEST_CASE(keys_are_the_bytes_that_base64_stands_for) {
  using keys = std::vector<std::string>;
  BOOST_TEST((signing_keys("whsec_AAECAw==") == keys{std::string{"\0\1\2\3", 4}}));
  BOOST_TEST((signing_keys("whsec_AAEC") == keys{std::string{"\0\1\2", 3}}));
  BOOST_TEST((signing_keys("whsec_+/8=") == keys{"\xfb\xff"}));
}

BOOST_AUTO_TEST_CASE(a_secret_that_is_none_is_refused_without_showing_it) {
  for (auto* secret : {"", "   ", "whsec_", "whsec_AAECA", "whsec_AAECAw=", "whsec_AA=CAw==", "whsec_A===",
                       "whsec_====", "whsec_AA-_", "good whsec_AAECA", "whsec_AAEC\n"})
    BOOST_TEST_CONTEXT(secret)
  BOOST_CHECK_EXCEPTION(signing_keys(secret), std::invalid_argument, [](const std::invalid_argument& failure) {
    return std::string_view{failure.what()}.find("AA") == std::string_view::npos;
  });
}

BOOST_AUTO_TEST_CASE(an_id_is_the_same_in_every_process) {
  // The first half of SHA-256 over the names and numbers, each ended by a newline.
  BOOST_TEST(webhook_id("hook", {"acme", "node-1", 3, 812, 900}) == "fw_8906f11fe9502544ad2a6c7cec3b68ca");
}

BOOST_AUTO_TEST_CASE(an_id_differs_with_each_of_its_parts) {
  std::set<std::string> ids{
      webhook_id("hook", {"acme", "node-1", 3, 812, 900}),  webhook_id("hooka", {"cme", "node-1", 3, 812, 900}),
      webhook_id("other", {"acme", "node-1", 3, 812, 900}), webhook_id("hook", {"globex", "node-1", 3, 812, 900}),
      webhook_id("hook", {"acme", "node-2", 3, 812, 900}),  webhook_id("hook", {"acme", "node-1", 4, 812, 900}),
      webhook_id("hook", {"acme", "node-1", 3, 813, 900}),  webhook_id("hook", {"acme", "node-1", 3, 812, 901})};
  BOOST_TEST(ids.size() == 8u);
}

BOOST_AUTO_TEST_SUITE_END()
