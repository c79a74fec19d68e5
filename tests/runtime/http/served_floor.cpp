#include "tests/runtime/http/served_floor.hpp"

#include "runtime/http/session_routes.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace floorwalker::test {
namespace {

constexpr std::chrono::seconds patience{15};

template <class T>
T take_first(std::vector<T>& from) {
  auto first = std::move(from.front());
  from.erase(from.begin());
  return first;
}

} // namespace

temporary_folder::temporary_folder() {
  auto name = (std::filesystem::temp_directory_path() / "floorwalker-http-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error{"no temporary folder"};
  path_ = name;
}
temporary_folder::~temporary_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string temporary_folder::write(const std::string& name, std::string_view content) const {
  auto path = path_ / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream{path, std::ios::binary} << content;
  ::chmod(path.c_str(), 0600);
  return path.string();
}

stream_events stream_owner::events() {
  auto note = [told = told_](int told::*what) {
    return [told, what] {
      std::lock_guard lock{told->mutex};
      ++(*told.*what);
      told->changed.notify_all();
    };
  };
  return {note(&told::room), note(&told::gone)};
}

bool stream_owner::wait_gone() {
  std::unique_lock lock{told_->mutex};
  return told_->changed.wait_for(lock, patience, [&] { return told_->gone == 1; });
}
bool stream_owner::wait_room(int times) {
  std::unique_lock lock{told_->mutex};
  return told_->changed.wait_for(lock, patience, [&] { return told_->room >= times; });
}
bool stream_owner::wait_room_unless_gone(int times) {
  std::unique_lock lock{told_->mutex};
  told_->changed.wait_for(lock, patience, [&] { return told_->room >= times || told_->gone > 0; });
  return told_->room >= times && told_->gone == 0;
}
int stream_owner::rooms() const {
  std::lock_guard lock{told_->mutex};
  return told_->room;
}

served_floor::served_floor(server_options options, std::shared_ptr<access_control> allowed)
    : access(allowed ? std::move(allowed) : std::make_shared<access_control>()), tls(!options.tls_certificate.empty()) {
  server = std::make_unique<http_server>(std::move(options), routes(), access);
}

http_routes served_floor::routes() {
  http_routes table;
  auto says = [](std::string text) {
    return [text](const served_request&, const http_exchange_ptr& exchange) {
      exchange->respond(text_answer("text/plain", text));
    };
  };
  table.add("GET", "/hello", caller_role::nobody, says("hello"));
  table.add("GET", "/history", caller_role::auditor, says("history"));
  table.add("GET", "/tenants/{tenant}", caller_role::viewer, [](const auto& request, const auto& exchange) {
    exchange->respond(text_answer("text/plain", std::string{request.capture("tenant")}));
  });
  table.add("POST", "/reload", caller_role::administrator, [](const auto& request, const auto& exchange) {
    exchange->respond(text_answer("text/plain", request.body));
  });
  table.add("GET", "/who", caller_role::viewer, [](const auto& request, const auto& exchange) {
    exchange->respond(text_answer("text/plain", request.caller.name + " " + std::string{to_text(request.caller.role)}));
  });
  table.add("GET", "/headers", caller_role::nobody, [](const auto& request, const auto& exchange) {
    std::string text;
    for (const auto& [name, value] : request.headers) text += name + "=" + value + ";";
    exchange->respond(text_answer("text/plain", text));
  });
  table.add("GET", "/etag", caller_role::nobody,
            [](const auto&, const auto& exchange) { exchange->respond(json_answer("{}", "\"one\"")); });
  table.add("GET", "/big", caller_role::nobody, [this](const auto&, const auto& exchange) {
    ++big_answers;
    exchange->respond(json_answer(std::string(200'000, ' ') + "{}", "\"big\""));
  });
  table.add("GET", "/injected", caller_role::nobody, [](const auto&, const auto& exchange) {
    auto answer = text_answer("text/plain", "x");
    answer.headers.emplace_back("X-Test", "a\r\nX-Evil: b");
    exchange->respond(std::move(answer));
  });
  table.add("GET", "/dropped", caller_role::nobody, [](const auto&, const auto&) {});
  table.add("GET", "/throws", caller_role::nobody,
            [](const auto&, const auto&) { throw std::runtime_error{"no secret in an answer"}; });
  table.add("GET", "/later", caller_role::nobody, [this](const auto&, const auto& exchange) {
    std::lock_guard lock{mutex_};
    later_.push_back(exchange);
    changed_.notify_all();
  });
  table.add("GET", "/never", caller_role::nobody, [this](const auto&, const auto& exchange) {
    std::lock_guard lock{mutex_};
    never_.push_back(exchange);
  });
  table.add("GET", "/stream", caller_role::viewer, [this](const auto&, const auto& exchange) {
    auto owner = std::make_shared<stream_owner>();
    owner->stream = exchange->open_stream({}, owner->events());
    std::lock_guard lock{mutex_};
    streams_.push_back(std::move(owner));
    changed_.notify_all();
  });
  add_session_routes(table, access, {tls, [] { return std::vector<std::string>{"acme", "globex"}; }});
  return table;
}

std::shared_ptr<stream_owner> served_floor::next_stream() {
  std::unique_lock lock{mutex_};
  if (!changed_.wait_for(lock, patience, [&] { return !streams_.empty(); })) throw std::runtime_error{"no stream"};
  return take_first(streams_);
}

http_exchange_ptr served_floor::next_later() {
  std::unique_lock lock{mutex_};
  if (!changed_.wait_for(lock, patience, [&] { return !later_.empty(); })) throw std::runtime_error{"no request"};
  return take_first(later_);
}

bool served_floor::has_later() {
  std::lock_guard lock{mutex_};
  return !later_.empty();
}

server_options quick_options() {
  using std::chrono::milliseconds;
  server_options options;
  options.limits.head_time = milliseconds{300};
  options.limits.body_time = milliseconds{300};
  options.limits.idle_time = milliseconds{300};
  options.limits.answer_time = milliseconds{300};
  options.limits.send_time = milliseconds{300};
  options.limits.stream_pace = milliseconds{1};
  return options;
}

} // namespace floorwalker::test
