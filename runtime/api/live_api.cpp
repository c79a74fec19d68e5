#include "runtime/api/live_api.hpp"

#include "runtime/api/api_documents.hpp"
#include "runtime/api/board_answers.hpp"
#include "runtime/api/figures_answers.hpp"
#include "runtime/api/figures_reading.hpp"
#include "runtime/api/history_reading.hpp"
#include "runtime/api/live_stream.hpp"
#include "runtime/api/local_days.hpp"
#include "runtime/api/prometheus_text.hpp"
#include "runtime/api/reload_answer.hpp"
#include "runtime/api/tenant_board.hpp"
#include "runtime/configuration/civil_clock.hpp"
#include "runtime/http/http_thread_door.hpp"
#include "runtime/network/network_threads.hpp"

#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace floorwalker {
namespace {

constexpr std::chrono::seconds tick{1};
constexpr unsigned ticks_a_beat = 15;
/// Questions for the figures of a floor within this time get the same ones.
constexpr std::chrono::seconds figures_shared{1};
/// Further live clients of one tenant get a 503. The server's limit of connections is lower, as a rule.
constexpr std::size_t clients_max = 10'000;

civil_calendar calendar_of(const tenant_settings& settings) {
  std::string problem;
  auto calendar = local_days(settings.time_zone, problem);
  if (!problem.empty())
    spdlog::error("tenant {}: the time zone {} can't be read, so days are those of UTC: {}", settings.name,
                  settings.time_zone, problem);
  return calendar;
}

/// One tenant as it is shown, and who looks at it.
struct shown_tenant {
  shown_tenant(const tenant_settings& settings, const stream_surroundings& around)
      : board{settings}, stream{board, around}, counted_by{settings.time_zone, settings.figures, settings.transitions} {
    figures = std::make_shared<figures_reading>(settings, calendar_of(settings), around);
  }

  /// After a reload. Where figures are to be counted by another rule, they are counted anew from the trail.
  void adopt(const tenant_settings& settings, const stream_surroundings& around) {
    board.adopt(settings);
    counting rule{settings.time_zone, settings.figures, settings.transitions};
    if (rule == counted_by) return;
    counted_by = std::move(rule);
    floor.reset();
    figures = std::make_shared<figures_reading>(settings, calendar_of(settings), around);
    if (!board.begun()) return;
    live_update beginning;
    beginning.begins = live_beginning{board.trail(), board.epochs()};
    beginning.epoch = board.epoch();
    beginning.sequence = board.sequence();
    figures->follow(beginning);
  }

  struct counting {
    std::string time_zone;
    figures_settings settings;
    state_matrix matrix; ///< whose states have names of their own
    friend bool operator==(const counting&, const counting&) = default;
  };

  tenant_board board;
  live_stream stream;
  counting counted_by;
  std::shared_ptr<figures_reading> figures;
  std::optional<floor_figures> floor; ///< as of the last question
};

} // namespace

/// Everything here happens on the API's thread, but for run(), take() and the handlers, which lead there.
class live_api::service : public std::enable_shared_from_this<live_api::service> {
public:
  service(const std::vector<tenant_settings>& tenants, std::shared_ptr<const wall_clock> clock)
      : clock_{std::move(clock)}, door_{std::make_shared<http_thread_door>(threads_.context())} {
    // The way to the thread, for readers that may call after all is over.
    around_ = {[door = door_](std::function<void()> task) { run(door, std::move(task)); },
               [watch = clock_] { return watch->now(); }};
    show_tenants(tenants);
  }

  void set_tenants(std::vector<tenant_settings> tenants) {
    post([this, tenants = std::move(tenants)] { show_tenants(tenants); });
  }

  void start() {
    post([this] { wait(); });
  }

  void take(live_update_ptr update) {
    post([this, update = std::move(update)] { show(*update); });
  }

  void set_sources(api_sources sources) {
    post([this, sources = std::move(sources)]() mutable { sources_ = std::move(sources); });
  }

  void drain() {
    post([this] { drains_ = true; });
  }

  void stop() {
    post([this] {
      stopped_ = true;
      timer_.cancel();
      for (auto& [name, tenant] : tenants_) tenant->stream.close();
      sources_ = {};
    });
    door_->shut();
    threads_.stop(std::chrono::seconds{1});
  }

  void add_routes(http_routes& routes) {
    using role = caller_role;
    auto at_board = [&](std::string_view pattern, const query_names& takes, auto answer) {
      add(routes, "GET", pattern, role::viewer, takes, [answer](service& me, const served_request& request) {
        auto tenant = me.tenant_of(request);
        return tenant ? answer(tenant->board, request) : unknown_tenant_answer();
      });
    };
    auto at_all = [&](std::string_view pattern, role least, const query_names& takes, auto answer) {
      add(routes, "GET", pattern, least, takes,
          [answer](service& me, const served_request& request) { return answer(me, request); });
    };
    // Probes and scrapers ask in ways of their own, so their addresses take any query.
    constexpr auto any_query = std::nullopt;
    at_all("/api/v1/tenants", role::viewer, no_query,
           [](service& me, const served_request& r) { return tenants_answer(me.boards_, r.caller); });
    at_all("/api/v1/metrics", role::viewer, no_query,
           [](service& me, const served_request& r) { return all_metrics_answer(me.boards_, r.caller); });
    at_all("/health/ready", role::nobody, any_query,
           [](service& me, const served_request&) { return ready_answer(me.boards_, me.drains_); });
    at_all("/health/live", role::nobody, any_query, [](service&, const served_request&) { return live_answer(); });
    at_board("/api/v1/tenants/{tenant}/agents", {{"state", "team", "limit", "cursor"}}, agents_answer);
    add(routes, "GET", "/api/v1/tenants/{tenant}/agents/{id}", role::viewer, no_query,
        [](service& me, const served_request& request) { return me.agent(request); });
    add(routes, "GET", "/api/v1/tenants/{tenant}/figures", role::viewer, {{"team"}},
        [](service& me, const served_request& request) { return me.floor(request); });
    at_board("/api/v1/tenants/{tenant}/metrics", no_query,
             [](const tenant_board& board, const served_request&) { return tenant_metrics_answer(board); });
    at_board("/api/v1/tenants/{tenant}/alerts", {{"state"}}, alerts_answer);
    at_board("/api/v1/tenants/{tenant}/silences", no_query,
             [](const tenant_board& board, const served_request&) { return silences_answer(board); });
    add(routes, "POST", "/api/v1/tenants/{tenant}/silences", role::administrator, no_query,
        [](service& me, const served_request& request) { return me.add_silence(request); });
    add(routes, "DELETE", "/api/v1/tenants/{tenant}/silences/{id}", role::administrator, no_query,
        [](service& me, const served_request& request) { return me.remove_silence(request); });
    add_exchange(routes, "GET", "/api/v1/tenants/{tenant}/agents/{id}/history", role::auditor,
                 {{"from", "to", "limit", "cursor"}}, &service::history);
    add_exchange(routes, "GET", "/api/v1/stream", role::viewer,
                 {{"tenant", "team", "agent", "types", "trace", "mode", "lastEventId"}}, &service::stream);
    add_exchange(routes, "GET", "/metrics", role::viewer, any_query, &service::prometheus);
    add_exchange(routes, "POST", "/api/v1/reload", role::administrator, no_query, &service::reload);
    add_document(routes, "/api/v1/openapi.json", openapi_document);
    add_document(routes, "/api/v1/asyncapi.json", asyncapi_document);
  }

private:
  using door_ptr = std::shared_ptr<http_thread_door>;
  using shown_tenant_ptr = std::shared_ptr<shown_tenant>;

  void show_tenants(const std::vector<tenant_settings>& tenants) {
    auto before = std::exchange(tenants_, {});
    boards_.clear();
    for (const auto& settings : tenants) {
      auto known = before.extract(settings.name);
      auto shown = known ? std::move(known.mapped()) : std::make_shared<shown_tenant>(settings, around_);
      shown->adopt(settings, around_);
      boards_.push_back(&shown->board);
      tenants_.emplace(settings.name, std::move(shown));
    }
    for (auto& [name, gone] : before) gone->stream.close();
  }

  /// A task that fails ends itself alone. An exchange that it held is answered with 500 by its end.
  static void run(const door_ptr& door, std::function<void()> task) {
    door->post([task = std::move(task)] {
      try {
        task();
      } catch (const std::exception& failure) {
        spdlog::error("live API: {}", failure.what());
      }
    });
  }

  template <class Task>
  void post(Task task) {
    run(door_, [me = weak_from_this(), task = std::move(task)]() mutable {
      if (auto alive = me.lock()) task();
    });
  }

  template <class Answer>
  void add(http_routes& routes, const std::string& method, std::string_view pattern, caller_role least,
           const query_names& takes, Answer answer) {
    add_exchange(routes, method, pattern, least, takes,
                 [answer](service& me, const served_request& request, const http_exchange_ptr& exchange) {
                   exchange->respond(answer(me, request));
                 });
  }

  template <class Handle>
  void add_exchange(http_routes& routes, const std::string& method, std::string_view pattern, caller_role least,
                    const query_names& takes, Handle handle) {
    auto handler = [me = weak_from_this(), handle](served_request request, http_exchange_ptr exchange) {
      auto alive = me.lock();
      if (!alive) return;
      alive->post([service = alive.get(), handle, request = std::move(request), exchange = std::move(exchange)] {
        std::invoke(handle, *service, request, exchange);
      });
    };
    routes.add(method, pattern, least, std::move(handler), takes);
  }

  static void add_document(http_routes& routes, std::string_view pattern, std::string_view text) {
    auto document = tagged_json_answer(std::string{text});
    document.cache_control = "no-cache"; // there is no secret in it
    auto handler = [document](const served_request&, const http_exchange_ptr& exchange) {
      exchange->respond(document);
    };
    routes.add("GET", pattern, caller_role::nobody, std::move(handler), no_query);
  }

  shown_tenant_ptr tenant_named(std::string_view name) {
    auto found = tenants_.find(name);
    return found == tenants_.end() ? nullptr : found->second;
  }
  shown_tenant_ptr tenant_of(const served_request& request) { return tenant_named(request.capture("tenant")); }

  void show(const live_update& update) {
    auto tenant = tenant_named(*update.tenant);
    if (!tenant || stopped_) return;
    auto before = tenant->board.sequence();
    const auto& changes = tenant->board.apply(update);
    tenant->stream.tell(update, changes, before);
    tenant->figures->follow(update);
  }

  void wait() {
    timer_.expires_after(tick);
    timer_.async_wait([me = weak_from_this()](const boost::system::error_code& error) {
      auto alive = me.lock();
      if (!alive || error || alive->stopped_) return;
      alive->beat();
      alive->wait();
    });
  }

  void beat() {
    auto all = ++ticks_ % ticks_a_beat == 0;
    auto now = clock_->now();
    for (auto& [name, tenant] : tenants_) {
      tenant->figures->beat();
      if (tenant->board.silences().expire(now)) show_silences(*tenant);
      if (all)
        tenant->stream.beat();
      else
        tenant->stream.beat_waiting();
    }
  }

  served_answer agent(const served_request& request) {
    auto tenant = tenant_of(request);
    if (!tenant) return unknown_tenant_answer();
    return agent_answer(tenant->board, tenant->figures->counted(), request.capture("id"), clock_->now());
  }

  served_answer floor(const served_request& request) {
    auto tenant = tenant_of(request);
    if (!tenant) return unknown_tenant_answer();
    const auto* figures = tenant->figures->counted();
    if (!figures) return figures_not_counted_answer();
    auto now = clock_->now();
    if (!tenant->floor || now >= tenant->floor->at + figures_shared || now < tenant->floor->at)
      tenant->floor = figures_of_floor(tenant->board, *figures, now);
    return floor_figures_answer(tenant->board, *figures, *tenant->floor, request);
  }

  void show_silences(shown_tenant& tenant) {
    tenant.stream.tell_alerts(tenant.board.mark_silences());
    if (sources_.silenced) sources_.silenced(tenant.board.name(), tenant.board.silences().kinds());
  }

  served_answer add_silence(const served_request& request) {
    auto tenant = tenant_of(request);
    if (!tenant) return unknown_tenant_answer();
    auto wish = silence_wish_of(request);
    if (auto* refusal = std::get_if<served_answer>(&wish)) return std::move(*refusal);
    const auto& asked = std::get<silence_wish>(wish);
    const auto* added = tenant->board.silences().add(asked, request.caller.name, clock_->now());
    if (!added) return problem_answer(409, "Too many silences", "Remove one before you add another.");
    spdlog::info("alerts: {} at {} silences {} of tenant {} for {} min", request.caller.name, request.peer, asked.kind,
                 tenant->board.name(), asked.length.count());
    auto answer = json_answer(to_json(*added));
    answer.status = 201;
    show_silences(*tenant);
    return answer;
  }

  served_answer remove_silence(const served_request& request) {
    auto tenant = tenant_of(request);
    if (!tenant) return unknown_tenant_answer();
    if (!tenant->board.silences().remove(request.capture("id")))
      return problem_answer(404, "No such silence", "It was removed, or its time is over.");
    spdlog::info("alerts: {} at {} ends silence {} of tenant {}", request.caller.name, request.peer,
                 request.capture("id"), tenant->board.name());
    show_silences(*tenant);
    return empty_answer();
  }

  void history(const served_request& request, const http_exchange_ptr& exchange) {
    auto tenant = tenant_of(request);
    if (!tenant) return exchange->respond(unknown_tenant_answer());
    const auto& board = tenant->board;
    if (!board.begun())
      return exchange->respond(problem_answer(503, "Trail not readable", "The audit trail is not open."));
    auto wish = history_wish_of(request, civil_clock{board.time_zone()}, board.sequence());
    if (auto* refusal = std::get_if<served_answer>(&wish)) return exchange->respond(std::move(*refusal));
    spdlog::info("audit access: {} at {} reads the history of agent {} of tenant {}", request.caller.name, request.peer,
                 request.capture("id"), board.name());
    std::make_shared<history_reading>(std::get<history_wish>(std::move(wish)), board.trail(), board.sequence(), around_,
                                      exchange)
        ->start();
  }

  /// The tenant may be left out by whoever sees one only.
  shown_tenant_ptr tenant_to_stream(const served_request& request) {
    if (auto name = request.parameter("tenant")) return request.caller.sees(*name) ? tenant_named(*name) : nullptr;
    auto seen = tenants_seen_by(request.caller);
    return seen.size() == 1 ? tenant_named(seen.front()) : nullptr;
  }

  std::vector<std::string_view> tenants_seen_by(const http_caller& caller) const {
    std::vector<std::string_view> seen;
    for (const auto& [name, tenant] : tenants_)
      if (caller.sees(name)) seen.push_back(name);
    return seen;
  }

  void stream(const served_request& request, const http_exchange_ptr& exchange) {
    if (stopped_ || drains_) {
      auto answer = problem_answer(503, "Stopping", "This process is about to end.");
      answer.headers.emplace_back("Retry-After", "2");
      return exchange->respond(std::move(answer));
    }
    auto tenant = tenant_to_stream(request);
    if (auto seen = tenants_seen_by(request.caller); !tenant && !request.parameter("tenant") && !seen.empty())
      return exchange->respond(bad_query(fmt::format("tenant has to name one of {}.", fmt::join(seen, ", "))));
    if (!tenant) return exchange->respond(unknown_tenant_answer());
    auto wish = wish_of(request);
    if (auto* refusal = std::get_if<served_answer>(&wish)) return exchange->respond(std::move(*refusal));
    if (tenant->stream.clients() >= clients_max)
      return exchange->respond(problem_answer(503, "Too many clients", "No more live clients fit. Try again later."));
    auto around = around_;
    around.keeps = tenant;
    auto client =
        std::make_shared<stream_client>(tenant->board, std::get<stream_wish>(std::move(wish)), std::move(around));
    stream_events events;
    events.room = [post = around_.post, of = std::weak_ptr{client}] {
      post([of] {
        if (auto one = of.lock()) one->room();
      });
    };
    events.gone = [me = weak_from_this(), from = std::weak_ptr{tenant}, of = std::weak_ptr{client}] {
      auto alive = me.lock();
      if (!alive) return;
      alive->post([from, of] {
        auto shown = from.lock();
        if (auto one = of.lock(); one && shown) shown->stream.remove(one);
      });
    };
    client->attach(exchange->open_stream({}, std::move(events)));
    tenant->stream.add(client);
  }

  void reload(const served_request& request, const http_exchange_ptr& exchange) {
    // Whoever sends a configuration is not to believe that it is obeyed.
    if (!request.body.empty() && request.body != "{}")
      return exchange->respond(
          problem_answer(400, "Bad request", "No body is taken here: the engine reads its own configuration again."));
    if (!sources_.reload || drains_) return exchange->respond(reload_answer({.end = reload_end::stopping}));
    spdlog::info("reload: {} at {} asks for it", request.caller.name, request.peer);
    sources_.reload([exchange](const reload_outcome& outcome) { exchange->respond(reload_answer(outcome)); });
  }

  void prometheus(const served_request& request, const http_exchange_ptr& exchange) {
    auto respond = [caller = request.caller, exchange](service& me, const std::vector<sink_progress>& sinks) {
      board_list seen;
      for (const auto* board : me.boards_)
        if (caller.sees(board->name())) seen.push_back(board);
      std::optional<sync_times::reading> syncs;
      if (me.sources_.syncs) syncs = me.sources_.syncs->read();
      std::vector<receiver_figures> receivers;
      if (me.sources_.receivers && caller.all_tenants) receivers = me.sources_.receivers();
      auto text = prometheus_text(seen, caller.all_tenants ? sinks : std::vector<sink_progress>{}, syncs, receivers);
      if (me.sources_.framework_metrics) text += me.sources_.framework_metrics();
      exchange->respond(text_answer(std::string{prometheus_content_type}, std::move(text)));
    };
    if (!sources_.sinks) return respond(*this, {});
    sources_.sinks([me = weak_from_this(), respond](std::vector<sink_progress> sinks) {
      auto alive = me.lock();
      if (!alive) return;
      alive->post([service = alive.get(), respond, sinks = std::move(sinks)] { respond(*service, sinks); });
    });
  }

  std::shared_ptr<const wall_clock> clock_;
  network_threads threads_;
  door_ptr door_;
  boost::asio::steady_timer timer_{threads_.context()};
  stream_surroundings around_;
  api_sources sources_;
  std::map<std::string, shown_tenant_ptr, std::less<>> tenants_;
  board_list boards_;
  unsigned ticks_ = 0;
  bool drains_ = false;
  bool stopped_ = false;
};

live_api::live_api(const std::vector<tenant_settings>& tenants, std::shared_ptr<const wall_clock> clock)
    : service_{std::make_shared<service>(tenants, std::move(clock))} {
  for (const auto& settings : tenants) names_.push_back(settings.name);
  service_->start();
}

live_api::~live_api() { stop(); }

void live_api::take(live_update_ptr update) { service_->take(std::move(update)); }
void live_api::set_sources(api_sources sources) { service_->set_sources(std::move(sources)); }
void live_api::add_routes(http_routes& routes) { service_->add_routes(routes); }

std::vector<std::string> live_api::tenant_names() const {
  std::lock_guard lock{names_mutex_};
  return names_;
}

void live_api::set_tenants(std::vector<tenant_settings> tenants) {
  {
    std::lock_guard lock{names_mutex_};
    names_.clear();
    for (const auto& settings : tenants) names_.push_back(settings.name);
  }
  service_->set_tenants(std::move(tenants));
}
void live_api::drain() { service_->drain(); }
void live_api::stop() { service_->stop(); }

} // namespace floorwalker
