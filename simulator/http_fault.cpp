#include "simulator/http_fault.hpp"

#include <array>
#include <charconv>
#include <stdexcept>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "simulator/fault_plan.hpp"

namespace floorwalker::simulator {

namespace {

struct named_kind {
  std::string_view name;
  http_fault_kind kind;
};

constexpr std::array names = {
    named_kind{"status", http_fault_kind::status},
    named_kind{"delay", http_fault_kind::delay},
    named_kind{"stall", http_fault_kind::stall},
    named_kind{"reset", http_fault_kind::reset},
    named_kind{"garbage", http_fault_kind::garbage},
    named_kind{"empty", http_fault_kind::empty},
    named_kind{"no-access-token", http_fault_kind::no_access_token},
    named_kind{"scope", http_fault_kind::scope},
};

std::uint64_t number_in(std::string_view whole, std::string_view text, std::uint64_t max) {
  auto value = std::uint64_t{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > max)
    throw std::invalid_argument(
        fmt::format("fault '{}': expected a whole number up to {}, found '{}'", whole, max, text));
  return value;
}

} // namespace

http_fault parse_http_fault(std::string_view text) {
  auto result = http_fault{};
  auto rest = text;
  if (auto star = rest.rfind('*'); star != std::string_view::npos) {
    result.count = number_in(text, rest.substr(star + 1), 1'000'000'000);
    rest = rest.substr(0, star);
  }
  if (auto at = rest.rfind('@'); at != std::string_view::npos) {
    result.first = number_in(text, rest.substr(at + 1), 1'000'000'000);
    rest = rest.substr(0, at);
  }
  auto colon = rest.find(':');
  auto word = rest.substr(0, colon);
  auto argument = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
  auto known = false;
  for (const auto& entry : names)
    if (entry.name == word) {
      result.kind = entry.kind;
      known = true;
    }
  if (!known) {
    auto all = std::string{};
    for (const auto& entry : names) all += fmt::format("{}{}", all.empty() ? "" : ", ", entry.name);
    throw std::invalid_argument(fmt::format("fault '{}': unknown kind '{}', expected one of {}", text, word, all));
  }
  if (result.kind == http_fault_kind::status) {
    auto second = argument.find(':');
    result.status = static_cast<unsigned>(number_in(text, argument.substr(0, second), 599));
    if (result.status < 200)
      throw std::invalid_argument(fmt::format("fault '{}': the status must be from 200 to 599", text));
    if (second != std::string_view::npos)
      result.retry_after_s = static_cast<unsigned>(number_in(text, argument.substr(second + 1), 86'400));
  } else if (result.kind == http_fault_kind::delay) {
    try {
      result.delay = parse_duration(argument);
    } catch (const std::invalid_argument& problem) {
      throw std::invalid_argument(fmt::format("fault '{}': {}", text, problem.what()));
    }
  } else {
    result.text = argument;
  }
  return result;
}

std::optional<http_fault> http_faults::next_request() {
  ++requests_;
  for (const auto& one : faults_)
    if (requests_ >= one.first && (one.count == 0 || requests_ < one.first + one.count)) return one;
  return std::nullopt;
}

void http_faults::add(http_fault what) {
  what.first += requests_;
  // The newest goes first, so that it is seen even where an older one strikes for ever.
  faults_.insert(faults_.begin(), std::move(what));
  constexpr std::size_t faults_max = 1000;
  if (faults_.size() > faults_max) faults_.pop_back();
}

http_reply spoiled(http_reply reply, const http_fault& what) {
  switch (what.kind) {
  case http_fault_kind::status: {
    auto answer = refusal(what.status, what.status == 401 || what.status == 403 ? "invalid_client" : "unavailable",
                          "as the fault plan says");
    if (what.retry_after_s) answer.headers.emplace_back("Retry-After", std::to_string(*what.retry_after_s));
    return answer;
  }
  case http_fault_kind::delay:
    reply.delay = what.delay;
    break;
  case http_fault_kind::stall:
    reply.never = true;
    break;
  case http_fault_kind::reset:
    reply.cut = true;
    break;
  case http_fault_kind::garbage:
    reply.body = "<html><body>Service temporarily \xc3\xb8ut of order</body>";
    break;
  case http_fault_kind::empty:
    reply.body = "{}";
    break;
  case http_fault_kind::no_access_token:
  case http_fault_kind::scope:
    break;
  }
  return reply;
}

http_reply refusal(unsigned status, std::string_view error, std::string_view description) {
  auto reply = http_reply{};
  reply.status = status;
  reply.body = boost::json::serialize(boost::json::object{{"error", error}, {"error_description", description}});
  return reply;
}

} // namespace floorwalker::simulator
