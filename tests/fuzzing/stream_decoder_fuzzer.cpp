// Reads the input as the frames of one connection, a line each, and compares the decoder with a parser that builds
// documents: both must agree on what is JSON and on what an event says.
#include "messages/wire/stream_decoder.hpp"
#include "tests/fuzzing/expect.hpp"

#include "messages/agents.hpp"

#include <boost/json.hpp>

#include <numeric>

namespace {

using namespace floorwalker;
using namespace floorwalker::wire;
using fuzzing::expect;
namespace json = boost::json;

struct counts {
  explicit counts(const observation_batch& batch)
      : text(batch.text.size()),
        items(batch.items.size()),
        malformed(batch.malformed),
        ignored(std::accumulate(batch.ignored.begin(), batch.ignored.end(), std::uint64_t{0})) {}

  std::size_t text;
  std::size_t items;
  std::uint64_t malformed;
  std::uint64_t ignored;
};

std::string_view inside(const observation_batch& batch, text_slice slice) {
  expect(slice.offset <= batch.text.size() && slice.size <= batch.text.size() - slice.offset, "slices lie in the text");
  return slice.in(batch.text);
}

std::string_view text_of(const json::object& object, std::string_view name) {
  const auto& text = object.at(json::string_view{name.data(), name.size()}).as_string();
  return {text.data(), text.size()};
}

void check_event(const observation_batch& batch, const json::object& message) {
  const auto& event = batch.items.back();
  const auto& data = message.at("data").as_object();
  expect(text_of(message, "eventType") == "agent.state.change", "only documented events are read");
  expect(inside(batch, event.agent) == agent_key(text_of(data, "agentId")), "the agent is the message's");
  expect(inside(batch, event.previous) == text_of(data, "previousState"), "the previous state is the message's");
  expect(inside(batch, event.current) == text_of(data, "currentState"), "the current state is the message's");
  auto reason = data.if_contains("reasonCode");
  expect(event.has_reason == (reason && !reason->is_null()), "a reason is there or not");
  if (event.has_reason)
    expect(inside(batch, event.reason) == text_of(data, "reasonCode"), "the reason is the message's");
  for (auto slice : {event.agent, event.previous, event.current})
    expect(slice.size > 0 && slice.size <= state_bytes_max, "ids and states have 1 to 128 bytes");
  expect(!event.has_reason || event.reason.size <= state_bytes_max, "reasons have at most 128 bytes");
  expect(event.fraction_digits <= 9, "nanoseconds have nine digits");
}

void check_frame(stream_decoder& decoder, observation_batch& batch, std::string_view frame) {
  counts before{batch};
  bool was_acknowledged = decoder.acknowledged();
  auto kind = decoder.decode(frame, utc_time{}, batch);
  counts after{batch};

  json::parse_options options;
  options.max_depth = 64;
  json::error_code error;
  auto parsed = json::parse(json::string_view{frame.data(), frame.size()}, error, {}, options);
  bool is_object = !error && parsed.is_object();
  expect(is_object || kind == frame_kind::malformed, "what is no JSON object is malformed");
  if (kind == frame_kind::malformed)
    expect(decoder.malformation().starts_with("not JSON") == (error && error != json::error::extra_data),
           "only what is no JSON is called so");

  bool event = kind == frame_kind::event;
  expect(after.items == before.items + event, "an event is one item");
  expect(event || after.text == before.text, "only events leave text");
  expect(after.malformed == before.malformed + (kind == frame_kind::malformed), "a malformed frame is counted once");
  expect(after.ignored == before.ignored + (kind == frame_kind::ignored), "an ignored frame is counted once");
  expect(decoder.acknowledged() == (was_acknowledged || kind == frame_kind::acknowledged), "an acknowledgement stays");
  expect(!(was_acknowledged && kind == frame_kind::acknowledged), "only the first acknowledgement counts");
  if (event) {
    expect(was_acknowledged, "events count after the acknowledgement");
    check_event(batch, parsed.as_object());
  }
  if (kind == frame_kind::malformed)
    expect(!decoder.malformation().empty() && fuzzing::one_line(decoder.malformation()), "a malformation is a clause");
  if (kind == frame_kind::rejected)
    expect(fuzzing::one_line(decoder.reject_reason()) && decoder.reject_reason().size() <= 4 * sample_bytes_max,
           "the reason of a reject is one short line");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input{reinterpret_cast<const char*>(data), size};
  stream_decoder decoder;
  observation_batch batch;
  while (!input.empty()) {
    auto end = std::min(input.find('\n'), input.size());
    // A copy of its own, so that reading past the end of the frame is noticed.
    std::string frame{input.substr(0, end)};
    frame.shrink_to_fit();
    check_frame(decoder, batch, frame);
    input.remove_prefix(std::min(end + 1, input.size()));
  }
  auto sample = printable_sample({reinterpret_cast<const char*>(data), size});
  expect(fuzzing::one_line(sample) && sample.size() <= 4 * sample_bytes_max, "a sample is one short line");
  expect(printable_sample(sample).substr(0, 50) == sample.substr(0, 50), "a sample is a sample of itself");
  return 0;
}
