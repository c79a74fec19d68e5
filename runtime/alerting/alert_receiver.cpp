#include "runtime/alerting/alert_receiver.hpp"

#include "runtime/audit/quiet_thread.hpp"
#include "runtime/network/network_failure.hpp"
#include "runtime/network/secret_text.hpp"
#include "runtime/webhook/request_signing.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::string_view alertmanager_path = "api/v2/alerts";

webhook_client_options client_options(const receiver_settings& settings, name_resolver resolve) {
  webhook_client_options options;
  options.target = parse_webhook_url(settings.url);
  options.ca_file = settings.ca_file;
  options.timeout = std::chrono::ceil<std::chrono::milliseconds>(settings.timeout);
  options.allow_private_targets = settings.allow_private_targets || settings.type == receiver_type::alertmanager;
  options.resolve = std::move(resolve);
  if (settings.type == receiver_type::alertmanager) {
    if (!options.target.path.ends_with('/')) options.target.path += '/';
    options.target.path += alertmanager_path;
  }
  return options;
}

/// Read anew. Throws network_failure that shows nothing of it.
std::string authorization_of(const receiver_settings& settings) {
  if (settings.authorization_file.empty() && settings.authorization_env.empty()) return {};
  auto value = read_secret("authorization-file", settings.authorization_file, settings.authorization_env);
  // Anything else could end the header, and begin another.
  if (std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; })) return value;
  wipe(value);
  throw network_failure("the value of Authorization is not one line of printable ASCII");
}

} // namespace

alert_receiver::alert_receiver(const receiver_settings& settings, std::unique_ptr<alert_notices> notices,
                               std::shared_ptr<const wall_clock> clock, std::uint64_t seed, name_resolver resolve)
    : settings_{settings},
      clock_{std::move(clock)},
      place_{parse_webhook_url(settings.url).base.http_text()},
      client_{client_options(settings, std::move(resolve)), *clock_},
      notices_{std::move(notices)},
      pace_{seed},
      thread_{start_quiet_thread("alerting", [this] { run(); })} {}

alert_receiver::~alert_receiver() { stop(); }

void alert_receiver::stop() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_one();
  client_.give_up();
  thread_.join();
}

bool alert_receiver::wants(const std::string& tenant) const {
  return settings_.tenants.empty() || std::ranges::count(settings_.tenants, tenant) > 0;
}

template <class Change>
void alert_receiver::change(Change what) {
  {
    std::lock_guard lock{mutex_};
    what(*notices_, now());
  }
  changed_.notify_one();
}

void alert_receiver::begin(const std::string& tenant) {
  change([&](alert_notices& notices, const moment& at) { notices.begin(tenant, at); });
}

void alert_receiver::take(const std::string& tenant, const alert_status& alert) {
  change([&](alert_notices& notices, const moment& at) { notices.take(tenant, alert, at); });
}

void alert_receiver::silence(const std::string& tenant, kind_set kinds) {
  change([&](alert_notices& notices, const moment& at) { notices.silence(tenant, std::move(kinds), at); });
}

void alert_receiver::take_over(alert_receiver& before) {
  std::lock_guard lock{before.mutex_};
  change([&](alert_notices& notices, const moment&) {
    notices.take_over(*before.notices_, [this](const std::string& tenant) { return wants(tenant); });
  });
}

receiver_figures alert_receiver::figures() const {
  std::lock_guard lock{mutex_};
  auto figures = figures_;
  figures.receiver = settings_.name;
  figures.dropped = notices_->dropped();
  return figures;
}

moment alert_receiver::now() const { return {std::chrono::steady_clock::now().time_since_epoch(), clock_->now()}; }

void alert_receiver::run() {
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    auto at = now();
    auto request = at.running < pace_.not_before() ? std::nullopt : notices_->next(at);
    if (request)
      send(lock, *request);
    else
      wait(lock);
  }
}

/// Until something may have to be sent.
void alert_receiver::wait(std::unique_lock<std::mutex>& lock) {
  auto due = notices_->due();
  if (!due) return changed_.wait(lock);
  auto until = std::max(*due, pace_.not_before());
  changed_.wait_until(lock, std::chrono::steady_clock::time_point{until});
}

void alert_receiver::send(std::unique_lock<std::mutex>& lock, const notice_request& request) {
  lock.unlock();
  auto verdict = post(request);
  lock.lock();
  auto at = now();
  notices_->answered(verdict.outcome, at);
  if (verdict.outcome == receipt::deferred) {
    ++figures_.failed;
    if (pace_.failed(verdict.retry_after, at.running) && !stopping_)
      spdlog::warn("alerting {}: cannot post to {}: {}; it is tried again", settings_.name, place_, verdict.clause);
    return;
  }
  if (auto failures = pace_.succeeded(); failures > 0)
    spdlog::info("alerting {}: {} answers again, after {} failed attempts", settings_.name, place_, failures);
  if (verdict.outcome == receipt::accepted) {
    figures_.delivered += request.notices;
    reported_ = {};
    return;
  }
  figures_.refused += request.notices;
  if (std::exchange(reported_, verdict.clause) != verdict.clause)
    spdlog::error("alerting {}: {} refuses what it is told: {}", settings_.name, place_, verdict.clause);
}

answer_verdict alert_receiver::post(const notice_request& notice) {
  http_answer answer;
  try {
    webhook_request request;
    request.id = notice.id;
    request.timestamp =
        std::to_string(std::chrono::floor<std::chrono::seconds>(clock_->now()).time_since_epoch().count());
    request.body = notice.body;
    sign(request, settings_.secret_file, settings_.secret_env);
    request.authorization = authorization_of(settings_);
    answer = client_.post(request);
    wipe(request.authorization);
  } catch (const std::exception& failure) { // no secret to be had, or no memory: neither is the receiver's refusal
    answer = {};
    answer.failure = failure.what();
  }
  return judge_answer(answer);
}

} // namespace floorwalker
