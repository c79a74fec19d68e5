// The input is the body of one page of the users listing.
#include "messages/wire/stream_decoder.hpp"
#include "messages/wire/users_listing.hpp"
#include "tests/fuzzing/expect.hpp"

#include <boost/json.hpp>

using namespace floorwalker;
using namespace floorwalker::wire;
using floorwalker::fuzzing::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view body{reinterpret_cast<const char*>(data), size};
  auto parsed = parse_users_page(body);
  if (auto problem = std::get_if<std::string>(&parsed)) {
    expect(!problem->empty() && fuzzing::one_line(*problem) && problem->size() < 1'000, "a problem is one short line");
    return 0;
  }
  const auto& page = std::get<users_page>(parsed);
  auto rows = boost::json::parse({body.data(), body.size()}).at("entities").as_array().size();
  expect(page.agents.size() + page.skipped == rows, "a row is an agent or skipped");
  expect(page.page_number <= listing_pages_max && page.page_count <= listing_pages_max, "pages are bounded");
  for (const auto& agent : page.agents) {
    expect(is_agent_id(agent.who->id()) && agent.who->key() == agent_key(agent.who->id()),
           "a row has an id and its key");
    expect(!agent.state || (!agent.state->empty() && agent.state->size() <= state_bytes_max),
           "states have 1 to 128 bytes");
  }
  return 0;
}
