#include "messages/wire/stream_decoder.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>

#include "messages/wire/timestamp.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <iterator>
#include <limits>
#include <optional>

namespace floorwalker::wire {
namespace {

namespace json = boost::json;

/// Containers within containers that a frame may hold: an event needs two, and each level costs the parser's stack.
constexpr std::size_t nesting_max = 64;

/// What the last member of a name held. Later members of the same name replace earlier ones.
enum class content : std::uint8_t { absent, null, text, too_long, number, other };

/// The members that are looked at; the first four stand in the message itself, the others in its `data`.
enum class member : std::uint8_t {
  none,
  type,
  event_type,
  reject_reason,
  data,
  agent_id,
  previous_state,
  current_state,
  event_time,
  reason_code
};

/// Known values of the members that tell what a message is.
enum class message_type : std::uint8_t { none, acknowledge, reject, other };
enum class event_type : std::uint8_t { absent, state_change, other, no_string };

/// Compares with a literal by its constant size, so the compiler needs no call: names are compared once a key.
template <std::size_t Size>
bool is(std::string_view text, const char (&literal)[Size]) {
  return text.size() == Size - 1 && std::memcmp(text.data(), literal, Size - 1) == 0;
}

struct captured_text {
  content what = content::absent;
  text_slice slice;
};

/// Takes the parser's callbacks for one frame. Strings that an event keeps go straight into the batch's text; a string
/// with escapes arrives in pieces, whose callbacks carry the size so far.
class frame_reader {
public:
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = max_object_size;
  static constexpr std::size_t max_key_size = max_object_size;
  static constexpr std::size_t max_string_size = max_object_size;

  using text_view = json::string_view;
  using error_code = json::error_code;

  void start(std::string& text) {
    text_ = &text;
    depth_ = 0;
    in_data_ = false;
    member_ = member::none;
    root_is_object = false;
    type = message_type::none;
    event = event_type::absent;
    data = content::absent;
    reject_reason.clear();
    forget_data();
  }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }

  bool on_object_begin(error_code&) {
    if (depth_ == 0) root_is_object = true;
    in_data_ = in_data_ || (depth_ == 1 && member_ == member::data);
    take(content::other);
    if (in_data_ && depth_ == 1) data = content::text;
    ++depth_;
    return true;
  }
  bool on_object_end(std::size_t, error_code&) {
    if (--depth_ == 1) in_data_ = false;
    member_ = member::none;
    return true;
  }
  bool on_array_begin(error_code&) {
    take(content::other);
    ++depth_;
    return true;
  }
  bool on_array_end(std::size_t, error_code&) {
    --depth_;
    return true;
  }

  bool on_key_part(text_view piece, std::size_t size, error_code&) {
    gather(piece, size);
    return true;
  }
  bool on_key(text_view piece, std::size_t size, error_code&) {
    auto name = whole(piece, size);
    if (depth_ == 1)
      member_ = member_of_message(name);
    else
      member_ = in_data_ && depth_ == 2 ? member_of_data(name) : member::none;
    return true;
  }

  bool on_string_part(text_view piece, std::size_t size, error_code&) {
    take_piece(piece, size);
    return true;
  }
  bool on_string(text_view piece, std::size_t size, error_code&) {
    take_string(piece, size);
    member_ = member::none;
    return true;
  }

  bool on_number_part(text_view, error_code&) { return true; }
  bool on_int64(std::int64_t value, text_view, error_code&) {
    if (member_ == member::event_time) {
      at = timestamp_of_milliseconds(value);
      time = content::number;
    } else {
      take(content::number);
    }
    member_ = member::none;
    return true;
  }
  bool on_uint64(std::uint64_t, text_view, error_code&) {
    // Only what 63 bits cannot hold arrives here: as milliseconds it is out of range.
    take(content::number);
    return true;
  }
  bool on_double(double, text_view digits, error_code&) {
    if (member_ == member::event_time) {
      // The parser's own doubles may be off in the last bit, which is a quarter of a microsecond here.
      double exact = std::numeric_limits<double>::infinity();
      std::from_chars(digits.data(), digits.data() + digits.size(), exact);
      at = timestamp_of_milliseconds(exact);
      time = content::number;
      member_ = member::none;
    } else {
      take(content::number);
    }
    return true;
  }
  bool on_bool(bool, error_code&) {
    take(content::other);
    return true;
  }
  bool on_null(error_code&) {
    take(content::null);
    return true;
  }
  bool on_comment_part(text_view, error_code&) { return true; }
  bool on_comment(text_view, error_code&) { return true; }

  // What the frame held, once it was read to its end.
  bool root_is_object = false;
  message_type type = message_type::none;
  event_type event = event_type::absent;
  content data = content::absent; ///< `text` stands for an object
  captured_text agent, previous, current, reason;
  content time = content::absent;
  std::optional<timestamp> at;
  std::string reject_reason; ///< somewhat more than a sample of it

private:
  static member member_of_message(std::string_view name) {
    if (is(name, "eventType")) return member::event_type;
    if (is(name, "data")) return member::data;
    if (is(name, "type")) return member::type;
    if (is(name, "reason")) return member::reject_reason;
    return member::none;
  }

  static message_type message_type_of(std::string_view name) {
    if (is(name, "subscribe.ack")) return message_type::acknowledge;
    if (is(name, "subscribe.reject")) return message_type::reject;
    return message_type::other;
  }

  static member member_of_data(std::string_view name) {
    if (is(name, "agentId")) return member::agent_id;
    if (is(name, "previousState")) return member::previous_state;
    if (is(name, "currentState")) return member::current_state;
    if (is(name, "timestamp")) return member::event_time;
    if (is(name, "reasonCode")) return member::reason_code;
    return member::none;
  }

  void forget_data() {
    agent.what = previous.what = current.what = reason.what = time = content::absent;
    at.reset();
  }

  /// Puts the pieces of a string together. What fills the buffer is longer than every name and date-time, so its
  /// beginning serves as well: it equals none of them.
  std::string_view gather(text_view piece, std::size_t size) {
    if (size == piece.size()) pieces_size_ = 0;
    auto taken = std::min(piece.size(), pieces_.size() - pieces_size_);
    std::memcpy(pieces_.data() + pieces_size_, piece.data(), taken);
    pieces_size_ += taken;
    return {pieces_.data(), pieces_size_};
  }

  /// The whole string that ends with this piece: without a copy where it came in one.
  std::string_view whole(text_view piece, std::size_t size) {
    return size == piece.size() ? std::string_view{piece.data(), piece.size()} : gather(piece, size);
  }

  void capture(captured_text& into, text_view piece, std::size_t size) {
    if (size == piece.size()) {
      into.what = content::text;
      into.slice.offset = static_cast<std::uint32_t>(text_->size());
    }
    if (size > state_bytes_max) {
      into.what = content::too_long;
      return;
    }
    text_->append(piece.data(), piece.size());
    into.slice.size = static_cast<std::uint32_t>(size);
  }

  /// A string, or the last piece of one.
  void take_string(text_view piece, std::size_t size) {
    switch (member_) {
    case member::none:
      return;
    case member::type:
      type = message_type_of(whole(piece, size));
      return;
    case member::event_type:
      event = is(whole(piece, size), "agent.state.change") ? event_type::state_change : event_type::other;
      return;
    case member::event_time:
      time = content::text;
      at = parse_timestamp(whole(piece, size));
      return;
    case member::data:
      forget_data();
      data = content::other;
      return;
    default:
      take_piece(piece, size);
    }
  }

  /// A piece of a string, kept where it will be wanted.
  void take_piece(text_view piece, std::size_t size) {
    switch (member_) {
    case member::type:
    case member::event_type:
    case member::event_time:
      gather(piece, size);
      return;
    case member::reject_reason:
      if (size == piece.size()) reject_reason.clear();
      if (reject_reason.size() <= sample_bytes_max)
        reject_reason.append(piece.data(), std::min(piece.size(), 2 * sample_bytes_max));
      return;
    case member::agent_id:
      capture(agent, piece, size);
      return;
    case member::previous_state:
      capture(previous, piece, size);
      return;
    case member::current_state:
      capture(current, piece, size);
      return;
    case member::reason_code:
      capture(reason, piece, size);
      return;
    case member::none:
    case member::data:
      return;
    }
  }

  /// A value that is no string for the member at hand.
  void take(content what) {
    switch (member_) {
    case member::none:
      return;
    case member::type:
      type = message_type::none;
      break;
    case member::event_type:
      event = event_type::no_string;
      break;
    case member::reject_reason:
      reject_reason.clear();
      break;
    case member::data:
      forget_data();
      data = what;
      break;
    case member::agent_id:
      agent.what = what;
      break;
    case member::previous_state:
      previous.what = what;
      break;
    case member::current_state:
      current.what = what;
      break;
    case member::reason_code:
      reason.what = what;
      break;
    case member::event_time:
      time = what;
      at.reset();
      break;
    }
    member_ = member::none;
  }

  std::string* text_ = nullptr;
  std::size_t depth_ = 0;
  bool in_data_ = false;
  member member_ = member::none; ///< whose value comes next
  std::array<char, 64> pieces_{};
  std::size_t pieces_size_ = 0;
};

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
  if (found.data != content::text) return malformed(batch, "data", "is no object");
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
