#include "actors/auth/auth.hpp"

#include "actors/auth/token_rules.hpp"
#include "actors/supervision/backoff.hpp"
#include "actors/supervision/fault_containment.hpp"
#include "actors/supervision/timers.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <spdlog/spdlog.h>

namespace floorwalker {
namespace {

enum class auth_timer : std::uint8_t { request, deadline };

class auth_state {
public:
  static inline constexpr const char* name = "auth";

  auth_state(auth_actor::pointer self, const tenant_settings& settings, std::shared_ptr<token_endpoint> endpoint,
             auth_peers peers, std::uint64_t seed)
      : self_(self),
        tenant_(settings.name),
        endpoint_(std::move(endpoint)),
        peers_(std::move(peers)),
        terms_{settings.scope, std::chrono::ceil<std::chrono::seconds>(settings.renewal.unstated_life)},
        course_(settings.renewal, settings.reconnect),
        chance_(seed) {}

  auth_actor::behavior_type make_behavior() {
    contain_faults(*self_);
    request();
    return {
        [this](const token_answered& answered) {
          if (answered.number == request_) take(wire::judge_token_answer(answered.answer, terms_));
        },
        [this](const token_refused& refused) {
          if (auto delay = course_.refused(refused.token, self_->clock().now())) {
            spdlog::info("tenant {}: the gateway refused the token; renewing it", tenant_);
            request_in(*delay);
          }
        },
        [this](const timer_fired& timer) {
          if (timer.purpose == static_cast<std::uint8_t>(auth_timer::request)) {
            if (timer.number == next_request_.number()) request();
          } else if (timer.number == request_) {
            take(wire::token_unavailable{"the token endpoint gave no answer", {}});
          }
        },
        [this](const stop_command&) { self_->quit(); },
    };
  }

private:
  void request() {
    course_.requested(self_->clock().now());
    endpoint_->request_token(++request_, auth_actor{self_});
    send_timer(*self_, token_answer_deadline, timer_fired{static_cast<std::uint8_t>(auth_timer::deadline), request_});
  }

  void request_in(std::chrono::nanoseconds delay) {
    send_timer(*self_, delay, next_request_.start(static_cast<std::uint8_t>(auth_timer::request)));
  }

  void take(wire::token_verdict verdict) {
    ++request_; // whatever else is said of this request comes too late
    auto step = course_.answered(std::move(verdict), self_->clock().now(), chance_.next());
    if (step.granted) {
      self_->send(peers_.tenant, access_token_ptr{std::make_shared<const access_token>(
                                     std::move(step.granted->access_token), course_.number())});
      spdlog::debug("tenant {}: token {} granted for {} s", tenant_, course_.number(), step.granted->life.count());
    } else if (!step.failed && course_.failures() > 1) {
      // The first failure and the final one are told by the alert, with what to do about them.
      spdlog::warn("tenant {}: still no token: {}", tenant_, step.problem);
    }
    self_->send(peers_.tenant, renewal_report{step.problem, step.failed});
    if (step.failed) {
      self_->send(peers_.tenant, tenant_failed{failure_cause::credentials, step.problem});
      return;
    }
    if (step.request_in) request_in(*step.request_in);
  }

  auth_actor::pointer self_;
  std::string tenant_;
  std::shared_ptr<token_endpoint> endpoint_;
  auth_peers peers_;
  wire::token_terms terms_;
  token_course course_;
  chance_source chance_;
  std::uint64_t request_ = 0;
  latest_timer next_request_;
};

} // namespace

auth_actor spawn_auth(caf::actor_system& system, const tenant_settings& settings,
                      std::shared_ptr<token_endpoint> endpoint, auth_peers peers, std::uint64_t seed) {
  return system.spawn<caf::stateful_actor<auth_state, auth_actor::impl>>(settings, std::move(endpoint),
                                                                         std::move(peers), seed);
}

} // namespace floorwalker
