#include "runtime/kafka/kafka_outlet.hpp"

#include "runtime/network/network_failure.hpp"
#include "runtime/network/secret_text.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace floorwalker::kafka {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

/// Between two looks at whether the outlet is to end.
constexpr auto look_interval = 20ms;
/// How long a producer that is of no more use may still bring reports of what it has sent.
constexpr auto last_reports_limit = 1s;
/// Logs and errors of a producer that has nothing to do are read this often.
constexpr auto idle_interval = 1s;
/// Below this, batches cost more requests than they are worth.
constexpr std::size_t batch_bytes_min = 16'384;
/// Reports are taken while a large group is being handed over, so that they don't pile up.
constexpr std::size_t sends_between_polls = 512;

/// A broker will not take this record, or one of its batch, however often it is sent.
bool is_refusal(rd_kafka_resp_err_t error) {
  switch (error) {
  case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
  case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
  case RD_KAFKA_RESP_ERR_INVALID_MSG:
  case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
  case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    return true;
  default:
    return false;
  }
}

/// The producer gave the record back unsent, because it was told to or has stopped.
bool is_returned(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR__PURGE_QUEUE || error == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT ||
         error == RD_KAFKA_RESP_ERR__FATAL;
}

std::string password_of(const sink_settings& settings) {
  if (settings.username.empty()) return {};
  return read_secret("password-file", settings.secret_file, settings.secret_env);
}

} // namespace

kafka_outlet::kafka_outlet(const sink_settings& settings, const std::filesystem::path& data_dir,
                           std::shared_ptr<const wall_clock> clock, std::chrono::milliseconds patience)
    : settings_{settings},
      patience_{patience},
      refusals_{dead_letter_file{dead_letter_path(data_dir, settings.name), settings.name}, std::move(clock)},
      thread_{{[this](auto number, auto& group) { return write(number, group); }, [this] { poll_between_groups(); },
               idle_interval}} {}

kafka_outlet::~kafka_outlet() {
  ending_ = true;
  thread_.stop();
}

void kafka_outlet::write_then(std::uint64_t number, delivery_group_ptr group, write_answer done) {
  thread_.post(number, std::move(group), std::move(done));
}

void kafka_outlet::poll_between_groups() {
  if (producer_) producer_->poll(0ms);
}

write_result kafka_outlet::write(std::uint64_t number, const delivery_group& group) {
  auto all = records_of(group);
  if (number != number_) {
    if (course_.count(record_stage::sent) > 0) drop_producer(); // its reports would be taken for this group's
    refused_.clear();
    number_ = number;
  }
  course_.enter(number, all.size());
  refusals_.enter(number, all.size());
  write_result result;
  try {
    result.problem = deliver(all);
  } catch (const producer_failure& failure) {
    result.problem = failure.what();
  } catch (const network_failure& failure) { // the password
    result.problem = failure.what();
  }
  if (!result.problem.empty()) result.problem = "cannot write to Kafka: " + result.problem;
  result.refused = refusals_.take_count();
  return result;
}

std::string kafka_outlet::deliver(const records& all) {
  if (producer_) producer_->forget_trouble();
  for (;;) {
    if (auto problem = keep_refused(all); !problem.empty()) return problem;
    if (course_.complete()) return {};
    deliver_round(all);
    if (auto problem = problem_of_round(); !problem.empty()) return problem;
  }
}

/// Sends what is to be sent and waits for its reports. Records that were refused as a batch are sent one by one, before
/// anything that follows them, so that only those are refused that a broker refuses by themselves.
void kafka_outlet::deliver_round(const records& all) {
  silent_ = found_refusal_ = false;
  failure_.clear();
  choose_producer();
  last_report_ = steady_clock::now();
  send_outstanding(all);
  while (course_.count(record_stage::sent) > 0 && !producer_->stopped() && failure_.empty())
    if (!wait()) return;
}

std::string kafka_outlet::problem_of_round() {
  if (course_.complete()) return {};
  if (ending_) return "the process stops";
  auto trouble = producer_->trouble();
  if (silent_) {
    auto open = course_.size() - course_.count(record_stage::settled);
    if (producer_->locked_out()) drop_producer(); // the next one reads credentials and trust anchors anew
    return fmt::format("{} of {} records have no answer after {} ms{}{}", open, course_.size(), patience_.count(),
                       trouble.empty() ? "" : ": ", trouble);
  }
  if (!producer_->stopped() && failure_.empty()) return {};
  drop_producer();
  if (found_refusal_ && failure_.empty()) return {}; // another round, with a new producer
  return failure_.empty() ? trouble : failure_;
}

void kafka_outlet::choose_producer() {
  auto single = course_.count(record_stage::suspected) > 0;
  if (single_ && !single) {
    // Each of them was fine by itself: it was the batch that was too large for this topic.
    if (!single_refused_) batch_bytes_ = std::max(batch_bytes_ / 4, batch_bytes_min);
    single_refused_ = false;
  }
  if (producer_ && single_ == single) return;
  drop_producer();
  auto password = password_of(settings_);
  auto properties = properties_for(settings_, password, {batch_bytes_, single});
  wipe(password);
  producer_ = std::make_unique<producer>(std::move(properties), settings_.topic,
                                         [this](auto index, auto error) { take_report(index, error); });
  single_ = single;
}

void kafka_outlet::drop_producer() {
  if (!producer_) return;
  producer_->purge(false);
  auto until = steady_clock::now() + last_reports_limit;
  while (course_.count(record_stage::sent) > 0 && !ending_ && steady_clock::now() < until)
    producer_->poll(look_interval);
  producer_.reset();
  course_.take_back_sent();
}

void kafka_outlet::send_outstanding(const records& all) {
  auto wanted = single_ ? record_stage::suspected : record_stage::waiting;
  std::size_t sent = 0;
  for (std::size_t i = 0; i < all.size() && course_.count(wanted) > 0; ++i) {
    if (course_.stage(i) != wanted) continue;
    if (!send(i, all[i])) return;
    if (++sent % sends_between_polls == 0) producer_->poll(0ms);
    if (producer_->stopped() || !failure_.empty()) return;
  }
}

/// False if this and what follows can't be sent now.
bool kafka_outlet::send(std::size_t index, const delivered_record& record) {
  auto epoch = std::to_string(record.epoch());
  auto sequence = std::to_string(record.sequence());
  auto& draft = record.draft();
  auto agent = record.value(draft.agent);
  message content{agent.empty() ? std::string_view{record.tenant()} : agent,
                  record.line,
                  {{{"tenant", record.tenant()},
                    {"node", record.node()},
                    {"epoch", epoch},
                    {"sequence", sequence},
                    {"auditAction", audit_action(draft.kind, draft.valid)}}}};
  for (;;) {
    auto error = producer_->send(index, content);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      course_.move(index, record_stage::sent);
      return true;
    }
    if (is_refusal(error)) {
      refuse(index, error);
      return true;
    }
    if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      if (error != RD_KAFKA_RESP_ERR__FATAL) failure_ = rd_kafka_err2str(error);
      return false;
    }
    if (!wait() || producer_->stopped() || !failure_.empty()) return false;
  }
}

void kafka_outlet::take_report(std::size_t index, rd_kafka_resp_err_t error) {
  if (index >= course_.size() || course_.stage(index) != record_stage::sent) return;
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return course_.move(index, record_stage::settled);
  if (is_refusal(error)) {
    found_refusal_ = true;
    if (single_)
      refuse(index, error);
    else
      course_.move(index, record_stage::suspected);
    return;
  }
  course_.move(index, record_stage::waiting);
  if (!is_returned(error)) failure_ = rd_kafka_err2str(error);
}

void kafka_outlet::refuse(std::size_t index, rd_kafka_resp_err_t error) {
  single_refused_ = single_refused_ || single_;
  course_.move(index, record_stage::refused);
  refused_.push_back({index, fmt::format("Kafka refuses it: {}", rd_kafka_err2str(error))});
}

/// Lets events in. False if the outlet is to end, or nothing was reported for too long.
bool kafka_outlet::wait() {
  auto reports = producer_->poll(look_interval);
  auto now = steady_clock::now();
  if (reports > 0) last_report_ = now;
  silent_ = now - last_report_ >= patience_;
  return !ending_ && !silent_;
}

std::string kafka_outlet::keep_refused(const records& all) {
  if (auto problem = refusals_.keep(all, refused_); !problem.empty()) return problem;
  for (auto& each : refused_) course_.move(each.index, record_stage::settled);
  refused_.clear();
  return {};
}

} // namespace floorwalker::kafka
