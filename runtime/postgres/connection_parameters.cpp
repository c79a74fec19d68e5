#include "runtime/postgres/connection_parameters.hpp"

#include "runtime/postgres/server_failure.hpp"

#include <arpa/inet.h>
#include <libpq-fe.h>
#include <netinet/in.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string_view>

namespace floorwalker::postgres {
namespace {

constexpr auto system_trust_anchors = "/etc/ssl/certs/ca-certificates.crt";

using options = std::map<std::string, std::string, std::less<>>;

options options_in(const std::string& connection) {
  char* trouble = nullptr;
  std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed{PQconninfoParse(connection.c_str(), &trouble),
                                                                      &PQconninfoFree};
  std::unique_ptr<char, decltype(&PQfreemem)> words{trouble, &PQfreemem};
  if (!parsed) throw server_failure{one_line(trouble ? trouble : "out of memory")};
  options found;
  for (auto* option = parsed.get(); option->keyword; ++option)
    if (option->val) found.emplace(option->keyword, option->val);
  return found;
}

bool is_this_machine(std::string_view host) {
  if (host.empty() || host.front() == '/' || host.front() == '@') return true; // a folder of Unix sockets
  if (host == "localhost") return true;
  std::string text{host};
  in_addr v4;
  if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6;
  return ::inet_pton(AF_INET6, text.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6) != 0;
}

/// A list of hosts separated by commas, as libpq has it.
bool all_on_this_machine(std::string_view hosts) {
  for (;;) {
    auto host = hosts.substr(0, hosts.find(','));
    if (!is_this_machine(host)) return false;
    if (host.size() == hosts.size()) return true;
    hosts.remove_prefix(host.size() + 1);
  }
}

bool is_remote(const options& given) {
  auto far = [&](std::string_view key) {
    auto found = given.find(key);
    return found != given.end() && !all_on_this_machine(found->second);
  };
  return far("host") || far("hostaddr");
}

} // namespace

connection_parameters parameters_for(const sink_settings& settings, const std::string& password) {
  // A bare word is the name of a database, to libpq as well.
  auto is_string =
      settings.connection.find('=') != std::string::npos || settings.connection.find("://") != std::string::npos;
  auto given = is_string ? options_in(settings.connection) : options{};
  connection_parameters all{{"application_name", "floorwalker"},
                            {"connect_timeout", "10"},
                            {"tcp_user_timeout", "30000"},
                            {"target_session_attrs", "read-write"},
                            {"gssencmode", "disable"}};
  auto mode = given.count("sslmode")                          ? given["sslmode"]
              : is_remote(given) || !settings.ca_file.empty() ? "verify-full"
                                                              : std::string{};
  if (!mode.empty()) all.emplace_back("sslmode", mode);
  if (mode.starts_with("verify-"))
    all.emplace_back("sslrootcert", settings.ca_file.empty() ? system_trust_anchors : settings.ca_file);
  all.emplace_back("dbname", settings.connection);
  all.emplace_back("client_encoding", "UTF8");
  if (!password.empty()) all.emplace_back("password", password);
  return all;
}

} // namespace floorwalker::postgres
