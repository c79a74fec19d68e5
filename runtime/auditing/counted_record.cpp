#include "runtime/auditing/counted_record.hpp"

#include "messages/wire/audit_line.hpp"

namespace floorwalker {

std::optional<counted_entry> count_entry(std::string_view entry) {
  auto verdict = [](bool valid) { return valid ? counted_record::authorized : counted_record::unauthorized; };
  if (auto seen = wire::glance_at_transition(entry)) return counted_entry{verdict(seen->valid), seen->sequence};
  draft_batch batch;
  auto parsed = wire::append_audit_line(batch, entry);
  if (!parsed.problem.empty()) return std::nullopt;
  const auto& record = batch.records.front();
  auto counts = record.kind == record_kind::transition ? verdict(record.valid) : counted_record::no_transition;
  return counted_entry{counts, parsed.sequence};
}

} // namespace floorwalker
