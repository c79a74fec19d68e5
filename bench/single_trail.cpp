#include "bench/single_trail.hpp"

#include "messages/json_text.hpp"
#include "runtime/audit/trail_folder.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

namespace floorwalker::bench {
namespace {

void need(const std::string& problem) {
  if (!problem.empty()) throw std::runtime_error(problem);
}

} // namespace

single_trail::single_trail(const std::filesystem::path& folder, std::string tenant, bool synchronised)
    : output_{files_, folder}, tenant_{std::move(tenant)}, synchronised_{synchronised} {
  need(make_folder(files_, folder));
  begin_segment();
}

void single_trail::begin_segment() {
  segment_header header;
  header.first_sequence = sequence_ + 1;
  header.valid_total = valid_total_;
  header.total = total_;
  header.created = std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
  header.previous = chain_;
  header.tenant = tenant_;
  header.node = "bench";
  auto bytes = encode(header);
  need(output_.synchronise());
  need(output_.begin(segment_name(header.first_sequence, header.epoch), bytes));
  chain_ = hasher_.start(bytes);
}

void single_trail::add(const record_draft& record, std::string_view text) {
  ++sequence_, ++total_;
  if (record.valid) ++valid_total_;
  line_.assign(record.head.in(text));
  append_decimal(line_, sequence_);
  line_ += record.tail.in(text);
  frame_head head;
  head.flags = std::exchange(batch_begins_, false) ? std::uint8_t{flag_batch_begins} : std::uint8_t{0};
  head.sequence = sequence_;
  head.at = record.received_at;
  head.valid_total = valid_total_;
  head.total = total_;
  append_frame(batch_, head, line_, hasher_, chain_);
}

void single_trail::write() {
  if (batch_.empty()) return;
  need(output_.append(batch_, synchronised_));
  batch_.clear();
  batch_begins_ = synchronised_;
  if (output_.end() >= segment_bytes) begin_segment();
}

} // namespace floorwalker::bench
