#include "runtime/configuration/key_table.hpp"

namespace floorwalker {
namespace {

using form = value_form;
using receiver = receiver_settings;

constexpr double second = 1e9;
constexpr double hour = 3.6e12;

const std::vector<key_entry<receiver>>& table() {
  static const std::vector<key_entry<receiver>> keys = {
      {{.path = "type",
        .form = form::choice,
        .meaning = "Who is told: an Alertmanager by its API v2, or whoever takes webhooks.",
        .example = "\"alertmanager\"",
        .absent = "mandatory",
        .words = {"alertmanager", "webhook"}}},
      {{.path = "url",
        .form = form::url,
        .meaning = "Of an Alertmanager its address, with its path prefix if it has one; of a webhook where changes are "
                   "posted. http:// only for loopback addresses.",
        .example = "\"https://alertmanager.example:9093\"",
        .absent = "mandatory"},
       [](receiver& r) -> std::string& { return r.url; }},
      {{.path = "tenants",
        .form = form::texts,
        .meaning = "Names of the tenants whose alerts are told.",
        .example = "[\"acme\"]",
        .absent = "all tenants"},
       [](receiver& r) -> std::vector<std::string>& { return r.tenants; }},
      {{.path = "authorization-env",
        .form = form::secret_variable,
        .meaning = "Environment variable that holds the whole value of the header Authorization, such as Bearer and a "
                   "token behind it.",
        .example = "\"ALERTING_AUTHORIZATION\"",
        .absent = "no such header, unless there is an authorization-file"},
       [](receiver& r) -> std::string& { return r.authorization_env; }},
      {{.path = "authorization-file",
        .form = form::secret_file,
        .meaning = "File that holds it instead; read for each request.",
        .example = "\"/run/secrets/alertmanager\"",
        .absent = "authorization-env"},
       [](receiver& r) -> std::string& { return r.authorization_file; }},
      {{.path = "ca-file",
        .form = form::file,
        .meaning = "Trust anchors (PEM) for the receiver's certificate.",
        .example = "\"/etc/floorwalker/alerting-ca.pem\"",
        .absent = "the system's"},
       [](receiver& r) -> std::string& { return r.ca_file; }},
      {{.path = "timeout",
        .form = form::duration,
        .meaning = "A request that is not answered for this long, connecting included, has failed.",
        .example = "30s",
        .low = second / 10,
        .high = second * 600},
       [](receiver& r) -> std::chrono::nanoseconds& { return r.timeout; }},

      {{.path = "resend-interval",
        .form = form::duration,
        .meaning = "What goes on firing is told again this often, each time to end after four of them, so that alerts "
                   "of an engine that died resolve by themselves.",
        .example = "1min",
        .low = second,
        .high = hour,
        .only_for = "alertmanager"},
       [](receiver& r) -> std::chrono::nanoseconds& { return r.resend_interval; }},
      {{.path = "wallboard",
        .form = form::url,
        .meaning = "Address of the wallboard for whoever reads an alert: its generatorURL.",
        .example = "\"https://floorwalker.example/\"",
        .absent = "where the HTTP API listens",
        .only_for = "alertmanager"},
       [](receiver& r) -> std::string& { return r.wallboard; }},

      {{.path = "include-pending",
        .form = form::boolean,
        .meaning = "Tells of alerts from when they are pending, and of those that are over before they fired.",
        .example = "true",
        .only_for = "webhook"},
       [](receiver& r) -> bool& { return r.include_pending; }},
      {{.path = "secret-env",
        .form = form::secret_variable,
        .meaning = "Environment variable that holds the key which signs each request.",
        .example = "\"HOOK_SECRET\"",
        .absent = "unsigned, unless there is a secret-file",
        .only_for = "webhook"},
       [](receiver& r) -> std::string& { return r.secret_env; }},
      {{.path = "secret-file",
        .form = form::secret_file,
        .meaning = "File that holds the signing key instead.",
        .example = "\"/run/secrets/hook\"",
        .absent = "secret-env",
        .only_for = "webhook"},
       [](receiver& r) -> std::string& { return r.secret_file; }},
      {{.path = "allow-private-targets",
        .form = form::boolean,
        .meaning = "Allows addresses of private networks and of this machine, which an Alertmanager may have anyway.",
        .example = "false",
        .only_for = "webhook"},
       [](receiver& r) -> bool& { return r.allow_private_targets; }},
  };
  return keys;
}

} // namespace

std::span<const key_entry<receiver_settings>> receiver_keys() { return table(); }

} // namespace floorwalker
