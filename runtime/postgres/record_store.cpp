#include "runtime/postgres/record_store.hpp"

#include "messages/wire/printable_sample.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace floorwalker::postgres {
namespace {

/// Of one statement: enough that round trips don't count, and little enough for the server's memory and time-out.
constexpr std::size_t rows_max = 5000;
constexpr std::size_t bytes_max = std::size_t{4} << 20;

trail_place place_of(const delivered_record& record) { return {record.epoch(), record.sequence()}; }

statement_parameter parameter(array_parameter& values) { return {values.type(), values.bytes(), true}; }

statement_parameter parameter(std::string_view text) { return {static_cast<Oid>(value_type::text), text, false}; }

} // namespace

std::string record_store::store(server_session& session, const std::vector<delivered_record>& records,
                                group_refusals& refusals) {
  auto trails = trails_of(records);
  if (trails.empty()) return {};
  doubles_ = 0;
  session.run(begin_statement());
  lock_cursors(session, trails);
  auto chosen = new_records(records, trails, refusals);
  check_repeated(session, trails);
  auto refused = insert(session, records, std::move(chosen));
  // Before the commit: the other way round, a process that ends in between would have lost them.
  if (auto problem = refusals.keep(records, refused); !problem.empty()) return problem;
  move_cursors(session, trails);
  if (session.run("COMMIT").tag() != "COMMIT") throw server_failure{"the server rolled the transaction back"};
  if (doubles_ > 0)
    spdlog::warn("sink {}: {} records stood in table {} already, though its cursor was behind them; they are left as "
                 "they were",
                 sink_, doubles_, names_.plain);
  return {};
}

std::vector<record_store::trail> record_store::trails_of(const std::vector<delivered_record>& records) {
  std::vector<trail> trails;
  trail* current = nullptr;
  const committed_batch* batch = nullptr;
  for (auto& record : records) {
    if (record.batch != batch) {
      batch = record.batch;
      auto found = std::ranges::find_if(
          trails, [&](auto& each) { return each.tenant == record.tenant() && each.node == record.node(); });
      current = found != trails.end() ? &*found : &trails.emplace_back(trail{record.tenant(), record.node(), {}, {}});
    }
    current->last = std::max(current->last, place_of(record));
  }
  // In one order for everybody, so that two sinks which lock the same cursors don't wait for each other.
  std::ranges::sort(trails, {}, [](auto& each) { return std::pair{each.tenant, each.node}; });
  return trails;
}

void record_store::lock_cursors(server_session& session, std::vector<trail>& trails) {
  if (read_cursors(session, trails) == static_cast<int>(trails.size())) return;
  array_parameter tenants{value_type::text}, nodes{value_type::text};
  for (auto& each : trails) {
    tenants.add(each.tenant);
    nodes.add(each.node);
  }
  session.run(make_cursors_statement(names_), {parameter(sink_), parameter(tenants), parameter(nodes)});
  if (read_cursors(session, trails) != static_cast<int>(trails.size()))
    throw server_failure{"the cursors of sink " + sink_ + " can't be read back"};
}

int record_store::read_cursors(server_session& session, std::vector<trail>& trails) {
  array_parameter tenants{value_type::text}, nodes{value_type::text};
  for (auto& each : trails) {
    tenants.add(each.tenant);
    nodes.add(each.node);
  }
  auto found = session.run(lock_cursors_statement(names_), {parameter(sink_), parameter(tenants), parameter(nodes)});
  for (int row = 0; row < found.rows(); ++row)
    for (auto& each : trails)
      if (each.tenant == found.text(row, 0) && each.node == found.text(row, 1))
        each.stored = {found.number(row, 2), found.number(row, 3)};
  return found.rows();
}

std::vector<std::size_t> record_store::new_records(const std::vector<delivered_record>& records,
                                                   std::vector<trail>& trails, const group_refusals& refusals) const {
  std::vector<std::size_t> chosen;
  chosen.reserve(records.size());
  trail* current = nullptr;
  const committed_batch* batch = nullptr;
  for (std::size_t i = 0; i < records.size(); ++i) {
    auto& record = records[i];
    if (record.batch != batch) {
      batch = record.batch;
      current = &*std::ranges::find_if(
          trails, [&](auto& each) { return each.tenant == record.tenant() && each.node == record.node(); });
    }
    if (place_of(record) <= current->stored)
      current->repeated = &record;
    else if (!refusals.holds(i))
      chosen.push_back(i);
  }
  return chosen;
}

/// A trail that was begun anew, say because its folder was lost, gives its records numbers that the table has for
/// others. They would all be taken for repeated ones.
void record_store::check_repeated(server_session& session, const std::vector<trail>& trails) const {
  for (auto& each : trails) {
    if (!each.repeated) continue;
    auto epoch = std::to_string(each.repeated->epoch());
    auto sequence = std::to_string(each.repeated->sequence());
    std::string received_at;
    append_number(received_at, microseconds_of(each.repeated->draft().received_at));
    constexpr auto bigint = static_cast<Oid>(value_type::bigint);
    auto other =
        session.run(other_record_statement(names_), {parameter(each.tenant),
                                                     parameter(each.node),
                                                     {bigint, epoch, false},
                                                     {bigint, sequence, false},
                                                     {static_cast<Oid>(value_type::timestamptz), received_at, true}});
    if (other.rows() > 0)
      throw server_failure{fmt::format(
          "table {} holds another record as number {} of tenant {}, node {}, epoch {}: this node's trail was begun "
          "anew. Give the node another name, or the sink another table",
          names_.plain, sequence, each.tenant, each.node, epoch)};
  }
}

std::vector<refusal> record_store::insert(server_session& session, const std::vector<delivered_record>& records,
                                          std::vector<std::size_t> chosen) {
  std::vector<refusal> refused;
  std::erase_if(chosen, [&](std::size_t index) {
    auto reason = unstorable(records[index]);
    if (reason.empty()) return false;
    refused.push_back({index, std::move(reason)});
    return true;
  });
  for (std::span<const std::size_t> rest{chosen}; !rest.empty();) {
    std::size_t count = 0, bytes = 0;
    while (count < rest.size() && count < rows_max && bytes < bytes_max) bytes += records[rest[count++]].line.size();
    copy_part(session, records, rest.first(count), refused);
    rest = rest.subspan(count);
  }
  return refused;
}

/// The fast way for rows that are as good as always fine; else there is the careful one.
void record_store::copy_part(server_session& session, const std::vector<delivered_record>& records,
                             std::span<const std::size_t> part, std::vector<refusal>& refused) {
  copied_.clear();
  for (auto index : part) {
    fill(row_, records[index]);
    copied_.add(row_);
  }
  session.run("SAVEPOINT part");
  try {
    session.copy(copy_statement(names_), copied_.bytes());
    session.run("RELEASE SAVEPOINT part");
    return;
  } catch (const server_failure& failure) {
    if (!failure.refuses_the_values() || !session.usable()) throw;
    session.run("ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part");
  }
  insert_part(session, records, part, refused);
}

/// Rows that are there already are left out. A part that the server refuses is halved until the record is found which
/// it is about; that costs a few statements for each halving, and is rare.
void record_store::insert_part(server_session& session, const std::vector<delivered_record>& records,
                               std::span<const std::size_t> part, std::vector<refusal>& refused) {
  arrays_.clear();
  for (auto index : part) {
    fill(row_, records[index]);
    arrays_.add(row_);
  }
  std::vector<statement_parameter> parameters;
  for (auto& column : arrays_.columns()) parameters.push_back(parameter(column));
  session.run("SAVEPOINT part");
  try {
    auto written = session.run(insert_statement(names_), parameters).affected();
    doubles_ += part.size() - written;
    session.run("RELEASE SAVEPOINT part");
    return;
  } catch (const server_failure& failure) {
    if (!failure.refuses_the_values() || !session.usable()) throw;
    session.run("ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part");
    if (part.size() == 1) {
      refused.push_back({part.front(), fmt::format("PostgreSQL refuses it: {} (SQLSTATE {})",
                                                   wire::printable_sample(failure.what()), failure.state())});
      return;
    }
  }
  insert_part(session, records, part.first(part.size() / 2), refused);
  insert_part(session, records, part.subspan(part.size() / 2), refused);
}

void record_store::move_cursors(server_session& session, const std::vector<trail>& trails) {
  array_parameter tenants{value_type::text}, nodes{value_type::text}, epochs{value_type::bigint},
      sequences{value_type::bigint};
  for (auto& each : trails) {
    if (each.last <= each.stored) continue;
    tenants.add(each.tenant);
    nodes.add(each.node);
    epochs.add(static_cast<std::int64_t>(each.last.epoch));
    sequences.add(static_cast<std::int64_t>(each.last.sequence));
  }
  session.run(move_cursors_statement(names_),
              {parameter(sink_), parameter(tenants), parameter(nodes), parameter(epochs), parameter(sequences)});
}

} // namespace floorwalker::postgres
