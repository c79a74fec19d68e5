// A server with routes to be asked for, for tests over real sockets.
#pragma once

#include "runtime/http/http_server.hpp"
#include "tests/runtime/http/plain_client.hpp"

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker::test {

/// A folder that goes with its owner.
class temporary_folder {
public:
  temporary_folder();
  ~temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Writes a file below it, with mode 0600, and gives its path.
  std::string write(const std::string& name, std::string_view content) const;

private:
  std::filesystem::path path_;
};

/// What a stream's owner was told, and the stream.
class stream_owner {
public:
  answer_stream_ptr stream;

  stream_events events();
  bool wait_gone();
  /// Waits until it was told of room so many times.
  bool wait_room(int times);
  /// The same; false when it was told that the client is gone.
  bool wait_room_unless_gone(int times);
  int rooms() const;

private:
  struct told {
    std::mutex mutex;
    std::condition_variable changed;
    int room = 0;
    int gone = 0;
  };
  std::shared_ptr<told> told_ = std::make_shared<told>();
};

/// Routes: GET /hello (open) "hello", GET /tenants/{tenant} (viewer) the tenant, GET /history (auditor), POST /reload
/// (administrator) the body, GET /etag, GET /big 200 kB of JSON, GET /later is answered by `answer_later`, GET /never
/// never, GET /dropped drops its exchange, GET /throws throws, GET /who the caller's name, GET /stream a stream.
struct served_floor {
  explicit served_floor(server_options options = {}, std::shared_ptr<access_control> access = nullptr);

  std::uint16_t port() const { return server->port(); }
  plain_client client() const { return plain_client{port(), tls}; }
  /// Waits for the next stream that a client opened.
  std::shared_ptr<stream_owner> next_stream();
  /// Waits for the next GET /later.
  http_exchange_ptr next_later();
  /// Whether one has come that next_later() has not given.
  bool has_later();

  std::atomic<int> big_answers = 0; ///< how often /big was answered
  std::shared_ptr<access_control> access;
  std::unique_ptr<http_server> server;
  bool tls = false;

private:
  http_routes routes();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<stream_owner>> streams_;
  std::vector<http_exchange_ptr> later_;
  std::vector<http_exchange_ptr> never_;
};

/// Limits that end within a test's patience.
server_options quick_options();

} // namespace floorwalker::test
