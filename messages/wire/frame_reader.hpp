// Takes the parser's callbacks for one frame of the event stream. A part of stream_decoder.cpp, which alone
// instantiates the parser.
#pragma once

#include "messages/state_observation.hpp"
#include "messages/wire/printable_sample.hpp"
#include "messages/wire/stream_decoder.hpp"
#include "messages/wire/timestamp.hpp"

#include <boost/json/error.hpp>
#include <boost/json/string_view.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace floorwalker::wire::stream_frame {

namespace json = boost::json;

/// What the last member of a name held. Later members of the same name replace earlier ones.
enum class content : std::uint8_t { absent, null, text, too_long, number, object, other };

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
  }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }

  bool on_object_begin(error_code&) {
    if (depth_ == 0) root_is_object = true;
    in_data_ = in_data_ || member_ == member::data;
    take(content::object);
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
  content data = content::absent;
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

} // namespace floorwalker::wire::stream_frame
