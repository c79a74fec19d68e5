#include "tests/simulator/platform_client.hpp"

#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

namespace floorwalker::simulator::testing {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;

namespace {

constexpr auto good_form = "grant_type=client_credentials&client_id=floorwalker&client_secret=open-sesame&tenant=acme";

std::string subscription_for(const std::vector<std::string>& ids) {
  auto message = json::parse(R"({"action": "subscribe", "events": ["agent.state.change"], "filters": {
    "stateMatrix": {"available": ["busy", "wrap-up", "break"], "busy": ["wrap-up", "available"],
                    "wrap-up": ["available", "break"], "break": ["available"]},
    "alertThresholds": {"maxLatencyMs": 2500, "maxUnverifiedTransitions": 5}}})");
  auto list = json::array{};
  for (const auto& id : ids) list.push_back(json::value(id));
  message.at("filters").as_object()["agentIds"] = std::move(list);
  return json::serialize(message);
}

} // namespace

template <class Stream>
std::unique_ptr<Stream> connect(asio::io_context& io, const gateway& to) {
  auto socket = tcp::socket{io};
  socket.connect({asio::ip::make_address("127.0.0.1"), to.port()});
  if constexpr (std::is_same_v<Stream, plain_stream>) {
    return std::make_unique<plain_stream>(std::move(socket));
  } else {
    auto context = asio::ssl::context{asio::ssl::context::tls_client};
    context.add_certificate_authority(asio::buffer(to.ca_pem()));
    auto stream = std::make_unique<tls_stream>(std::move(socket), context);
    stream->set_verify_mode(asio::ssl::verify_peer);
    stream->set_verify_callback(asio::ssl::host_name_verification("127.0.0.1"));
    stream->handshake(asio::ssl::stream_base::client);
    return stream;
  }
}

template <class Stream>
response call(const gateway& to, const std::string& method, const std::string& target, const std::string& body,
              const std::string& token) {
  auto io = asio::io_context{};
  auto stream = connect<Stream>(io, to);
  auto asked = http::request<http::string_body>{http::string_to_verb(method), target, 11};
  asked.set(http::field::host, "127.0.0.1");
  asked.set(http::field::content_type, "application/x-www-form-urlencoded");
  if (!token.empty()) asked.set(http::field::authorization, "Bearer " + token);
  asked.body() = body;
  asked.prepare_payload();
  http::write(*stream, asked);
  auto buffer = beast::flat_buffer{};
  auto parser = http::response_parser<http::string_body>{};
  parser.body_limit(std::uint64_t{1} << 30);
  http::read(*stream, buffer, parser);
  return {parser.get().result_int(), parser.get().body()};
}

template <class Stream>
std::string get_token(const gateway& from) {
  auto answer = call<Stream>(from, "POST", "/oauth/token", good_form);
  return std::string{json::parse(answer.body).at("access_token").as_string()};
}

json::array list_agents(const gateway& from, const std::string& token) {
  auto answer = call<plain_stream>(from, "GET", "/api/v2/users?pageSize=1000&pageNumber=1", {}, token);
  return json::parse(answer.body).at("entities").as_array();
}

std::vector<std::string> agent_ids(const gateway& from, const std::string& token) {
  auto ids = std::vector<std::string>{};
  for (const auto& entity : list_agents(from, token)) ids.emplace_back(entity.at("id").as_string());
  return ids;
}

template <class Stream>
struct stream_client<Stream>::parts {
  asio::io_context io;
  std::unique_ptr<Stream> stream;
  websocket::stream<Stream&> socket;

  explicit parts(const gateway& to) : stream{connect<Stream>(io, to)}, socket{*stream} {}
};

template <class Stream>
stream_client<Stream>::stream_client(const gateway& to, const std::string& token, bool compression)
    : parts_{std::make_unique<parts>(to)} {
  auto& socket = parts_->socket;
  socket.set_option(websocket::stream_base::decorator([token](websocket::request_type& asked) {
    asked.set(http::field::authorization, "Bearer " + token);
    asked.set(http::field::user_agent, "CXoneAgentMonitor/1.0");
  }));
  if (compression) {
    auto wished = websocket::permessage_deflate{};
    wished.client_enable = true;
    socket.set_option(wished);
  }
  socket.control_callback([this](websocket::frame_type kind, beast::string_view payload) {
    if (kind == websocket::frame_type::ping) pings.emplace_back(payload);
  });
  socket.read_message_max(1 << 20);
  auto answer = websocket::response_type{};
  socket.handshake(answer, "127.0.0.1", "/api/v2/events/stream", problem);
  handshake_status = answer.result_int();
  extensions = std::string{answer[http::field::sec_websocket_extensions]};
}

template <class Stream>
stream_client<Stream>::~stream_client() = default;

template <class Stream>
void stream_client<Stream>::subscribe(const std::vector<std::string>& ids) {
  write(subscription_for(ids));
}

template <class Stream>
json::value stream_client<Stream>::subscribed(const std::vector<std::string>& ids) {
  subscribe(ids);
  return json::parse(next());
}

template <class Stream>
std::string stream_client<Stream>::next() {
  auto buffer = beast::flat_buffer{};
  parts_->socket.read(buffer, problem);
  return problem ? std::string{} : beast::buffers_to_string(buffer.data());
}

template <class Stream>
bool stream_client<Stream>::got_binary() const {
  return parts_->socket.got_binary();
}

template <class Stream>
void stream_client<Stream>::write(const std::string& message) {
  parts_->socket.write(asio::buffer(message));
}

template <class Stream>
void stream_client<Stream>::ping(const std::string& payload) {
  parts_->socket.ping(websocket::ping_data{payload});
}

template <class Stream>
void stream_client<Stream>::close() {
  parts_->socket.close(websocket::close_code::normal, problem);
}

template <class Stream>
int stream_client<Stream>::close_code() const {
  return parts_->socket.reason().code;
}

template <class Stream>
std::string stream_client<Stream>::close_reason() const {
  return std::string{parts_->socket.reason().reason.c_str()};
}

template std::unique_ptr<plain_stream> connect<plain_stream>(asio::io_context&, const gateway&);
template std::unique_ptr<tls_stream> connect<tls_stream>(asio::io_context&, const gateway&);
template response call<plain_stream>(const gateway&, const std::string&, const std::string&, const std::string&,
                                     const std::string&);
template response call<tls_stream>(const gateway&, const std::string&, const std::string&, const std::string&,
                                   const std::string&);
template std::string get_token<plain_stream>(const gateway&);
template std::string get_token<tls_stream>(const gateway&);
template class stream_client<plain_stream>;
template class stream_client<tls_stream>;

options quiet_options(std::uint32_t agents) {
  auto chosen = options{};
  chosen.tls = false;
  chosen.floor.agents = agents;
  chosen.pace.paused = true;
  return chosen;
}

options counted_options(std::uint32_t agents, std::uint64_t events) {
  auto chosen = quiet_options(agents);
  chosen.pace = {.rate = 0, .events = events, .start_after_agents = agents};
  chosen.ledger.events = true;
  return chosen;
}

} // namespace floorwalker::simulator::testing
