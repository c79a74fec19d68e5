#include "simulator/fault_plan.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

#include "simulator/random.hpp"

namespace floorwalker::simulator {

namespace {

struct named_kind {
  std::string_view name;
  fault_kind kind;
};

constexpr std::array names = {
    named_kind{"no-ack", fault_kind::no_ack},
    named_kind{"slow-ack", fault_kind::slow_ack},
    named_kind{"reject", fault_kind::reject},
    named_kind{"drop", fault_kind::drop},
    named_kind{"reset", fault_kind::reset},
    named_kind{"close", fault_kind::close},
    named_kind{"stall", fault_kind::stall},
    named_kind{"oversized", fault_kind::oversized},
    named_kind{"binary", fault_kind::binary},
    named_kind{"invalid-utf8", fault_kind::invalid_utf8},
    named_kind{"bad-frame", fault_kind::bad_frame},
    named_kind{"ping", fault_kind::ping},
    named_kind{"malformed", fault_kind::malformed},
    named_kind{"second-ack", fault_kind::second_ack},
    named_kind{"late-reject", fault_kind::late_reject},
    named_kind{"fragments", fault_kind::fragments},
};

constexpr std::uint64_t oversized_default = 2u << 20; // twice the usual limit of a client
constexpr std::uint64_t oversized_max = 64u << 20;

[[noreturn]] void refuse(std::string_view text, std::string_view problem) {
  throw std::invalid_argument(fmt::format("fault '{}': {}", text, problem));
}

std::uint64_t parse_number(std::string_view whole, std::string_view text, std::string_view what) {
  auto value = std::uint64_t{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value == 0)
    refuse(whole, fmt::format("{} must be a whole number above 0, found '{}'", what, text));
  return value;
}

/// Takes what stands before the first `separator` off `rest`.
std::string_view take(std::string_view& rest, char separator) {
  auto at = rest.find(separator);
  auto head = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return head;
}

void parse_trigger(fault& result, std::string_view whole, std::string_view text) {
  auto rest = text;
  auto word = take(rest, ':');
  if (word == "now" && rest.empty()) return;
  if (word == "every") {
    result.when = trigger_kind::every;
    try {
      result.mean_interval = parse_duration(rest);
    } catch (const std::invalid_argument& problem) {
      refuse(whole, problem.what());
    }
    return;
  }
  if (word == "event") {
    result.when = trigger_kind::event;
  } else if (word == "each") {
    result.when = trigger_kind::each;
  } else if (word == "connection") {
    result.when = trigger_kind::connection;
  } else if (rest.empty() && !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos) {
    result.when = trigger_kind::event;
    rest = word;
  } else {
    refuse(whole,
           fmt::format("unknown trigger '{}', expected now, event:N, each:N, every:DURATION or connection:N", text));
  }
  result.n = parse_number(whole, rest, "the trigger's number");
}

void parse_arguments(fault& result, std::string_view whole, std::string_view rest) {
  switch (result.kind) {
  case fault_kind::close: {
    auto code = parse_number(whole, take(rest, ':'), "the close code");
    if (code < 1000 || code > 4999) refuse(whole, "the close code must be from 1000 to 4999");
    result.close_code = static_cast<std::uint16_t>(code);
    result.text = rest;
    if (result.text.size() > 123) refuse(whole, "the reason may have at most 123 bytes");
    return;
  }
  case fault_kind::reject:
  case fault_kind::late_reject:
    result.text = rest.empty() ? "rejected by the fault plan" : rest;
    return;
  case fault_kind::ping:
    result.text = rest.empty() ? "are you there?" : rest;
    if (result.text.size() > 125) refuse(whole, "a ping carries at most 125 bytes");
    return;
  case fault_kind::slow_ack:
    try {
      result.amount = static_cast<std::uint64_t>(parse_duration(rest).count());
    } catch (const std::invalid_argument& problem) {
      refuse(whole, problem.what());
    }
    return;
  case fault_kind::oversized:
    result.amount = rest.empty() ? oversized_default : parse_number(whole, rest, "the number of bytes");
    if (result.amount > oversized_max) refuse(whole, fmt::format("at most {} bytes", oversized_max));
    return;
  default:
    if (!rest.empty()) refuse(whole, fmt::format("{} takes no argument", name_of(result.kind)));
  }
}

/// Without a count, what is tied to one moment happens once and everything else each time.
std::uint64_t count_by_default(const fault& what) {
  if (is_at_subscription(what.kind)) return what.when == trigger_kind::connection ? 1 : 0;
  return what.when == trigger_kind::each || what.when == trigger_kind::every ? 0 : 1;
}

} // namespace

std::string_view name_of(fault_kind kind) {
  for (const auto& entry : names)
    if (entry.kind == kind) return entry.name;
  return "?";
}

bool is_at_subscription(fault_kind kind) { return kind <= fault_kind::reject; }

std::chrono::milliseconds parse_duration(std::string_view text) {
  auto value = 0.0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  auto unit = std::string_view{end, static_cast<std::size_t>(text.data() + text.size() - end)};
  auto factor = unit == "ms" ? 1.0 : unit == "s" ? 1000.0 : unit == "min" ? 60'000.0 : unit == "h" ? 3'600'000.0 : 0.0;
  if (error != std::errc{} || factor == 0.0 || !(value >= 0.0) || value * factor > 1e12)
    throw std::invalid_argument(fmt::format("'{}' is no duration, expected e.g. 250ms, 45s, 5min or 2h", text));
  return std::chrono::milliseconds{std::llround(value * factor)};
}

fault parse_fault(std::string_view text) {
  auto rest = text;
  auto result = fault{};
  auto count = std::optional<std::uint64_t>{};
  auto star = rest.rfind('*');
  auto is_count = star != std::string_view::npos && star + 1 < rest.size() &&
                  rest.find_first_not_of("0123456789", star + 1) == std::string_view::npos;
  if (is_count) {
    count = parse_number(text, rest.substr(star + 1), "the count");
    rest = rest.substr(0, star);
  }
  auto at = rest.rfind('@');
  auto trigger = std::optional<std::string_view>{};
  if (at != std::string_view::npos) {
    trigger = rest.substr(at + 1);
    rest = rest.substr(0, at);
  }
  auto word = take(rest, ':');
  if (word == "drop-after-drain") word = "drop";
  auto known = false;
  for (const auto& entry : names)
    if (entry.name == word) {
      result.kind = entry.kind;
      known = true;
    }
  if (!known) {
    auto all = std::string{};
    for (const auto& entry : names) all += fmt::format("{}{}", all.empty() ? "" : ", ", entry.name);
    refuse(text, fmt::format("unknown kind '{}', expected one of {}", word, all));
  }
  parse_arguments(result, text, rest);
  if (trigger) parse_trigger(result, text, *trigger);
  if (is_at_subscription(result.kind) && result.when != trigger_kind::now && result.when != trigger_kind::connection)
    refuse(text, fmt::format("{} happens at a subscription: its trigger can only be connection:N", word));
  result.count_max = count.value_or(count_by_default(result));
  return result;
}

void fault_plan::add(fault what, instant now) {
  armed_.push_back({.what = std::move(what)});
  if (armed_.back().what.when == trigger_kind::every) schedule(armed_.back(), armed_.size() - 1, now);
  find_next_total(total_);
}

bool fault_plan::fire(armed& one) {
  if (one.what.count_max != 0 && one.fired >= one.what.count_max) return false;
  ++one.fired;
  return true;
}

void fault_plan::schedule(armed& one, std::size_t place, instant now) {
  // Exponential intervals: as in life, a fault does not know when the last one was.
  auto share = as_share(draw(seed_, place, one.fired, purpose::fault_time));
  auto wait = -std::log1p(-share) * static_cast<double>(one.what.mean_interval.count());
  one.next = now + std::chrono::milliseconds{std::llround(wait)};
}

std::optional<fault> fault_plan::at_subscription(std::uint64_t connection) {
  for (auto& one : armed_) {
    auto due = is_at_subscription(one.what.kind) && (one.what.when == trigger_kind::now || one.what.n == connection);
    if (due && fire(one)) return one.what;
  }
  return std::nullopt;
}

std::vector<fault> fault_plan::at_acknowledgement(std::uint64_t connection) {
  auto due = std::vector<fault>{};
  for (auto& one : armed_) {
    if (is_at_subscription(one.what.kind)) continue;
    auto hit =
        one.what.when == trigger_kind::now || (one.what.when == trigger_kind::connection && one.what.n == connection);
    if (hit && fire(one)) due.push_back(one.what);
  }
  return due;
}

std::uint64_t fault_plan::next_on_connection(std::uint64_t sent) const {
  auto next = std::numeric_limits<std::uint64_t>::max();
  for (const auto& one : armed_)
    if (one.what.when == trigger_kind::each && one.what.n > sent) next = std::min(next, one.what.n);
  return next;
}

void fault_plan::find_next_total(std::uint64_t after) {
  next_total_ = std::numeric_limits<std::uint64_t>::max();
  for (const auto& one : armed_) {
    if (one.what.when != trigger_kind::event) continue;
    if (one.what.count_max != 0 && one.fired >= one.what.count_max) continue;
    // A fault that is added when its number has passed is due at once: waiting for ever would hide a typing error.
    next_total_ = std::min(next_total_, std::max(one.what.n * (one.fired + 1), after + 1));
  }
}

std::vector<fault> fault_plan::at_event(std::uint64_t total, std::uint64_t sent_on_connection) {
  auto due = std::vector<fault>{};
  total_ = total;
  for (auto& one : armed_) {
    auto hit = (one.what.when == trigger_kind::event && total >= one.what.n * (one.fired + 1)) ||
               (one.what.when == trigger_kind::each && sent_on_connection == one.what.n);
    if (hit && fire(one)) due.push_back(one.what);
  }
  find_next_total(total);
  return due;
}

std::vector<fault> fault_plan::at_time(instant now) {
  auto due = std::vector<fault>{};
  for (auto place = std::size_t{0}; place < armed_.size(); ++place) {
    auto& one = armed_[place];
    if (one.what.when != trigger_kind::every || now < one.next || !fire(one)) continue;
    due.push_back(one.what);
    schedule(one, place, now);
  }
  return due;
}

} // namespace floorwalker::simulator
