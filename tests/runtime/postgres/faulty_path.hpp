// A way between client and server that breaks where a test wants it.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <thread>

namespace floorwalker::testing {

/// Listens on a port of 127.0.0.1 and passes everything on to the server's Unix socket and back.
class faulty_path {
public:
  explicit faulty_path(const std::filesystem::path& server_socket);
  ~faulty_path();
  faulty_path(const faulty_path&) = delete;
  faulty_path& operator=(const faulty_path&) = delete;

  /// As a connection string without user and database.
  std::string host_and_port() const { return "host=127.0.0.1 port=" + std::to_string(port_); }

  /// The server's next answer to a commit is thrown away, and its connection is closed on both sides.
  void lose_next_commit() { losing_ = true; }
  bool has_lost_one() const { return lost_; }

  /// From now on nothing that the server says comes through.
  void fall_silent() { silent_ = true; }

private:
  void run();

  std::filesystem::path server_socket_;
  int listener_ = -1;
  int end_ = -1; ///< readable when the test is over
  std::uint16_t port_ = 0;
  std::atomic<bool> losing_ = false;
  std::atomic<bool> lost_ = false;
  std::atomic<bool> silent_ = false;
  std::thread thread_;
};

} // namespace floorwalker::testing
