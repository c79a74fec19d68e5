#include "runtime/audit/trail_format.hpp"

#include "runtime/audit/crc32c.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <bit>
#include <cstring>
#include <new>
#include <stdexcept>
#include <utility>

namespace floorwalker {
namespace {

// Integers are copied as they lie in memory.
static_assert(std::endian::native == std::endian::little);

constexpr std::string_view magic = "FWTRAIL\n";
constexpr std::size_t names_offset = 92;
constexpr std::size_t name_size_max = 1024;
constexpr std::size_t checksum_size = 4;

template <class Integer>
void append_integer(std::string& out, Integer value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class Integer>
Integer integer_at(std::string_view bytes, std::size_t offset) {
  Integer value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

utc_time time_at(std::string_view bytes, std::size_t offset) {
  return utc_time{std::chrono::nanoseconds{integer_at<std::int64_t>(bytes, offset)}};
}

chain_value chain_at(std::string_view bytes, std::size_t offset) {
  chain_value value;
  std::memcpy(value.data(), bytes.data() + offset, value.size());
  return value;
}

parsed_header refused(std::string problem, bool newer = false) {
  parsed_header parsed;
  parsed.problem = std::move(problem);
  parsed.newer = newer;
  return parsed;
}

} // namespace

std::string to_hex(const chain_value& value) {
  std::string text;
  text.reserve(value.size() * 2);
  for (auto byte : value) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  return text;
}

std::string encode(const segment_header& header) {
  if (header.tenant.size() > name_size_max || header.node.size() > name_size_max)
    throw std::length_error{"a tenant's or node's name is too long for a segment's header"};
  auto size = names_offset + header.tenant.size() + header.node.size() + checksum_size;
  std::string out;
  out.reserve(size);
  out += magic;
  append_integer(out, header.version);
  append_integer(out, static_cast<std::uint32_t>(size));
  append_integer(out, header.epoch);
  append_integer(out, header.first_sequence);
  append_integer(out, header.valid_total);
  append_integer(out, header.total);
  append_integer(out, std::int64_t{header.created.time_since_epoch().count()});
  out.append(reinterpret_cast<const char*>(header.previous.data()), header.previous.size());
  append_integer(out, static_cast<std::uint16_t>(header.tenant.size()));
  append_integer(out, static_cast<std::uint16_t>(header.node.size()));
  out += header.tenant;
  out += header.node;
  append_integer(out, crc32c(out));
  return out;
}

parsed_header parse_segment_header(std::string_view bytes) {
  if (bytes.size() < names_offset + checksum_size) return refused("it is shorter than a header");
  if (!bytes.starts_with(magic)) return refused("it does not begin as a segment does");
  parsed_header parsed;
  auto& header = parsed.header;
  header.version = integer_at<std::uint32_t>(bytes, 8);
  if (header.version > trail_format_version)
    return refused(
        fmt::format("it has format version {}, and this program reads up to {}", header.version, trail_format_version),
        true);
  parsed.size = integer_at<std::uint32_t>(bytes, 12);
  std::size_t tenant_size = integer_at<std::uint16_t>(bytes, 88);
  std::size_t node_size = integer_at<std::uint16_t>(bytes, 90);
  if (header.version == 0 || tenant_size > name_size_max || node_size > name_size_max ||
      parsed.size != names_offset + tenant_size + node_size + checksum_size)
    return refused("its header contradicts itself");
  if (bytes.size() < parsed.size) return refused("it is shorter than its header");
  auto content = bytes.substr(0, parsed.size - checksum_size);
  if (integer_at<std::uint32_t>(bytes, content.size()) != crc32c(content))
    return refused("the checksum of its header is wrong");
  header.epoch = integer_at<std::uint64_t>(bytes, 16);
  header.first_sequence = integer_at<std::uint64_t>(bytes, 24);
  header.valid_total = integer_at<std::uint64_t>(bytes, 32);
  header.total = integer_at<std::uint64_t>(bytes, 40);
  header.created = time_at(bytes, 48);
  header.previous = chain_at(bytes, 56);
  header.tenant = bytes.substr(names_offset, tenant_size);
  header.node = bytes.substr(names_offset + tenant_size, node_size);
  return parsed;
}

frame_fault parse_frame(std::string_view bytes, frame& found) {
  if (bytes.size() < frame_head_size) return frame_fault::incomplete;
  std::size_t payload_size = integer_at<std::uint32_t>(bytes, 4);
  auto kind = integer_at<std::uint8_t>(bytes, 8);
  if (payload_size > frame_payload_max || kind < 1 || kind > 3 ||
      bytes.substr(10, 6) != std::string_view{"\0\0\0\0\0\0", 6})
    return frame_fault::malformed;
  found.size = frame_overhead + payload_size;
  if (bytes.size() < found.size) return frame_fault::incomplete;
  if (integer_at<std::uint32_t>(bytes, 0) != crc32c(bytes.substr(checksum_size, found.size - checksum_size)))
    return frame_fault::checksum;
  auto& head = found.head;
  head.kind = frame_kind{kind};
  head.flags = integer_at<std::uint8_t>(bytes, 9);
  head.sequence = integer_at<std::uint64_t>(bytes, 16);
  head.at = time_at(bytes, 24);
  head.valid_total = integer_at<std::uint64_t>(bytes, 32);
  head.total = integer_at<std::uint64_t>(bytes, 40);
  found.payload = bytes.substr(frame_head_size, payload_size);
  found.chained = bytes.substr(checksum_size, frame_head_size + payload_size - checksum_size);
  found.chain = chain_at(bytes, frame_head_size + payload_size);
  return frame_fault::none;
}

void chain_hasher::context_release::operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
void chain_hasher::method_release::operator()(EVP_MD* method) const { EVP_MD_free(method); }

// Fetched once: looking the method up costs as much as hashing a record.
chain_hasher::chain_hasher() : method_{EVP_MD_fetch(nullptr, "SHA256", nullptr)}, context_{EVP_MD_CTX_new()} {
  if (!method_ || !context_) throw std::bad_alloc{};
}
chain_hasher::~chain_hasher() = default;
chain_hasher::chain_hasher(chain_hasher&&) noexcept = default;
chain_hasher& chain_hasher::operator=(chain_hasher&&) noexcept = default;

void chain_hasher::begin() {
  if (EVP_DigestInit_ex2(context_.get(), method_.get(), nullptr) != 1)
    throw std::runtime_error{"OpenSSL can't begin a SHA-256 digest"};
}

void chain_hasher::add(const void* bytes, std::size_t size) {
  if (EVP_DigestUpdate(context_.get(), bytes, size) != 1) throw std::runtime_error{"OpenSSL can't go on with a digest"};
}

chain_value chain_hasher::finish() {
  chain_value value;
  unsigned int size = 0;
  if (EVP_DigestFinal_ex(context_.get(), value.data(), &size) != 1 || size != value.size())
    throw std::runtime_error{"OpenSSL can't finish a digest"};
  return value;
}

chain_value chain_hasher::digest(std::string_view bytes) {
  begin();
  add(bytes.data(), bytes.size());
  return finish();
}

chain_value chain_hasher::start(std::string_view header) { return digest(header); }

chain_value chain_hasher::next(const chain_value& before, std::string_view chained) {
  begin();
  add(before.data(), before.size());
  add(chained.data(), chained.size());
  return finish();
}

void append_frame(std::string& out, const frame_head& head, std::string_view payload, chain_hasher& hasher,
                  chain_value& chain) {
  if (payload.size() > frame_payload_max) throw std::length_error{"a record is too long for a frame"};
  auto begin = out.size();
  // Put together first: one growth of `out` instead of ten.
  std::array<char, frame_head_size> bytes{};
  auto put = [&](std::size_t offset, auto value) { std::memcpy(bytes.data() + offset, &value, sizeof value); };
  put(4, static_cast<std::uint32_t>(payload.size()));
  put(8, head.kind);
  put(9, head.flags);
  put(16, head.sequence);
  put(24, std::int64_t{head.at.time_since_epoch().count()});
  put(32, head.valid_total);
  put(40, head.total);
  out.append(bytes.data(), bytes.size());
  out += payload;
  chain = hasher.next(chain, std::string_view{out}.substr(begin + checksum_size));
  out.append(reinterpret_cast<const char*>(chain.data()), chain.size());
  auto checksum = crc32c(std::string_view{out}.substr(begin + checksum_size));
  std::memcpy(out.data() + begin, &checksum, sizeof checksum);
}

} // namespace floorwalker
