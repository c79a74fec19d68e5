// A trail for tests, written without the writer: so that a test can also write what no writer writes.
#pragma once

#include "runtime/audit/checkpoint_text.hpp"
#include "runtime/audit/signing_key.hpp"
#include "runtime/audit/trail_format.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker::testing {

/// 2026-11-23T10:00:00Z
inline constexpr utc_time trail_opening{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} +
                                        std::chrono::hours{10}};

struct sample_frame {
  frame_head head;
  std::string payload;
  chain_value chain{}; ///< as it will stand in the file
};

/// The bytes of a frame as it is, with a checksum that fits.
std::string encode(const sample_frame& made);

struct sample_segment {
  std::string name;
  std::string header; ///< encoded
  std::vector<sample_frame> frames;

  std::string bytes() const;
  std::uint64_t offset_of(std::size_t frame_index) const;
};

/// A transition in short.
struct sample_transition {
  std::string agent = "a-1";
  std::string previous = "available";
  std::string current = "busy";
  bool valid = true;
  std::vector<std::string> flags = {};
  std::optional<std::string> reason = {};
  std::chrono::milliseconds latency{333};
};

signing_key_ptr new_signing_key();

class sample_trail {
public:
  explicit sample_trail(std::string tenant = "acme", signing_key_ptr key = new_signing_key());

  void begin_segment(bool new_epoch = false);
  void transition(const sample_transition& made = {});
  /// A record that is no transition: its action, and its own members as JSON, with the comma before them.
  void record(std::string_view action, std::string_view members);
  void checkpoint();
  /// The clock of what follows.
  void pass(std::chrono::milliseconds time) { now += time; }

  /// Chain values of a segment's frames from `from` on, up to before `to`, as if they had always been so. Gives the last
  /// one.
  chain_value rechain(std::size_t segment, std::size_t from, std::size_t to);

  /// Writes segments and public key; the folder is made.
  void write(const std::filesystem::path& folder) const;

  std::string tenant;
  signing_key_ptr key;
  std::vector<sample_segment> segments;
  std::vector<std::string> published; ///< checkpoints with their signatures
  utc_time now = trail_opening;
  std::uint64_t epoch = 1;
  std::uint64_t sequence = 0;
  std::uint64_t valid_total = 0;
  std::uint64_t total = 0;
  chain_value record_chain{}; ///< of the last record
  chain_value chain{};        ///< of the last frame

private:
  void append(frame_kind kind, std::string payload);
  std::string head_of(std::string_view action) const;

  std::shared_ptr<chain_hasher> hasher_ = std::make_shared<chain_hasher>(); // copies share its buffer
};

} // namespace floorwalker::testing
