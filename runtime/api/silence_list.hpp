// Kinds of alerts that somebody silenced for a while: they stay listed, and call nobody. Pure: time is an argument.
#pragma once

#include "messages/time.hpp"
#include "runtime/http/served_answer.hpp"
#include "runtime/http/served_request.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace floorwalker {

/// What a caller asks for: POST …/silences with {"kind", "minutes", "reason"}.
struct silence_wish {
  std::string kind;
  std::chrono::minutes length{0};
  std::string reason;
};

/// The wish in a request's body, or why it is none (400, 415).
std::variant<silence_wish, served_answer> silence_wish_of(const served_request& request);

struct silence {
  std::string id;
  std::string kind;
  std::string reason;
  std::string by; ///< who silenced it
  utc_time until;
};

/// The silence as one JSON object.
std::string to_json(const silence& one);

/// Silences of one tenant; they end with the process.
class silence_list {
public:
  static constexpr std::size_t most = 100;

  /// Null: there are too many.
  const silence* add(const silence_wish& wish, const std::string& by, utc_time now);
  /// False: there is none of this id.
  bool remove(std::string_view id);
  /// Ends those whose time is over. True: there were some.
  bool expire(utc_time now);

  bool covers(std::string_view kind) const;
  /// Those that are silenced; one may come twice.
  std::vector<std::string> kinds() const;
  const std::vector<silence>& all() const { return all_; }

private:
  std::vector<silence> all_;
  std::uint64_t number_ = 0;
};

} // namespace floorwalker
