#include "tests/runtime/audit/sample_trail.hpp"

#include "messages/json_text.hpp"
#include "messages/wire/timestamp.hpp"
#include "runtime/audit/crc32c.hpp"
#include "runtime/audit/trail_folder.hpp"
#include "tests/runtime/audit/scratch_folder.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/evp.h>

#include <cstring>
#include <utility>

namespace floorwalker::testing {
namespace {

/// The bytes of a frame that its chain value covers.
std::string chained_bytes(const sample_frame& made) {
  chain_hasher hasher;
  chain_value ignored{};
  std::string whole;
  append_frame(whole, made.head, made.payload, hasher, ignored);
  return whole.substr(4, whole.size() - 4 - ignored.size());
}

} // namespace

std::string encode(const sample_frame& made) {
  auto rest = chained_bytes(made);
  rest.append(reinterpret_cast<const char*>(made.chain.data()), made.chain.size());
  auto checksum = crc32c(rest);
  return std::string{reinterpret_cast<const char*>(&checksum), sizeof checksum} + rest;
}

std::string sample_segment::bytes() const {
  auto all = header;
  for (auto& made : frames) all += encode(made);
  return all;
}

std::uint64_t sample_segment::offset_of(std::size_t frame_index) const {
  auto offset = header.size();
  for (std::size_t i = 0; i < frame_index; ++i) offset += frame_overhead + frames[i].payload.size();
  return offset;
}

signing_key_ptr new_signing_key() {
  return std::make_shared<const signing_key>(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
}

sample_trail::sample_trail(std::string tenant_name, signing_key_ptr signing)
    : tenant{std::move(tenant_name)}, key{std::move(signing)} {
  begin_segment();
}

void sample_trail::begin_segment(bool new_epoch) {
  if (new_epoch) ++epoch;
  segment_header header;
  header.epoch = epoch;
  header.first_sequence = sequence + 1;
  header.valid_total = valid_total;
  header.total = total;
  header.created = now;
  header.previous = chain;
  header.tenant = tenant;
  header.node = "node-1";
  auto& segment = segments.emplace_back();
  segment.name = segment_name(header.first_sequence, header.epoch);
  segment.header = floorwalker::encode(header);
  chain = hasher_->start(segment.header);
}

void sample_trail::append(frame_kind kind, std::string payload) {
  auto& frames = segments.back().frames;
  auto& made = frames.emplace_back();
  made.head = {kind, flag_batch_begins, sequence, now, valid_total, total};
  made.payload = std::move(payload);
  chain = made.chain = hasher_->next(chain, chained_bytes(made));
  if (kind == frame_kind::record) record_chain = chain;
}

void sample_trail::transition(const sample_transition& made) {
  ++sequence;
  ++total;
  if (made.valid) ++valid_total;
  auto text = [](std::string_view value) {
    std::string out;
    append_json_string(out, value);
    return out;
  };
  std::vector<std::string> flags;
  for (auto& flag : made.flags) flags.push_back(text(flag));
  append(
      frame_kind::record,
      fmt::format(R"({{"timestamp":"{}","agentId":{},"previousState":{},"currentState":{},"latencyMs":{},"valid":{},)"
                  R"("auditAction":"{}","tenantId":{},"sequence":{},"eventTimestamp":"{}","reasonCode":{},)"
                  R"("flags":[{}]}})",
                  wire::to_text(now), text(made.agent), text(made.previous), text(made.current), made.latency.count(),
                  made.valid, made.valid ? "STATE_UPDATE_VERIFIED" : "TRANSITION_REJECTED", text(tenant), sequence,
                  wire::to_text(now - made.latency), made.reason ? text(*made.reason) : "null", fmt::join(flags, ",")));
}

void sample_trail::record(std::string_view action, std::string_view members) {
  ++sequence;
  append(frame_kind::record, fmt::format(R"({{"timestamp":"{}","auditAction":"{}","tenantId":"{}","sequence":{}{}}})",
                                         wire::to_text(now), action, tenant, sequence, members));
}

void sample_trail::checkpoint() {
  floorwalker::checkpoint made{tenant, "node-1", epoch, sequence, record_chain, now, key->id()};
  auto text = to_json(made);
  auto signature = key->sign(text);
  published.push_back(with_signature(text, signature));
  append(frame_kind::checkpoint, checkpoint_payload(text, signature));
}

chain_value sample_trail::rechain(std::size_t segment, std::size_t from, std::size_t to) {
  auto& frames = segments[segment].frames;
  auto before = from == 0 ? hasher_->start(segments[segment].header) : frames[from - 1].chain;
  for (auto i = from; i < to; ++i) before = frames[i].chain = hasher_->next(before, chained_bytes(frames[i]));
  return before;
}

void sample_trail::write(const std::filesystem::path& folder) const {
  std::filesystem::create_directories(folder);
  for (auto& segment : segments) write_content(folder / segment.name, segment.bytes());
  write_content(folder / public_key_file, key->public_pem());
}

} // namespace floorwalker::testing
