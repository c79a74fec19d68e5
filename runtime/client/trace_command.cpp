#include "runtime/client/trace_command.hpp"

#include "messages/wire/json_members.hpp"
#include "runtime/client/line_stream.hpp"
#include "runtime/client/node_listing.hpp"
#include "runtime/client/status_report.hpp"
#include "runtime/client/trace_lines.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <csignal>
#include <optional>
#include <ostream>
#include <utility>

namespace floorwalker {
namespace {

/// True if a snapshot that was asked for of one agent says that there is none such.
bool lacks_agent(std::string_view snapshot) {
  boost::json::error_code error;
  auto value = boost::json::parse(boost::json::string_view{snapshot.data(), snapshot.size()}, error);
  if (error || !value.is_object()) return false;
  const auto* agents = wire::find_member(value.get_object(), "agents");
  return agents && agents->is_array() && agents->get_array().empty();
}

} // namespace

int run_trace(const trace_request& request, const std::string& user_agent, std::ostream& errors) {
  // A reader that goes away is an error of that write.
  std::signal(SIGPIPE, SIG_IGN);
  std::optional<client_failure> failure;
  try {
    auto access = open_node_access(request.node, user_agent);
    auto tenant = the_one_tenant(access, request.tenant);
    auto agent = percent_encoded(request.agent);
    line_stream_manner manner{.command = "status", .target = {}, .line = {}, .lines_max = request.count};
    // A log, so that none is merged into a later one. Figures carry the id too, so that it is known where to go on.
    manner.target = fmt::format("/api/v1/stream?tenant={}&mode=log&types=snapshot,metrics&agent={}&trace={}",
                                percent_encoded(tenant), agent, agent);
    manner.line = [&, first = true](const server_event& event) mutable -> std::optional<std::string> {
      if (event.name == "snapshot" && std::exchange(first, false) && lacks_agent(event.data))
        errors << "floorwalker: status: tenant " << tenant << " does not follow agent " << request.agent
               << " at present; it is traced once it does\n";
      if (event.name != "trace") return std::nullopt;
      return request.json ? trace_json_line(event.data) : trace_line(event.data);
    };
    boost::asio::io_context context{1};
    failure = line_stream{context, access, std::move(manner), errors}.run();
  } catch (const client_failure& problem) {
    failure = problem;
  }
  if (!failure) return 0;
  errors << "floorwalker: status: " << failure->what() << '\n';
  return failure->exit_code;
}

} // namespace floorwalker
