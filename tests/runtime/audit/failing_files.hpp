// A disk that fails when a test says so.
#pragma once

#include "runtime/audit/file_system.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <new>
#include <optional>

namespace floorwalker::testing {

/// The real disk until told otherwise; but nothing waits for it, since no test cuts the power. Callable from any thread.
class failing_files final : public file_system {
public:
  static constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

  /// Bytes that the disk still takes; then it is full.
  std::atomic<std::uint64_t> room = no_limit;
  /// No call writes more than this.
  std::atomic<std::uint64_t> write_max = no_limit;
  /// Bytes until the process dies, so to speak: from then on nothing reaches the disk.
  std::atomic<std::uint64_t> life = no_limit;
  /// The errno of synchronising data; 0: it works.
  std::atomic<int> synchronise_error = 0;
  /// The errno of synchronising folders and whole files; 0: it works.
  std::atomic<int> folder_synchronise_error = 0;
  /// Every second call is interrupted.
  std::atomic<bool> interrupted = false;
  /// The errno of reads; 0: they work.
  std::atomic<int> read_error = 0;
  /// Calls that change the disk until one throws, as where memory is short; just once.
  std::atomic<std::uint64_t> calls_before_exception = no_limit;
  std::atomic<std::uint64_t> free = no_limit;
  std::atomic<std::uint64_t> writes = 0;
  std::atomic<std::uint64_t> synchronisations = 0;
  std::atomic<std::uint64_t> folder_synchronisations = 0; ///< and those of whole files

  ssize_t read_at(int descriptor, char* bytes, std::size_t size, std::uint64_t offset) override {
    if (auto error = read_error.load()) return failed(error);
    return file_system::read_at(descriptor, bytes, size, offset);
  }

  ssize_t write_at(int descriptor, const char* bytes, std::size_t size, std::uint64_t offset) override {
    count_down();
    if (interrupted && (calls_++ & 1) == 0) return failed(EINTR);
    ++writes;
    auto taken = std::min<std::uint64_t>({size, write_max, room, life});
    if (room != no_limit) room -= taken;
    if (life != no_limit) life -= taken;
    if (taken > 0) return file_system::write_at(descriptor, bytes, static_cast<std::size_t>(taken), offset);
    return failed(dead() ? EIO : ENOSPC);
  }

  int synchronise_data(int) override {
    count_down();
    if (dead()) return failed(EIO);
    ++synchronisations;
    auto error = synchronise_error.load();
    return error == 0 ? 0 : failed(error);
  }

  int synchronise(int) override {
    count_down();
    if (dead()) return failed(EIO);
    ++folder_synchronisations;
    auto error = folder_synchronise_error.load();
    return error == 0 ? 0 : failed(error);
  }

  int truncate(int descriptor, std::uint64_t size) override {
    if (dead()) return failed(EIO);
    return file_system::truncate(descriptor, size);
  }

  int rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
    count_down();
    if (dead()) return failed(EIO);
    return file_system::rename(from, to);
  }

  int remove(const std::filesystem::path& path) override {
    if (dead()) return failed(EIO);
    return file_system::remove(path);
  }

  std::optional<std::uint64_t> free_bytes(const std::filesystem::path&) override { return free.load(); }

private:
  bool dead() const { return life == 0; }

  void count_down() {
    if (calls_before_exception == no_limit || calls_before_exception-- > 0) return;
    calls_before_exception = no_limit;
    throw std::bad_alloc{};
  }

  static int failed(int error) {
    errno = error;
    return -1;
  }

  std::atomic<std::uint64_t> calls_ = 0;
};

} // namespace floorwalker::testing
