#include "runtime/outlets/webhook_outlet.hpp"

#include "runtime/network/network_failure.hpp"
#include "runtime/webhook/request_signing.hpp"
#include "runtime/webhook/signature.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace floorwalker {
namespace {

constexpr int gone = 410;
/// Refusals are logged at most this often, unless another status comes.
constexpr std::chrono::minutes report_interval{1};

webhook_client_options client_options(const sink_settings& settings, name_resolver resolve) {
  return {parse_webhook_url(settings.url), settings.ca_file,
          std::chrono::ceil<std::chrono::milliseconds>(settings.timeout), settings.allow_private_targets,
          std::move(resolve)};
}

} // namespace

webhook_outlet::webhook_outlet(const sink_settings& settings, std::shared_ptr<const wall_clock> clock,
                               const std::filesystem::path& data_dir, name_resolver resolve)
    : settings_{settings},
      clock_{std::move(clock)},
      place_{parse_webhook_url(settings.url).base.http_text()},
      bounds_{.records = settings.batch_records},
      client_{client_options(settings, std::move(resolve)), *clock_},
      dead_letters_{dead_letter_path(data_dir, settings.name), settings.name},
      thread_{{[this](auto number, auto& group) { return post_group(number, group); }, {}, {}}} {}

webhook_outlet::~webhook_outlet() {
  client_.give_up();
  thread_.stop();
}

void webhook_outlet::write_then(std::uint64_t number, delivery_group_ptr group, write_answer done) {
  thread_.post(number, std::move(group), std::move(done));
}

write_result webhook_outlet::post_group(std::uint64_t number, const delivery_group& group) {
  if (group_ != number) {
    group_ = number;
    answered_ = 0;
    refusal_ = {};
  }
  auto plan = plan_requests(group, bounds_);
  write_result result;
  for (; answered_ < plan.size(); ++answered_) {
    auto& request = plan[answered_];
    if (!refusal_) {
      auto verdict = post(request);
      if (verdict.outcome == receipt::accepted) continue;
      if (verdict.outcome == receipt::deferred) {
        result.problem = "cannot post to " + place_ + ": " + verdict.clause;
        result.retry_after = verdict.retry_after;
        return result;
      }
      refusal_ = std::move(verdict.clause);
    }
    result.problem = bury(request, *refusal_);
    if (!result.problem.empty()) return result;
    refusal_ = {};
    result.refused += request.records.size();
  }
  return result;
}

answer_verdict webhook_outlet::post(const planned_request& planned) {
  http_answer answer;
  try {
    webhook_request request;
    request.id = webhook_id(settings_.name, planned.range);
    request.timestamp =
        std::to_string(std::chrono::floor<std::chrono::seconds>(clock_->now()).time_since_epoch().count());
    request.body = body_of(planned);
    sign(request, settings_.secret_file, settings_.secret_env);
    answer = client_.post(request);
  } catch (const network_failure& failure) { // there is no secret to sign with; unsigned is never the way out
    answer.failure = failure.what();
  }
  auto verdict = judge_answer(answer);
  if (verdict.outcome == receipt::refused) report(planned, answer.status);
  return verdict;
}

std::string webhook_outlet::bury(const planned_request& request, const std::string& reason) {
  std::vector<dead_letter> letters;
  letters.reserve(request.records.size());
  for (auto record : request.records) letters.push_back({request.range.node, request.range.epoch, reason, record});
  return dead_letters_.append(clock_->now(), letters);
}

void webhook_outlet::report(const planned_request& request, int status) {
  auto now = std::chrono::steady_clock::now();
  if (status == reported_status_ && now < next_report_) return;
  reported_status_ = status;
  next_report_ = now + report_interval;
  if (status == gone)
    spdlog::error("sink {}: {} answers HTTP 410 Gone: it wants no records any more, and each one goes to the dead "
                  "letters instead ({}); remove the sink, or correct its url",
                  settings_.name, place_, dead_letters_.path().string());
  else
    spdlog::warn("sink {}: {} refused {} records of tenant {} for good with HTTP {}; they go to the dead letters, with "
                 "what it said ({})",
                 settings_.name, place_, request.records.size(), request.range.tenant, status,
                 dead_letters_.path().string());
}

} // namespace floorwalker
