#include "runtime/api/history_reading.hpp"

#include "actors/audit/known_states.hpp"
#include "messages/json_text.hpp"
#include "messages/wire/users_listing.hpp"
#include "runtime/api/board_answers.hpp"
#include "runtime/configuration/time_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::size_t limit_usual = 100;
constexpr std::size_t limit_max = 1000;
constexpr std::size_t read_bytes = std::size_t{1} << 20;
constexpr std::size_t one_record = 1; ///< bytes: a reader gives one record at least
/// What one request may look through: about 190,000 records, some tenths of a second of the reader's time.
constexpr std::size_t looked_at_max = std::size_t{64} << 20;

} // namespace

std::variant<history_wish, served_answer> history_wish_of(const served_request& request, const civil_clock& clock,
                                                          std::uint64_t end_of_trail) {
  history_wish wish;
  if (!wire::is_agent_id(request.capture("id")))
    return problem_answer(404, "No such agent", "An agent's id has 8-4-4-4-12 hexadecimal digits.");
  auto time = [&](std::string_view name, bare_date date, std::optional<utc_time>& into) {
    auto text = request.parameter(name);
    if (text) into = parse_time_text(*text, date, clock);
    return !text || into.has_value();
  };
  if (!time("from", bare_date::begins, wish.from) || !time("to", bare_date::ends, wish.until))
    return bad_query("from and to have to be dates such as 2026-11-23, or times such as 2026-11-23T10:00:00Z, of the "
                     "years 1700 to 2199; the + of an offset is written %2B in an address.");
  if (wish.from && wish.until && *wish.from >= *wish.until) return bad_query("from has to be before to.");
  auto limit = number_asked(request, "limit", 1, limit_max, limit_usual);
  if (!limit) return bad_query(fmt::format("limit has to be a number from 1 to {}.", limit_max));
  wish.limit = *limit;
  if (auto cursor = request.parameter("cursor")) {
    auto [end, error] = std::from_chars(cursor->data(), cursor->data() + cursor->size(), wish.cursor);
    if (error != std::errc{} || end != cursor->data() + cursor->size() || wish.cursor == 0 ||
        wish.cursor > end_of_trail)
      return bad_query("cursor has to be what \"next\" said.");
  }
  wish.agent_key = agent_key(request.capture("id"));
  return wish;
}

history_reading::history_reading(history_wish wish, trail_reader_ptr trail, std::uint64_t end,
                                 stream_surroundings around, http_exchange_ptr exchange)
    : wish_{std::move(wish)},
      trail_{std::move(trail)},
      end_{end},
      around_{std::move(around)},
      exchange_{std::move(exchange)},
      out_{R"({"records":[)"} {}

void history_reading::start() {
  if (end_ == 0) return answer(std::nullopt);
  if (wish_.cursor > 0) return wish_.cursor > end_ ? answer(std::nullopt) : read(wish_.cursor, read_bytes);
  if (!wish_.from) return read(1, read_bytes);
  halving_.emplace(*wish_.from, end_);
  halve();
}

void history_reading::read(std::uint64_t from, std::size_t bytes) {
  trail_->read(from, bytes, read_detail::records,
               [me = shared_from_this(), post = around_.post](trail_stretch stretch) {
                 post([me, stretch = std::move(stretch)] { me->take(stretch); });
               });
}

void history_reading::take(const trail_stretch& stretch) {
  if (!stretch.problem.empty()) {
    exchange_->respond(problem_answer(503, "Trail not readable", "The audit trail can't be read now. Try again."));
    return;
  }
  if (!stretch.batch) return answer(std::nullopt);
  if (!halving_) return look_through(stretch);
  halving_->told(*stretch.batch);
  halve();
}

/// That receipt times rise but for moments, a page's edge may show.
void history_reading::halve() {
  if (auto probe = halving_->next()) return read(*probe, one_record);
  auto from = halving_->from();
  halving_.reset();
  if (from > end_) return answer(std::nullopt);
  read(from, read_bytes);
}

bool history_reading::concerns(const committed_batch& batch, std::size_t record) const {
  const auto& draft = batch.drafts->records[record];
  auto is_it = [&](std::string_view id) { return agent_key(id) == wish_.agent_key; };
  switch (draft.kind) {
  case record_kind::transition:
  case record_kind::state_reconciled:
    return is_it(draft.agent.in(batch.drafts->text));
  case record_kind::monitoring_started:
  case record_kind::monitoring_interrupted:
    return std::ranges::any_of(named_agents(batch.positions[record].line.in(batch.lines)), is_it);
  case record_kind::configuration_changed:
  case record_kind::checkpoint_signed:
    break;
  }
  return false;
}

void history_reading::look_through(const trail_stretch& stretch) {
  const auto& batch = *stretch.batch;
  for (std::size_t i = 0; i < batch.positions.size(); ++i) {
    auto at = batch.drafts->records[i].received_at;
    if (wish_.until && at >= *wish_.until) return answer(std::nullopt);
    if ((wish_.from && at < *wish_.from) || !concerns(batch, i)) continue;
    if (records_ == wish_.limit) return answer(batch.positions[i].sequence);
    if (records_++ > 0) out_ += ',';
    out_ += batch.positions[i].line.in(batch.lines);
  }
  looked_at_ += batch.lines.size();
  auto next = batch.positions.back().sequence + 1;
  if (next > end_) return answer(std::nullopt);
  if (looked_at_ >= looked_at_max) return answer(next);
  read(next, read_bytes);
}

void history_reading::answer(std::optional<std::uint64_t> next) {
  out_ += R"(],"next":)";
  append_json_string_or_null(out_, next ? std::optional{std::to_string(*next)} : std::nullopt);
  out_ += '}';
  auto history = tagged_json_answer(std::move(out_));
  history.cache_control = "no-store"; // a browser keeps no copy of what only auditors may read
  exchange_->respond(std::move(history));
}

} // namespace floorwalker
