#include "bench/gateway_connection.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <iterator>

namespace floorwalker::bench {
namespace {

constexpr std::size_t request_max = 65'536;
constexpr std::uint32_t teams = 100;

/// The value of a header in the request's head, or of a member of a query; empty if there is none.
std::string_view between(std::string_view text, std::string_view mark, std::string_view ends) {
  auto same = [](char one, char other) {
    return std::tolower(static_cast<unsigned char>(one)) == std::tolower(static_cast<unsigned char>(other));
  };
  auto at = std::search(text.begin(), text.end(), mark.begin(), mark.end(), same);
  if (at == text.end()) return {};
  auto rest = text.substr(static_cast<std::size_t>(at - text.begin()) + mark.size());
  return rest.substr(0, std::min(rest.find_first_of(ends), rest.size()));
}

std::string_view header(std::string_view head, std::string_view name) {
  return between(head, fmt::format("\r\n{}: ", name), "\r");
}

std::uint32_t number(std::string_view text, std::uint32_t otherwise) {
  std::uint32_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? value : otherwise;
}

} // namespace

gateway_connection::gateway_connection(int socket, SSL_CTX* context, const load_floor& floor)
    : stream_{socket, context, byte_stream::role::server}, floor_{floor} {}

gateway_connection::outcome gateway_connection::readable() {
  char bytes[16'384];
  while (true) {
    auto size = stream_.read(bytes, sizeof bytes);
    if (size == byte_stream::would_block) return outcome::goes_on;
    if (size <= 0) return outcome::ended;
    std::string_view got{bytes, static_cast<std::size_t>(size)};
    streaming_ ? decoder_.feed(got) : void(input_ += got);
    auto result = streaming_ ? take_messages() : take_request();
    if (result != outcome::goes_on) return result;
    if (answers_.size() + input_.size() > request_max + (std::size_t{1} << 20)) return outcome::ended;
  }
}

gateway_connection::outcome gateway_connection::take_request() {
  while (!streaming_) {
    auto end = input_.find("\r\n\r\n");
    if (end == std::string::npos) return input_.size() > request_max ? outcome::ended : outcome::goes_on;
    auto head = input_.substr(0, end + 2);
    auto body_size = number(header(head, "Content-Length"), 0);
    if (body_size > request_max) return outcome::ended;
    if (input_.size() < end + 4 + body_size) return outcome::goes_on;
    auto body = input_.substr(end + 4, body_size);
    input_.erase(0, end + 4 + body_size);
    auto target = std::string_view{head}.substr(std::min(head.find(' ') + 1, head.size()));
    target = target.substr(0, target.find(' '));
    auto tenant = number(between(header(head, "Authorization"), "Bearer load-", " "), 0);
    if (target.starts_with("/oauth/token"))
      answer_token(body);
    else if (tenant == 0 || tenant > floor_.tenants)
      answer("401 Unauthorized", "{}");
    else if (target.starts_with("/api/v2/users"))
      answer_listing(target, tenant);
    else if (!target.starts_with("/api/v2/events/stream") || !upgrade(head))
      answer("404 Not Found", "{}");
    flush();
  }
  decoder_.feed(input_);
  input_.clear();
  return take_messages();
}

void gateway_connection::answer(std::string_view status, std::string_view body) {
  answers_ += fmt::format("HTTP/1.1 {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}", status,
                          body.size(), body);
}

void gateway_connection::answer_token(std::string_view body) {
  auto tenant = number(between(body, "tenant=bench-", "&"), 0);
  if (tenant == 0 || tenant > floor_.tenants) return answer("401 Unauthorized", R"({"error":"invalid_client"})");
  answer("200 OK", fmt::format(R"({{"access_token":"load-{}","expires_in":86400,"token_type":"Bearer",)"
                               R"("scope":"agent:read"}})",
                               tenant));
}

void gateway_connection::answer_listing(std::string_view target, std::uint32_t tenant) {
  auto size = std::clamp(number(between(target, "pageSize=", "&"), 100), 1U, 1000U);
  auto page = std::max(number(between(target, "pageNumber=", "&"), 1), 1U);
  auto first = std::min((page - 1) * size, floor_.agents);
  auto last = std::min(first + size, floor_.agents);
  std::string body = R"({"entities":[)";
  for (auto i = first; i < last; ++i)
    fmt::format_to(std::back_inserter(body),
                   R"({}{{"id":"{}","name":"Agent {}","team":{{"id":"{}","name":"Team {:03}"}}}})",
                   i == first ? "" : ",", agent_id(floor_.seed, tenant, i), i, i % teams, i % teams);
  fmt::format_to(std::back_inserter(body), R"(],"pageNumber":{},"pageSize":{},"pageCount":{},"total":{}}})", page, size,
                 (floor_.agents + size - 1) / size, floor_.agents);
  answer("200 OK", body);
}

bool gateway_connection::upgrade(std::string_view head) {
  auto key = header(head, "Sec-WebSocket-Key");
  if (key.empty()) return false;
  answers_ += fmt::format("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Accept: {}\r\n\r\n",
                          simulator::accept_key(key));
  streaming_ = true;
  return true;
}

gateway_connection::outcome gateway_connection::take_messages() {
  while (auto message = decoder_.next()) switch (message->kind) {
    case simulator::opcode::ping:
      simulator::append_frame(answers_, simulator::opcode::pong, message->payload);
      flush();
      break;
    case simulator::opcode::close:
      simulator::append_frame(answers_, simulator::opcode::close, message->payload.substr(0, 2));
      flush();
      return outcome::ended;
    case simulator::opcode::text:
      if (course_) break;
      if (!subscribe(message->payload)) return outcome::ended;
      simulator::append_frame(answers_, simulator::opcode::text, R"({"type":"subscribe.ack"})");
      flush();
      return outcome::subscribed;
    default:
      break;
    }
  return decoder_.close_code() == 0 ? outcome::goes_on : outcome::ended;
}

bool gateway_connection::subscribe(const std::string& payload) {
  boost::system::error_code error;
  auto wish = boost::json::parse(payload, error);
  auto ids = error ? nullptr : wish.find_pointer("/filters/agentIds", error);
  if (!ids || !ids->is_array() || ids->get_array().empty()) return false;
  std::vector<std::string> agents;
  for (auto& id : ids->get_array()) {
    if (!id.is_string()) return false;
    agents.emplace_back(id.get_string().c_str());
  }
  agents_ = agents.size();
  auto seed = std::hash<std::string>{}(agents.front()) ^ floor_.seed;
  course_.emplace(agents, floor_.matrix, seed, floor_.piece_octets);
  return true;
}

void gateway_connection::begin_piece(utc_time at) {
  auto whole = std::chrono::floor<std::chrono::microseconds>(at);
  stamped_ = std::max<utc_time>(whole, stamped_ + std::chrono::microseconds{1});
  course_->stamp_all(stamped_);
  pending_ = course_->all();
}

void gateway_connection::begin_event(utc_time at) {
  stamped_ = std::max(at, stamped_ + std::chrono::nanoseconds{1});
  course_->stamp(next_event_, stamped_);
  pending_ = course_->frame(next_event_);
  next_event_ = (next_event_ + 1) % course_->size();
}

bool gateway_connection::flush() {
  // A piece that has begun goes first: TLS wants the same bytes again, and a frame may not be cut in two.
  while (!pending_.empty()) {
    auto done = stream_.write(pending_);
    if (done <= 0) return false;
    pending_.remove_prefix(static_cast<std::size_t>(done));
  }
  while (!answers_.empty()) {
    auto done = stream_.write(answers_);
    if (done <= 0) return false;
    answers_.erase(0, static_cast<std::size_t>(done));
  }
  return true;
}

} // namespace floorwalker::bench
