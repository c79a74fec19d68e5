#include "messages/wire/stream_decoder.hpp"

#include "messages/wire/frame_reader.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>

#include <iterator>

namespace floorwalker::wire {
namespace {

namespace json = boost::json;
using namespace stream_frame;

/// Containers within containers that a frame may hold: an event needs two, and each level costs the parser's stack.
constexpr std::size_t nesting_max = 64;

/// Ids compare in lower case (agent_key). Without a branch, so that many bytes are folded at once.
void fold_case(char* at, std::uint32_t size) {
  for (std::uint32_t i = 0; i < size; ++i) {
    auto byte = static_cast<unsigned char>(at[i]);
    bool capital = static_cast<unsigned char>(byte - 'A') < 26;
    at[i] = static_cast<char>(byte | (capital ? 0x20 : 0));
  }
}

/// Why a captured string cannot be used; empty if it can.
std::string_view flaw_of(const captured_text& captured) {
  switch (captured.what) {
  case content::absent:
    return "is missing";
  case content::text:
    return captured.slice.size == 0 ? "is empty" : "";
  case content::too_long:
    return "is longer than 128 bytes";
  default:
    return "is no string";
  }
}

std::string_view flaw_of_reason(const captured_text& captured) {
  switch (captured.what) {
  case content::absent:
  case content::null:
  case content::text:
    return "";
  case content::too_long:
    return "is longer than 128 bytes";
  default:
    return "is neither a string nor null";
  }
}

std::string_view flaw_of_time(const frame_reader& frame) {
  if (frame.at) return "";
  switch (frame.time) {
  case content::absent:
    return "is missing";
  case content::text:
    return "is no RFC 3339 date-time in range";
  case content::number:
    return "is out of range";
  default:
    return "is neither a date-time nor a number";
  }
}

} // namespace

struct stream_decoder::state {
  static json::parse_options strict() {
    json::parse_options options;
    options.max_depth = nesting_max;
    return options;
  }

  frame_reader& frame() { return parser.handler(); }

  frame_kind malformed(observation_batch& batch, std::string_view path, std::string_view flaw) {
    malformation.assign(path);
    if (!path.empty()) malformation += ' ';
    malformation += flaw;
    ++batch.malformed;
    return frame_kind::malformed;
  }

  frame_kind not_json(observation_batch& batch, const json::error_code& error, std::size_t at) {
    malformation.clear();
    fmt::format_to(std::back_inserter(malformation), "not JSON: {} at byte {}", error.message(), at);
    ++batch.malformed;
    return frame_kind::malformed;
  }

  static frame_kind ignored(observation_batch& batch, ignored_reason reason) {
    ++batch.ignored[static_cast<std::size_t>(reason)];
    return frame_kind::ignored;
  }

  frame_kind judge(utc_time received_at, observation_batch& batch);
  frame_kind judge_message(observation_batch& batch);
  frame_kind judge_event(utc_time received_at, observation_batch& batch);

  json::basic_parser<frame_reader> parser{strict()};
  bool acknowledged = false;
  std::string reject_reason;
  std::string malformation;
};

frame_kind stream_decoder::state::judge(utc_time received_at, observation_batch& batch) {
  if (!frame().root_is_object) return malformed(batch, "", "not a JSON object");
  if (frame().type != message_type::none) return judge_message(batch);
  switch (frame().event) {
  case event_type::absent:
    return malformed(batch, "eventType", "is missing");
  case event_type::no_string:
    return malformed(batch, "eventType", "is no string");
  case event_type::other:
    return ignored(batch, ignored_reason::other_event_type);
  case event_type::state_change:
    return judge_event(received_at, batch);
  }
  return malformed(batch, "", "of no known kind");
}

frame_kind stream_decoder::state::judge_message(observation_batch& batch) {
  if (acknowledged || frame().type == message_type::other) return ignored(batch, ignored_reason::other_message);
  if (frame().type == message_type::acknowledge) {
    acknowledged = true;
    return frame_kind::acknowledged;
  }
  reject_reason = printable_sample(frame().reject_reason);
  return frame_kind::rejected;
}

frame_kind stream_decoder::state::judge_event(utc_time received_at, observation_batch& batch) {
  const auto& found = frame();
  if (found.data == content::absent) return malformed(batch, "data", "is missing");
  if (found.data != content::object) return malformed(batch, "data", "is no object");
  if (auto flaw = flaw_of(found.agent); !flaw.empty()) return malformed(batch, "data.agentId", flaw);
  if (auto flaw = flaw_of(found.previous); !flaw.empty()) return malformed(batch, "data.previousState", flaw);
  if (auto flaw = flaw_of(found.current); !flaw.empty()) return malformed(batch, "data.currentState", flaw);
  if (auto flaw = flaw_of_time(found); !flaw.empty()) return malformed(batch, "data.timestamp", flaw);
  if (auto flaw = flaw_of_reason(found.reason); !flaw.empty()) return malformed(batch, "data.reasonCode", flaw);
  if (!acknowledged) return ignored(batch, ignored_reason::before_acknowledgement);

  fold_case(batch.text.data() + found.agent.slice.offset, found.agent.slice.size);
  auto& observation = batch.items.emplace_back();
  observation.agent = found.agent.slice;
  observation.previous = found.previous.slice;
  observation.current = found.current.slice;
  observation.has_reason = found.reason.what == content::text;
  if (observation.has_reason) observation.reason = found.reason.slice;
  observation.observed_at = found.at->at;
  observation.received_at = received_at;
  observation.fraction_digits = found.at->fraction_digits;
  return frame_kind::event;
}

stream_decoder::stream_decoder() : state_(std::make_unique<state>()) {}
stream_decoder::~stream_decoder() = default;
stream_decoder::stream_decoder(stream_decoder&&) noexcept = default;
stream_decoder& stream_decoder::operator=(stream_decoder&&) noexcept = default;

frame_kind stream_decoder::decode(std::string_view frame, utc_time received_at, observation_batch& batch) {
  auto text_before = batch.text.size();
  auto& parser = state_->parser;
  parser.reset();
  parser.handler().start(batch.text);
  json::error_code error;
  auto read = parser.write_some(false, frame.data(), frame.size(), error);
  auto kind = error                  ? state_->not_json(batch, error, read)
              : read != frame.size() ? state_->malformed(batch, "", "bytes after the JSON value")
                                     : state_->judge(received_at, batch);
  // Whatever else was read in passing must not stay in a batch that is passed on.
  if (kind != frame_kind::event) batch.text.resize(text_before);
  return kind;
}

frame_kind stream_decoder::decode_binary(observation_batch& batch) {
  return state_->malformed(batch, "", "a binary frame");
}

bool stream_decoder::acknowledged() const { return state_->acknowledged; }
const std::string& stream_decoder::reject_reason() const { return state_->reject_reason; }
std::string_view stream_decoder::malformation() const { return state_->malformation; }

} // namespace floorwalker::wire
