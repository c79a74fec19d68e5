#include "runtime/webhook/target_address.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace floorwalker;
using boost::asio::ip::make_address;

struct address_row {
  const char* address;
  const char* kind; ///< "": public
};

/// The first and the last address of each range, and their neighbours outside.
const address_row rows[] = {
    {"0.0.0.0", "unspecified"},
    {"0.255.255.255", "unspecified"},
    {"1.0.0.0", ""},
    {"9.255.255.255", ""},
    {"10.0.0.0", "in a private network"},
    {"10.255.255.255", "in a private network"},
    {"11.0.0.0", ""},
    {"100.63.255.255", ""},
    {"100.64.0.0", "in a provider's shared network"},
    {"100.127.255.255", "in a provider's shared network"},
    {"100.128.0.0", ""},
    {"126.255.255.255", ""},
    {"127.0.0.1", "loopback"},
    {"127.255.255.255", "loopback"},
    {"128.0.0.0", ""},
    {"169.253.255.255", ""},
    {"169.254.169.254", "link-local"},
    {"169.255.0.0", ""},
    {"172.15.255.255", ""},
    {"172.16.0.0", "in a private network"},
    {"172.31.255.255", "in a private network"},
    {"172.32.0.0", ""},
    {"192.0.0.255", "reserved"},
    {"192.0.1.0", ""},
    {"192.0.2.1", "reserved for documentation"},
    {"192.88.99.1", "reserved"},
    {"192.167.255.255", ""},
    {"192.168.0.0", "in a private network"},
    {"192.168.255.255", "in a private network"},
    {"192.169.0.0", ""},
    {"198.17.255.255", ""},
    {"198.18.0.0", "in a private network"},
    {"198.19.255.255", "in a private network"},
    {"198.20.0.0", ""},
    {"198.51.100.7", "reserved for documentation"},
    {"203.0.113.7", "reserved for documentation"},
    {"223.255.255.255", ""},
    {"224.0.0.1", "multicast"},
    {"239.255.255.255", "multicast"},
    {"240.0.0.0", "reserved"},
    {"255.255.255.255", "reserved"},
    {"::", "unspecified"},
    {"::1", "loopback"},
    {"::2", "reserved"},
    {"::127.0.0.1", "reserved"},
    {"::ffff:127.0.0.1", "an IPv4 address in IPv6"},
    {"::ffff:93.184.216.34", "an IPv4 address in IPv6"},
    {"64:ff9b::7f00:1", "loopback"},
    {"64:ff9b::a9fe:a9fe", "link-local"},
    {"64:ff9b::5db8:d822", ""},
    {"64:ff9b:1::5db8:d822", "reserved"},
    {"100::1", "reserved"},
    {"1fff:ffff::1", "reserved"},
    {"2000::1", ""},
    {"2001::1", "reserved"},
    {"2001:1ff:ffff::1", "reserved"},
    {"2001:200::1", ""},
    {"2001:db7:ffff::1", ""},
    {"2001:db8::1", "reserved for documentation"},
    {"2001:db8:ffff::1", "reserved for documentation"},
    {"2001:db9::1", ""},
    {"2002:7f00:1::1", "an IPv4 address in IPv6"},
    {"2003::1", ""},
    {"2606:2800:220:1::1", ""},
    {"3ffe:ffff::1", ""},
    {"3fff::1", "reserved for documentation"},
    {"3fff:fff:ffff::1", "reserved for documentation"},
    {"3fff:1000::1", ""},
    {"4000::1", "reserved"},
    {"fbff:ffff::1", "reserved"},
    {"fc00::1", "in a private network"},
    {"fdff:ffff::1", "in a private network"},
    {"fe80::1", "link-local"},
    {"fe80::1%1", "link-local"},
    {"febf:ffff::1", "link-local"},
    {"fec0::1", "in a private network"},
    {"ff02::1", "multicast"},
};

} // namespace

BOOST_AUTO_TEST_SUITE(target_addresses)

BOOST_AUTO_TEST_CASE(every_special_range_is_known_from_its_first_to_its_last_address) {
  for (auto& [address, kind] : rows) BOOST_TEST(private_range(make_address(address)) == kind, address);
}

BOOST_AUTO_TEST_CASE(only_public_addresses_of_a_name_are_connected_to) {
  auto chosen = choose_targets({make_address("10.0.0.1"), make_address("93.184.216.34"), make_address("::1")}, {});
  BOOST_REQUIRE(chosen.allowed.size() == 1u);
  BOOST_TEST(chosen.allowed[0].to_string() == "93.184.216.34");
  chosen = choose_targets({make_address("127.0.0.1")}, {});
  BOOST_TEST(chosen.allowed.empty());
  BOOST_TEST(chosen.refusal == "the address 127.0.0.1 is loopback, and allow-private-targets is not set");
}

BOOST_AUTO_TEST_CASE(private_targets_that_are_allowed_are_connected_to) {
  auto chosen = choose_targets({make_address("10.0.0.1"), make_address("::1")}, {.allow_private = true});
  BOOST_TEST(chosen.allowed.size() == 2u);
  BOOST_TEST(chosen.refusal == "");
}

BOOST_AUTO_TEST_CASE(without_tls_nothing_leaves_the_machine_whatever_localhost_resolves_to) {
  target_rules plain{.allow_private = true, .tls = false};
  auto chosen = choose_targets({make_address("93.184.216.34"), make_address("10.0.0.1")}, plain);
  BOOST_TEST(chosen.allowed.empty());
  BOOST_TEST(chosen.refusal == "the address 10.0.0.1 is not loopback, and http is for loopback only");
  BOOST_TEST(choose_targets({make_address("127.0.0.1"), make_address("::1")}, plain).allowed.size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
