#include "runtime/audit/disk_trail.hpp"

#include "runtime/audit/trail_recovery.hpp"

#include <caf/send.hpp>

#include <exception>
#include <map>
#include <utility>

namespace floorwalker {
namespace {

trail_options complete(trail_options options) {
  if (!options.reading) options.reading = std::make_shared<trail_reading>();
  return options;
}

std::shared_ptr<segment_table> table_of(const recovery& found) {
  std::vector<readable_segment> segments;
  std::map<std::string, std::shared_ptr<const std::string>> nodes;
  for (auto& segment : found.segments) {
    auto& node = nodes[segment.header.node];
    if (!node) node = std::make_shared<const std::string>(segment.header.node);
    segments.push_back(
        {segment.name, segment.header.first_sequence, segment.header.epoch, node, segment.header_size, segment.size});
  }
  if (!segments.empty()) segments.back().end = found.end.offset;
  return std::make_shared<segment_table>(std::move(segments), found.end.position.sequence);
}

} // namespace

disk_trail::disk_trail(trail_options options, const recovery& found)
    : options_{complete(std::move(options))},
      table_{table_of(found)},
      source_{std::make_shared<trail_source>(options_.files, options_.folder, options_.tenant, table_)},
      writer_{options_, found, *table_} {}

trail_beginning disk_trail::open(journal_actor receiver) {
  return open([to = std::move(receiver)](trail_progress progress) { caf::anon_send(to, std::move(progress)); });
}

trail_beginning disk_trail::open(trail_writer::progress_receiver receiver) { return writer_.open(std::move(receiver)); }

void disk_trail::append(const committed_batch_ptr& batch, const trail_position& end) { writer_.append(batch, end); }
std::optional<std::uint64_t> disk_trail::snapshot_due() { return writer_.snapshot_due(); }
void disk_trail::keep(trail_snapshot snapshot) { writer_.keep(std::move(snapshot)); }

void disk_trail::read(std::uint64_t from, std::size_t bytes, read_detail detail,
                      std::function<void(trail_stretch)> done) {
  auto refused = [tenant = options_.tenant, from](std::string problem) {
    return trail_stretch{tenant, from, nullptr, std::move(problem)};
  };
  auto waits = options_.reading->post([source = source_, from, bytes, detail, done, refused] {
    try {
      done(source->read(from, bytes, detail));
    } catch (const std::exception& failure) { // memory, most likely
      done(refused(failure.what()));
    }
  });
  if (!waits) done(refused("too many reads wait"));
}

bool disk_trail::stop(std::chrono::milliseconds patience) { return writer_.stop(patience); }

opened_trail open_trail(trail_options options) {
  recovery_request request{options.folder,  options.tenant,
                           options.node,    options.key ? options.key->public_pem() : "",
                           options.cursors, options.synchronised};
  auto found = recover_trail(*options.files, request);
  opened_trail opened;
  opened.recovered = std::make_shared<const recovered_trail>(found.known);
  if (found.known.damage.empty()) opened.storage = std::make_shared<disk_trail>(std::move(options), found);
  return opened;
}

} // namespace floorwalker
