// The bytes of a trail's segments (docs/trail-format.md): headers, frames and their chain. Pure: no I/O, no clock.
#pragma once

#include "messages/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

typedef struct evp_md_ctx_st EVP_MD_CTX;
typedef struct evp_md_st EVP_MD;

namespace floorwalker {

/// SHA-256 over everything in the trail up to some frame.
using chain_value = std::array<unsigned char, 32>;

inline constexpr std::uint32_t trail_format_version = 1;
inline constexpr std::size_t frame_payload_max = 1'048'576;
inline constexpr std::size_t frame_head_size = 48; ///< before the payload
inline constexpr std::size_t frame_overhead = frame_head_size + std::tuple_size_v<chain_value>;

/// 64 lower-case hexadecimal digits.
std::string to_hex(const chain_value& value);

struct segment_header {
  std::uint32_t version = trail_format_version;
  std::uint64_t epoch = 1;
  std::uint64_t first_sequence = 1;
  std::uint64_t valid_total = 0; ///< before this segment
  std::uint64_t total = 0;       ///< before this segment
  utc_time created;
  chain_value previous{}; ///< of the last frame before this segment
  std::string tenant;     ///< at most 1024 bytes, as `node`
  std::string node;
};

std::string encode(const segment_header& header);

/// The header at the beginning of `bytes`, and its size in bytes.
struct parsed_header {
  segment_header header;
  std::size_t size = 0;
  std::string problem; ///< one clause; nothing else is set then
  bool newer = false;  ///< with a problem: written by a newer version
};
parsed_header parse_segment_header(std::string_view bytes);

enum class frame_kind : std::uint8_t { record = 1, checkpoint = 2, encrypted_record = 3 };

enum frame_flag : std::uint8_t { flag_batch_begins = 1, flag_clock_stepped = 2 };

/// What stands before a frame's payload.
struct frame_head {
  frame_kind kind = frame_kind::record;
  std::uint8_t flags = 0; ///< of frame_flag
  std::uint64_t sequence = 0;
  utc_time at;
  std::uint64_t valid_total = 0;
  std::uint64_t total = 0;
};

struct frame {
  frame_head head;
  std::string_view payload; ///< within the bytes that were parsed
  chain_value chain{};      ///< as stored, not recomputed
  std::string_view chained; ///< the bytes that the chain value is computed over, behind the value before
  std::size_t size = 0;     ///< the whole frame's
};

/// What is wrong with the bytes where a frame should begin.
enum class frame_fault : std::uint8_t {
  none,
  incomplete, ///< the bytes end before the frame does
  malformed,  ///< a size, kind or filler that no writer writes
  checksum
};

/// The frame at the beginning of `bytes`. Its checksum is checked, its chain value is not.
frame_fault parse_frame(std::string_view bytes, frame& found);

/// Computes chain values. Holds OpenSSL's context, so that a frame allocates nothing; not for several threads.
class chain_hasher {
public:
  chain_hasher();
  ~chain_hasher();
  chain_hasher(chain_hasher&&) noexcept;
  chain_hasher& operator=(chain_hasher&&) noexcept;

  /// The value at a segment's start.
  chain_value start(std::string_view header);
  /// The value of the frame with these `chained` bytes, after `before`.
  chain_value next(const chain_value& before, std::string_view chained);
  /// SHA-256 of `bytes`.
  chain_value digest(std::string_view bytes);

private:
  chain_value finish();
  void begin();
  void add(const void* bytes, std::size_t size);

  struct context_release {
    void operator()(EVP_MD_CTX* context) const;
  };
  struct method_release {
    void operator()(EVP_MD* method) const;
  };
  std::unique_ptr<EVP_MD, method_release> method_;
  std::unique_ptr<EVP_MD_CTX, context_release> context_;
};

/// Appends a frame to `out` and moves `chain` to it. `payload` is at most frame_payload_max bytes.
void append_frame(std::string& out, const frame_head& head, std::string_view payload, chain_hasher& hasher,
                  chain_value& chain);

} // namespace floorwalker
