#include "runtime/configuration/value_check.hpp"

#include "runtime/configuration/config_text.hpp"
#include "runtime/configuration/text_forms.hpp"
#include "runtime/configuration/value_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>

namespace floorwalker {
namespace {

using list = caf::config_value::list;

std::optional<double> number_of(const key_declaration& key, const caf::config_value& value) {
  if (auto* whole = caf::get_if<std::int64_t>(&value))
    if (key.form != value_form::duration) return static_cast<double>(*whole);
  if (auto* real = caf::get_if<double>(&value); real && key.form == value_form::real) return *real;
  if (auto* time = caf::get_if<caf::timespan>(&value); time && key.form == value_form::duration)
    return static_cast<double>(time->count());
  return {};
}

std::string number_text(const key_declaration& key, double number) {
  if (key.form != value_form::duration) {
    auto whole = static_cast<std::int64_t>(number);
    return static_cast<double>(whole) == number ? fmt::format("{}", whole) : fmt::format("{}", number);
  }
  return duration_text(std::chrono::nanoseconds{static_cast<std::int64_t>(number)});
}

bool is_base_url(const url_parts& url) { return url.path.empty() || url.path == "/"; }

/// As brokers have it (org.apache.kafka.common.internals.Topic).
bool is_topic(std::string_view text) {
  constexpr std::string_view known = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return !text.empty() && text.size() <= 249 && text != "." && text != ".." &&
         text.find_first_not_of(known) == std::string_view::npos;
}

/// PostgreSQL cuts longer names off; those of the tables beside a sink's own have 8 bytes more.
bool is_sql_table(std::string_view text) {
  constexpr std::size_t name_bytes_max = 63, own_bytes_max = name_bytes_max - 8;
  auto dot = text.find('.');
  auto table = dot == std::string_view::npos ? text : text.substr(dot + 1);
  if (!is_variable_name(table) || table.size() > own_bytes_max) return false;
  auto schema = text.substr(0, dot);
  return dot == std::string_view::npos || (is_variable_name(schema) && schema.size() <= name_bytes_max);
}

/// A connection string with a password in it, in either of libpq's two forms.
bool holds_password(std::string_view connection) {
  auto lower = ascii_lower(connection);
  if (lower.find("password") != std::string::npos) return true;
  auto scheme = lower.find("://");
  auto at = lower.find('@');
  if (scheme == std::string::npos || at == std::string::npos) return false;
  return lower.find(':', scheme + 3) < at;
}

class value_checker {
public:
  value_checker(const key_declaration& key, const surroundings& around) : key_{key}, around_{around} {}

  value_verdict check(const caf::config_value& value) {
    switch (key_.form) {
    case value_form::boolean:
      if (!caf::holds_alternative<bool>(value)) unexpected("", value);
      break;
    case value_form::integer:
    case value_form::real:
    case value_form::duration:
      check_number(value);
      break;
    case value_form::texts:
    case value_form::choices:
    case value_form::addresses:
    case value_form::urls:
      check_list(value);
      break;
    case value_form::agents:
      check_agents(value);
      break;
    case value_form::matrix:
      check_matrix(value);
      break;
    case value_form::transitions:
      check_transitions(value);
      break;
    case value_form::state_limits:
      check_state_limits(value);
      break;
    default:
      check_element("", value);
    }
    return std::move(verdict_);
  }

private:
  void problem(std::string part, std::string what) { verdict_.problems.push_back({std::move(part), std::move(what)}); }

  void unexpected(std::string part, const caf::config_value& value) {
    problem(std::move(part), fmt::format("expected {}, found {}", expected_form(key_), found_text(value)));
  }

  void check_number(const caf::config_value& value) {
    auto number = number_of(key_, value);
    if (!number) return unexpected("", value);
    if (*number >= key_.low && *number <= key_.high) return;
    auto kind = key_.form == value_form::duration  ? "a duration"
                : key_.form == value_form::integer ? "a whole number"
                                                   : "a number";
    problem("", fmt::format("expected {} from {} to {}, found {}", kind, number_text(key_, key_.low),
                            number_text(key_, key_.high), value_text(value)));
  }

  /// Mostly it is the port that is missing or no port, which is worth a word.
  void check_listen_address(const std::string& part, const std::string& text) {
    if (parse_listen_address(text)) return;
    auto colon = text.ends_with(']') ? std::string::npos : text.rfind(':');
    auto names_port = colon != std::string::npos && colon + 1 < text.size();
    std::string_view why;
    if (parse_listen_address(text.substr(0, colon) + ":0"))
      why = names_port ? ", whose port is not from 0 to 65535" : ", which names no port";
    problem(part, fmt::format("expected {}, found {}{}", expected_form(key_), printable_value(text), why));
  }

  void check_list(const caf::config_value& value) {
    auto* elements = caf::get_if<list>(&value);
    if (!elements || elements->empty()) return unexpected("", value);
    for (std::size_t i = 0; i < elements->size(); ++i) check_element(fmt::format("[{}]", i), (*elements)[i]);
  }

  void check_element(const std::string& part, const caf::config_value& value) {
    auto* text = caf::get_if<std::string>(&value);
    if (!text) return unexpected(part, value);
    switch (key_.form) {
    case value_form::file:
    case value_form::secret_file:
      return check_file(part, *text);
    case value_form::secret_variable:
      return check_variable(part, *text);
    case value_form::url:
    case value_form::urls:
    case value_form::base_url:
      return check_url(part, *text);
    case value_form::proxy:
      return check_proxy(part, *text);
    case value_form::listen_address:
      return check_listen_address(part, *text);
    case value_form::connection:
      if (holds_password(*text))
        return problem(part, "a password never stands in the file: leave it out and name its source with password-env "
                             "or password-file");
      break;
    default:
      break;
    }
    if (!has_form(*text)) unexpected(part, value);
  }

  bool has_form(const std::string& text) const {
    switch (key_.form) {
    case value_form::name:
      return is_name(text);
    case value_form::choice:
    case value_form::choices:
      return std::find(key_.words.begin(), key_.words.end(), text) != key_.words.end();
    case value_form::address:
    case value_form::addresses:
      return parse_host_and_port(text).has_value();
    case value_form::request_path:
      return text.starts_with('/') && text.find_first_of(" \t\r\n?#") == std::string::npos;
    case value_form::header_text:
      return is_header_text(text);
    case value_form::scope:
      return is_oauth_scope(text);
    case value_form::region:
      return is_region(text);
    case value_form::time_zone:
      return text == "UTC" || (!text.empty() && text.front() != '/' && text.find("..") == std::string::npos &&
                               around_.knows_time_zone(text));
    case value_form::topic:
      return is_topic(text);
    case value_form::table:
      return is_sql_table(text);
    default:
      return !text.empty() && text.find('\0') == std::string::npos;
    }
  }

  void check_file(const std::string& part, const std::string& path) {
    if (path.empty()) return problem(part, "expected the path of a file, found \"\"");
    auto condition = around_.inspect_file(path);
    if (!condition.error.empty())
      return problem(part, fmt::format("cannot read {}: {}", printable_value(path), condition.error));
    if (condition.empty) return problem(part, fmt::format("the file {} is empty", printable_value(path)));
    if (key_.form == value_form::secret_file && condition.others_may_read)
      verdict_.warnings.push_back(
          {part, fmt::format("every user of this machine may read {}: take the right away (chmod o-r)", path)});
  }

  void check_variable(const std::string& part, const std::string& name) {
    // What stands here by mistake is often the secret itself, so only what is surely a name is repeated.
    if (!is_variable_name(name))
      return problem(part, "expected the name of an environment variable (letters, digits, underscores); what was "
                           "found is not shown, for it may be the secret itself");
    auto value = around_.environment(name);
    if (value && !value->empty()) return;
    bool surely_a_name = name == ascii_upper(name) && name.find('_') != std::string::npos;
    auto shown = surely_a_name ? "the environment variable " + name : "the environment variable that is named here";
    problem(part, fmt::format("{} is {}", shown, value ? "empty" : "not set"));
  }

  static std::string ascii_upper(std::string text) {
    for (char& c : text)
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
  }

  void check_url(const std::string& part, const std::string& text) {
    auto url = parse_url(text);
    if (url && url->user_info)
      return problem(part, "a user name or password never stands in a URL (its text is not shown)");
    bool based = key_.form != value_form::url;
    if (!url || (based && !is_base_url(*url))) return unexpected(part, caf::config_value{text});
    if (url->scheme == "http" && !is_loopback_host(url->host))
      problem(part, fmt::format("http:// is for loopback addresses only: expected https://, found {}",
                                printable_value(text)));
  }

  void check_proxy(const std::string& part, const std::string& text) {
    if (text.empty()) return;
    auto url = parse_url(text);
    if (url && url->user_info) return problem(part, "a proxy with a user name or password is not supported");
    if (!url || url->scheme != "http" || !url->port || !is_base_url(*url)) unexpected(part, caf::config_value{text});
  }

  void check_agents(const caf::config_value& value) {
    if (auto* text = caf::get_if<std::string>(&value); text && *text == "all") return;
    auto* ids = caf::get_if<list>(&value);
    if (!ids || ids->empty()) return unexpected("", value);
    std::map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i < ids->size(); ++i) {
      auto part = fmt::format("[{}]", i);
      auto* id = caf::get_if<std::string>(&(*ids)[i]);
      if (!id || !is_agent_id(*id)) {
        problem(part,
                fmt::format("expected an agent id (8-4-4-4-12 hexadecimal digits), found {}", found_text((*ids)[i])));
        continue;
      }
      auto [first, is_new] = seen.emplace(ascii_lower(*id), i);
      if (!is_new)
        problem(part, fmt::format("agent {} stands in the list twice, at [{}] and at [{}]", *id, first->second, i));
    }
  }

  bool check_state(const std::string& part, const caf::config_value& value) {
    auto* state = caf::get_if<std::string>(&value);
    if (state && is_state_name(*state)) return true;
    problem(part, fmt::format("expected a state (1 to 128 bytes of UTF-8 text), found {}", found_text(value)));
    return false;
  }

  void check_matrix(const caf::config_value& value) {
    auto* rows = caf::get_if<caf::settings>(&value);
    if (!rows || rows->empty()) return unexpected("", value);
    for (auto& [key, targets] : *rows) {
      std::string state{key.begin(), key.end()};
      auto part = fmt::format(".{}", join_path("", state));
      check_state(part, caf::config_value{state});
      auto* states = caf::get_if<list>(&targets);
      if (!states) {
        problem(part, fmt::format("expected a list of the states that may follow, found {}", found_text(targets)));
        continue;
      }
      for (std::size_t i = 0; i < states->size(); ++i) check_state(fmt::format("{}[{}]", part, i), (*states)[i]);
    }
  }

  void check_transitions(const caf::config_value& value) {
    auto* pairs = caf::get_if<list>(&value);
    if (!pairs || pairs->empty()) return unexpected("", value);
    for (std::size_t i = 0; i < pairs->size(); ++i) {
      auto part = fmt::format("[{}]", i);
      auto* pair = caf::get_if<list>(&(*pairs)[i]);
      if (!pair || pair->size() != 2) {
        problem(part, fmt::format("expected a pair of states such as [\"After Call\", \"Available\"], found {}",
                                  found_text((*pairs)[i])));
        continue;
      }
      for (std::size_t k = 0; k < 2; ++k) check_state(fmt::format("{}[{}]", part, k), (*pair)[k]);
    }
  }

  void check_state_limits(const caf::config_value& value) {
    auto* limits = caf::get_if<list>(&value);
    if (!limits || limits->empty()) return unexpected("", value);
    for (std::size_t i = 0; i < limits->size(); ++i) {
      auto part = fmt::format("[{}]", i);
      auto* limit = caf::get_if<list>(&(*limits)[i]);
      if (!limit || limit->size() < 2 || limit->size() > 3) {
        problem(part, fmt::format("expected a state and a duration such as [\"break\", 30min], perhaps with a reason "
                                  "between, found {}",
                                  found_text((*limits)[i])));
        continue;
      }
      check_state(fmt::format("{}[0]", part), limit->front());
      if (auto* reason = caf::get_if<std::string>(&(*limit)[1]); limit->size() == 3 && (!reason || reason->empty()))
        problem(fmt::format("{}[1]", part),
                fmt::format("expected a reason in quotes, found {}", found_text((*limit)[1])));
      auto* longest = caf::get_if<caf::timespan>(&limit->back());
      auto length = longest ? static_cast<double>(longest->count()) : -1;
      if (length < key_.low || length > key_.high)
        problem(fmt::format("{}[{}]", part, limit->size() - 1),
                fmt::format("expected a duration from {} to {}, found {}", duration_text(nanoseconds_of(key_.low)),
                            duration_text(nanoseconds_of(key_.high)), found_text(limit->back())));
    }
  }

  static std::chrono::nanoseconds nanoseconds_of(double number) {
    return std::chrono::nanoseconds{static_cast<std::int64_t>(number)};
  }

  const key_declaration& key_;
  const surroundings& around_;
  value_verdict verdict_;
};

} // namespace

value_verdict check_value(const key_declaration& key, const caf::config_value& value, const surroundings& around) {
  return value_checker{key, around}.check(value);
}

std::string expected_form(const key_declaration& key) {
  switch (key.form) {
  case value_form::text:
  case value_form::path:
    return fmt::format("text in quotes such as {}", key.example);
  case value_form::name:
    return "a name of 1 to 64 letters, digits, dots, underscores and hyphens in quotes";
  case value_form::choice:
    return fmt::format("one of \"{}\"", fmt::join(key.words, "\", \""));
  case value_form::boolean:
    return "true or false";
  case value_form::integer:
    return fmt::format("a whole number such as {}", key.example);
  case value_form::real:
    return fmt::format("a number such as {}", key.example);
  case value_form::duration:
    return fmt::format("a duration such as {}", key.example);
  case value_form::texts:
    return fmt::format("a list of texts such as {}", key.example);
  case value_form::choices:
    return fmt::format("a list of \"{}\"", fmt::join(key.words, "\", \""));
  case value_form::address:
  case value_form::listen_address:
    return fmt::format("host:port in quotes such as {}", key.example);
  case value_form::addresses:
    return fmt::format("a list of host:port such as {}", key.example);
  case value_form::url:
    return fmt::format("a URL in quotes such as {}", key.example);
  case value_form::base_url:
    return fmt::format("a URL without a path such as {}", key.example);
  case value_form::urls:
    return fmt::format("a list of URLs without a path such as {}", key.example);
  case value_form::proxy:
    return fmt::format("http://host:port such as {}, or \"\" for none", key.example);
  case value_form::request_path:
    return fmt::format("a path that begins with / and has no query such as {}", key.example);
  case value_form::header_text:
    return fmt::format("1 to 200 printable ASCII characters in quotes such as {}", key.example);
  case value_form::scope:
    return fmt::format("one scope in quotes such as {}", key.example);
  case value_form::file:
    return fmt::format("the path of a readable file such as {}", key.example);
  case value_form::secret_file:
    return fmt::format("the path of a readable file such as {}", key.example);
  case value_form::secret_variable:
    return "the name of an environment variable that is set";
  case value_form::region:
    return "a region in quotes such as \"us-1\"";
  case value_form::time_zone:
    return "an IANA time zone in quotes such as \"Europe/Berlin\"";
  case value_form::agents:
    return "a list of agent ids that is not empty, or \"all\"";
  case value_form::matrix:
    return fmt::format("a block that is not empty such as {}", key.example);
  case value_form::transitions:
    return fmt::format("a list of pairs of states such as {}", key.example);
  case value_form::state_limits:
    return fmt::format("a list of states, reasons where wanted, and durations such as {}", key.example);
  case value_form::connection:
    return fmt::format("a connection string in quotes such as {}", key.example);
  case value_form::topic:
    return "a topic of 1 to 249 letters, digits, dots, underscores and hyphens in quotes";
  case value_form::table:
    return fmt::format("the name of a table (at most 55 letters, digits and underscores, a schema in front) such as {}",
                       key.example);
  }
  return "a value";
}

std::string bounds_text(const key_declaration& key) {
  switch (key.form) {
  case value_form::integer:
  case value_form::real:
  case value_form::duration:
    return fmt::format("{} to {}", number_text(key, key.low), number_text(key, key.high));
  default:
    return {};
  }
}

caf::config_value value_of_argument(value_form form, std::string_view text) {
  auto as_in_a_file = [&]() -> caf::config_value {
    auto read = parse_config_text(fmt::format("value = {}", text));
    auto* value = caf::get_if(&read.values, "value");
    return read.problems.empty() && value && read.values.size() == 1 ? *value : caf::config_value{};
  };
  switch (form) {
  case value_form::boolean:
  case value_form::integer:
  case value_form::real:
  case value_form::duration:
  case value_form::matrix:
  case value_form::transitions:
  case value_form::state_limits:
    if (auto value = as_in_a_file()) return value;
    return caf::config_value{std::string{text}};
  case value_form::agents:
    if (text == "all") return caf::config_value{std::string{text}};
    [[fallthrough]];
  case value_form::texts:
  case value_form::choices:
  case value_form::addresses:
  case value_form::urls: {
    if (text.starts_with('[')) {
      if (auto value = as_in_a_file()) return value;
      return caf::config_value{std::string{text}};
    }
    list elements;
    for (std::size_t begin = 0; begin <= text.size();) {
      auto end = std::min(text.find(',', begin), text.size());
      elements.emplace_back(std::string{text.substr(begin, end - begin)});
      begin = end + 1;
    }
    return caf::config_value{std::move(elements)};
  }
  default:
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
      if (auto value = as_in_a_file()) return value;
    return caf::config_value{std::string{text}};
  }
}

} // namespace floorwalker
