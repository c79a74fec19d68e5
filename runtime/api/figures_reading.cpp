#include "runtime/api/figures_reading.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::size_t read_bytes = std::size_t{1} << 20; ///< some milliseconds of the API's thread
constexpr std::size_t one_record = 1;                    ///< bytes: a reader gives one record at least

} // namespace

figures_reading::figures_reading(const tenant_settings& settings, civil_calendar calendar, stream_surroundings around)
    : tenant_{settings.name}, around_{std::move(around)}, figures_{settings, std::move(calendar)} {}

void figures_reading::follow(const live_update& update) {
  if (update.begins) {
    trail_ = update.begins->trail;
    end_ = update.sequence;
    // If only the hub began anew, nothing is lost. A reader that has gone may leave a question without an answer.
    auto goes_on = course_ && !waits_ && epoch_ == update.epoch && course_->done() <= end_;
    epoch_ = update.epoch;
    if (!goes_on) begin(end_);
  }
  end_ = update.sequence;
  if (!course_) return;
  course_->grown(end_);
  if (update.batch && course_->offered(update.batch, true)) take(update.batch, 0);
  read_on();
}

void figures_reading::beat() {
  if (!trail_) return;
  figures_.turn(around_.now());
  if (!std::exchange(has_failed_, false)) return;
  if (course_)
    read_on();
  else
    find_beginning();
}

void figures_reading::begin(std::uint64_t end) {
  begun_ = around_.now();
  is_counted_ = false;
  records_ = 0;
  course_.reset();
  halving_.emplace(figures_.earliest(begun_), end);
  ++question_;
  waits_ = false;
  find_beginning();
}

void figures_reading::find_beginning() {
  if (waits_) return;
  if (auto probe = halving_->next()) return read(*probe, one_record);
  // One record before it, which shows that nothing is missing.
  auto from = std::max(halving_->from(), std::uint64_t{2}) - 1;
  halving_.reset();
  course_.emplace(from, end_);
  figures_.begin(begun_, begun_); // until the first record tells better
  read_on();
}

void figures_reading::read_on() {
  if (has_failed_ || waits_) return;
  if (auto from = course_->to_read()) {
    course_->reading();
    return read(*from, read_bytes);
  }
  if (std::exchange(is_counted_, true)) return;
  spdlog::info("tenant {}: today's figures are counted, from {} records of the trail", tenant_, records_);
}

void figures_reading::read(std::uint64_t from, std::size_t bytes) {
  waits_ = true;
  trail_->read(from, bytes, read_detail::records,
               [me = weak_from_this(), post = around_.post, number = ++question_](trail_stretch stretch) {
                 post([me, number, stretch = std::move(stretch)] {
                   if (auto alive = me.lock()) alive->answered(number, stretch);
                 });
               });
}

void figures_reading::answered(std::uint64_t number, const trail_stretch& stretch) {
  if (number != question_) return;
  waits_ = false;
  if (halving_) {
    if (!stretch.batch) return fail(stretch.problem);
    halving_->told(*stretch.batch);
    return find_beginning();
  }
  auto [wanted, missing, problem] = course_->read(stretch);
  if (!problem.empty()) return fail(problem);
  take(stretch.batch, missing);
  while (auto batch = course_->take_kept()) take(batch, 0);
  read_on();
}

void figures_reading::take(const committed_batch_ptr& batch, std::uint64_t missing) {
  auto first = batch->drafts->records.front().received_at;
  if (records_ == 0 || missing > 0) figures_.begin(begun_, std::max(first, figures_.earliest(begun_)));
  records_ += batch->positions.size();
  figures_.take(*batch);
}

void figures_reading::fail(const std::string& problem) {
  has_failed_ = true;
  spdlog::warn("tenant {}: the trail can't be read for the working figures, which is tried again: {}", tenant_,
               problem.empty() ? "it gives no records" : problem);
}

} // namespace floorwalker
