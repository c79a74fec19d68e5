#include "runtime/configuration/reload_outcome.hpp"

#include "messages/json_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <utility>

namespace floorwalker {
namespace {

class json_list {
public:
  explicit json_list(std::string& out) : out_{out} { out_ += '['; }
  ~json_list() { out_ += ']'; }
  json_list(const json_list&) = delete;
  json_list& operator=(const json_list&) = delete;

  /// Before each element.
  void next() { out_ += std::exchange(comma_, ","); }

private:
  std::string& out_;
  const char* comma_ = "";
};

void append_texts(std::string& out, const std::vector<std::string>& texts) {
  json_list list{out};
  for (const auto& text : texts) {
    list.next();
    append_json_string(out, text);
  }
}

void append_part(std::string& out, std::string_view part, std::string_view name, std::string_view change,
                 const std::vector<std::string>& keys) {
  out += R"({"part":)";
  append_json_string(out, part);
  if (!name.empty()) {
    out += R"(,"name":)";
    append_json_string(out, name);
  }
  out += R"(,"change":)";
  append_json_string(out, change);
  out += R"(,"keys":)";
  append_texts(out, keys);
  out += '}';
}

std::string line_of(std::string_view part, const changed_part& changed) {
  auto keys = changed.keys.empty() ? std::string{} : fmt::format(" ({})", fmt::join(changed.keys, ", "));
  switch (changed.change) {
  case part_change::added:
    return fmt::format("reload: {} {} was added", part, changed.name);
  case part_change::removed:
    return fmt::format("reload: {} {} was removed", part, changed.name);
  case part_change::rules:
    return fmt::format("reload: {} {} goes by new rules{}", part, changed.name, keys);
  case part_change::connects:
    return fmt::format("reload: {} {} connects anew{}", part, changed.name, keys);
  case part_change::restarted:
    return fmt::format("reload: {} {} was started again{}", part, changed.name,
                       keys.empty() ? ": it had failed" : keys);
  }
  return {};
}

} // namespace

std::string to_json(const reload_outcome& outcome) {
  std::string out = R"({"changed":)";
  {
    json_list list{out};
    for (const auto& tenant : outcome.difference.tenants) {
      list.next();
      append_part(out, "tenant", tenant.name, to_text(tenant.change), tenant.keys);
    }
    for (const auto& sink : outcome.difference.sinks) {
      list.next();
      append_part(out, "sink", sink.name, to_text(sink.change), sink.keys);
    }
    for (const auto& receiver : outcome.difference.receivers) {
      list.next();
      append_part(out, "receiver", receiver.name, to_text(receiver.change), receiver.keys);
    }
    if (outcome.difference.log_level) {
      list.next();
      append_part(out, "log", {}, "rules", {"level"});
    }
    for (const auto& part : outcome.read_again) {
      list.next();
      append_part(out, part, {}, "read again", {});
    }
  }
  out += R"(,"needsRestart":)";
  append_texts(out, outcome.difference.needs_restart);
  out += R"(,"notDone":)";
  append_texts(out, outcome.not_done);
  out += '}';
  return out;
}

std::string problems_json(const std::vector<configuration_problem>& problems) {
  std::string out;
  {
    json_list list{out};
    for (const auto& problem : problems) {
      list.next();
      out += R"({"where":)";
      append_json_string(out, problem.where);
      out += R"(,"what":)";
      append_json_string(out, problem.what);
      out += '}';
    }
  }
  return out;
}

std::vector<reload_line> log_lines(const reload_outcome& outcome) {
  std::vector<reload_line> lines;
  for (const auto& part : outcome.read_again) lines.push_back({false, fmt::format("reload: {} read again", part)});
  switch (outcome.end) {
  case reload_end::busy:
    lines.push_back({true, "reload: another one is under way, and this one was not begun"});
    return lines;
  case reload_end::stopping:
    lines.push_back({true, "reload: the process is about to end, and nothing is changed"});
    return lines;
  case reload_end::refused:
    for (const auto& problem : outcome.problems) lines.push_back({true, "reload: " + problem.to_line()});
    for (const auto& sentence : outcome.not_done) lines.push_back({true, "reload: " + sentence});
    lines.push_back(
        {true, fmt::format("reload: the configuration stays as it was, since {} {} wrong with the new one",
                           outcome.problems.size(), outcome.problems.size() == 1 ? "thing is" : "things are")});
    return lines;
  case reload_end::applied:
    break;
  }
  const auto& difference = outcome.difference;
  for (const auto& tenant : difference.tenants) lines.push_back({false, line_of("tenant", tenant)});
  for (const auto& sink : difference.sinks) lines.push_back({false, line_of("sink", sink)});
  for (const auto& receiver : difference.receivers) lines.push_back({false, line_of("receiver of alerts", receiver)});
  if (difference.log_level) lines.push_back({false, "reload: the log goes by its new level"});
  for (const auto& key : difference.needs_restart)
    lines.push_back({false, fmt::format("reload: {} counts with the next start of the process", key)});
  for (const auto& sentence : outcome.not_done) lines.push_back({true, "reload: " + sentence});
  lines.push_back({false, difference.empty() ? "reload: the configuration is as it was" : "reload: done"});
  return lines;
}

} // namespace floorwalker
