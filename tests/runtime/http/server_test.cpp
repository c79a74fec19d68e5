// Requests and answers over real connections: forms, conditions, packing, limits, hostile bytes.
#include "tests/runtime/http/served_floor.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <zlib.h>

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>
#include <vector>

namespace {

using namespace floorwalker;
using namespace floorwalker::test;
using namespace std::string_literals;

std::string unpack(const std::string& packed, std::size_t size) {
  std::string text(size, '\0');
  z_stream state{};
  inflateInit2(&state, MAX_WBITS + 16);
  state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  state.avail_in = static_cast<uInt>(packed.size());
  state.next_out = reinterpret_cast<Bytef*>(text.data());
  state.avail_out = static_cast<uInt>(text.size());
  auto ended = inflate(&state, Z_FINISH) == Z_STREAM_END;
  inflateEnd(&state);
  text.resize(ended ? state.total_out : 0);
  return text;
}

BOOST_AUTO_TEST_CASE(an_answer_has_its_length_and_every_security_header) {
  served_floor floor;
  auto client = floor.client();
  auto answer = client.ask(get("/hello"));
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(answer.body == "hello");
  BOOST_TEST(answer.header("Content-Length") == "5");
  BOOST_TEST(answer.header("Content-Type") == "text/plain");
  BOOST_TEST(answer.header("Cache-Control") == "no-store");
  BOOST_TEST(answer.header("X-Content-Type-Options") == "nosniff");
  BOOST_TEST(answer.header("X-Frame-Options") == "DENY");
  BOOST_TEST(answer.header("Referrer-Policy") == "no-referrer");
  BOOST_TEST(answer.header("Cross-Origin-Opener-Policy") == "same-origin");
  BOOST_TEST(answer.header("Cross-Origin-Resource-Policy") == "same-origin");
  BOOST_TEST(answer.header("Content-Security-Policy") == "default-src 'none'; frame-ancestors 'none'");
  BOOST_TEST(answer.header("Access-Control-Allow-Origin") == "");
  BOOST_TEST(answer.header("Date").ends_with(" GMT"));
  BOOST_TEST(answer.header("Server") == "");
}

BOOST_AUTO_TEST_CASE(a_connection_serves_one_request_after_another_also_when_they_come_together) {
  served_floor floor;
  auto client = floor.client();
  for (int i = 0; i < 3; ++i) BOOST_TEST(client.ask(get("/hello")).body == "hello");
  client.send(get("/hello") + post("/reload", "{\"a\":1}") + get("/nowhere") + get("/hello", "Connection: close\r\n"));
  BOOST_TEST(client.receive().body == "hello");
  BOOST_TEST(client.receive().body == "{\"a\":1}");
  BOOST_TEST(client.receive().status == 404);
  auto last = client.receive();
  BOOST_TEST(last.body == "hello");
  BOOST_TEST(last.header("Connection") == "close");
  BOOST_TEST(client.ended());
}

BOOST_AUTO_TEST_CASE(a_request_may_come_in_single_bytes_and_its_body_in_chunks) {
  served_floor floor;
  auto client = floor.client();
  for (char c : get("/hello")) client.send({&c, 1});
  BOOST_TEST(client.receive().body == "hello");
  client.send("POST /reload HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  client.send("4\r\ndefg\r\n0\r\n\r\n");
  BOOST_TEST(client.receive().body == "abcdefg");
}

BOOST_AUTO_TEST_CASE(a_client_that_asks_first_is_told_to_send_its_body) {
  served_floor floor;
  auto client = floor.client();
  client.send("POST /reload HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  BOOST_TEST(client.receive().status == 100);
  BOOST_TEST(client.ask("ab").body == "ab");
}

BOOST_AUTO_TEST_CASE(head_says_what_get_would_and_sends_no_body) {
  served_floor floor;
  auto client = floor.client();
  auto answer = client.ask("HEAD /hello HTTP/1.1\r\nHost: localhost\r\n\r\n", true);
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(answer.header("Content-Length") == "5");
  BOOST_TEST(client.ask(get("/hello")).body == "hello");
}

BOOST_AUTO_TEST_CASE(an_old_client_gets_one_answer_and_the_end) {
  served_floor floor;
  auto client = floor.client();
  BOOST_TEST(client.ask("GET /hello HTTP/1.0\r\nHost: localhost\r\n\r\n").body == "hello");
  BOOST_TEST(client.ended());
}

BOOST_AUTO_TEST_CASE(errors_are_problem_documents) {
  served_floor floor;
  struct row {
    std::string request;
    int status;
  };
  const row rows[] = {
      {get("/nowhere"), 404},
      {get("/hello/"), 404},
      {get("/../hello"), 404},
      {get("/%"), 404},
      {get("/hello?a=%zz"), 400},
      {"DELETE /hello HTTP/1.1\r\nHost: localhost\r\n\r\n", 405},
      {"BREW /hello HTTP/1.1\r\nHost: localhost\r\n\r\n", 405},
      {"GET /hello HTTP/1.1\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400},
      {get("/hello", "Host: evil.example\r\n"), 400},
      {"GET /hello HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421},
      {"GET http://evil.example/hello HTTP/1.1\r\nHost: localhost\r\n\r\n", 421},
      {get("/hello", "Origin: http://evil.example\r\n"), 403},
      {get("/hello", "Origin: null\r\n"), 403},
      {post("/reload", "{}", "Sec-Fetch-Site: cross-site\r\n"), 403},
      {"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {get("/throws"), 500},
      {get("/dropped"), 500},
  };
  auto client = floor.client();
  for (const auto& [request, status] : rows) BOOST_TEST_CONTEXT(request) {
      auto answer = client.ask(request);
      BOOST_TEST(answer.status == status);
      BOOST_TEST(answer.header("Content-Type") == "application/problem+json");
      BOOST_TEST(answer.body.starts_with(R"({"type":"about:blank","title":")"), answer.body);
      BOOST_TEST(answer.body.find(fmt::format(R"("status":{},)", status)) != std::string::npos);
      BOOST_TEST(answer.body.find("secret") == std::string::npos);
    }
  BOOST_TEST(client.ask(get("/hello", "Origin: http://localhost\r\n")).status == 200);
  BOOST_TEST(client.ask("GET http://localhost:1/hello HTTP/1.1\r\nHost: evil.example\r\n\r\n").status == 200);
}

BOOST_AUTO_TEST_CASE(a_wrong_method_and_options_learn_what_is_allowed) {
  served_floor floor;
  auto client = floor.client();
  BOOST_TEST(client.ask("DELETE /hello HTTP/1.1\r\nHost: localhost\r\n\r\n").header("Allow") == "GET, HEAD, OPTIONS");
  auto answer = client.ask("OPTIONS /reload HTTP/1.1\r\nHost: localhost\r\n\r\n");
  BOOST_TEST(answer.status == 204);
  BOOST_TEST(answer.header("Allow") == "POST, OPTIONS");
  BOOST_TEST(answer.header("Access-Control-Allow-Methods") == "");
}

BOOST_AUTO_TEST_CASE(what_is_no_http_gets_400_and_the_end) {
  served_floor floor;
  const std::string requests[] = {
      "\x16\x03\x01\x02\x05 and so on, a TLS hello\r\n\r\n",
      "GARBAGE\r\n\r\n",
      "GET /hello\r\n\r\n",
      "GET  /hello HTTP/1.1\r\nHost: localhost\r\n\r\n",
      "GET /hello HTTP/1.1\r\nHost localhost\r\n\r\n",
      "GET /hello HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
      "GET /hello HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      "POST /reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST /reload HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "GET /\0hello HTTP/1.1\r\nHost: localhost\r\n\r\n"s,
  };
  for (const auto& request : requests) BOOST_TEST_CONTEXT(request) {
      auto client = floor.client();
      auto answer = client.ask(request);
      BOOST_TEST(answer.status == 400);
      BOOST_TEST(client.ended());
    }
  auto client = floor.client();
  // Line ends without \r are read as a part of the version.
  BOOST_TEST(floor.client().ask("GET /hello HTTP/1.1\nHost: localhost\n\n").status == 505);
  BOOST_TEST(client.ask("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").status == 505);
}

BOOST_AUTO_TEST_CASE(random_bytes_do_no_harm) {
  served_floor floor;
  std::uint32_t random = 4711;
  for (int round = 0; round < 200; ++round) {
    std::string bytes = round % 2 == 0 ? "" : get("/hello");
    for (int i = 0; i < 300; ++i) {
      random = random * 1664525 + 1013904223;
      auto byte = static_cast<char>(random >> 24);
      if (bytes.size() < 300) bytes += byte;
      if (round % 2 == 1 && i < 3) bytes[random % bytes.size()] = byte;
    }
    auto client = floor.client();
    client.send(bytes);
    client.reset();
  }
  BOOST_TEST(floor.client().ask(get("/hello")).body == "hello");
}

BOOST_AUTO_TEST_CASE(what_is_too_large_is_refused_with_its_own_status) {
  served_floor floor;
  auto long_head = floor.client();
  BOOST_TEST(long_head.ask(get("/hello", "X-Long: " + std::string(20'000, 'x') + "\r\n")).status == 431);
  auto long_target = floor.client();
  BOOST_TEST(long_target.ask(get("/" + std::string(20'000, 'x'))).status == 431);
  auto many = floor.client();
  std::string headers;
  for (int i = 0; i < 3000; ++i) headers += fmt::format("X-{}: y\r\n", i);
  BOOST_TEST(many.ask(get("/hello", headers)).status == 431);
  auto declared = floor.client();
  BOOST_TEST(declared.ask(post("/reload", std::string(70'000, 'x'))).status == 413);
  auto chunked = floor.client();
  chunked.send("POST /reload HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 9; ++i) chunked.send("2000\r\n" + std::string(0x2000, 'x') + "\r\n");
  BOOST_TEST(chunked.receive().status == 413);
  auto fine = floor.client();
  BOOST_TEST(fine.ask(post("/reload", std::string(60'000, 'x'))).body.size() == 60'000u);
}

BOOST_AUTO_TEST_CASE(a_client_that_holds_the_version_gets_304) {
  served_floor floor;
  auto client = floor.client();
  auto first = client.ask(get("/etag"));
  BOOST_TEST(first.header("ETag") == "\"one\"");
  BOOST_TEST(first.header("Cache-Control") == "private, no-cache");
  auto again = client.ask(get("/etag", "If-None-Match: \"one\"\r\n"));
  BOOST_TEST(again.status == 304);
  BOOST_TEST(again.header("ETag") == "\"one\"");
  BOOST_TEST(again.header("Content-Length") == "");
  BOOST_TEST(client.ask(get("/etag", "If-None-Match: \"two\"\r\n")).body == "{}");
  for (auto* names_it :
       {"If-None-Match: *\r\n", "If-None-Match: W/\"one\"\r\n", "If-None-Match: \"zero\", W/\"one\"\r\n",
        "If-None-Match: \"zero\"\r\nIf-None-Match: \"one\"\r\n",
        "If-None-Match: \"one\"\r\nIf-None-Match: \"two\"\r\n"})
    BOOST_TEST(client.ask(get("/etag", names_it)).status == 304, names_it);
  auto head = client.ask("HEAD /etag HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: \"one\"\r\n\r\n", true);
  BOOST_TEST(head.status == 304);
}

BOOST_AUTO_TEST_CASE(a_condition_changes_nothing_about_an_answer_without_a_tag_or_with_an_error) {
  served_floor floor;
  auto client = floor.client();
  BOOST_TEST(client.ask(get("/hello", "If-None-Match: *\r\n")).status == 200);
  BOOST_TEST(client.ask(get("/nothing", "If-None-Match: *\r\n")).status == 404);
  BOOST_TEST(client.ask(get("/api/v1/session?x=1", "If-None-Match: *\r\n")).status == 400);
}

BOOST_AUTO_TEST_CASE(a_query_with_what_a_route_does_not_take_is_told_by_whoever_may_ask) {
  served_floor floor;
  auto client = floor.client();
  auto refused = client.ask(get("/api/v1/session?tenant=acme"));
  BOOST_TEST(refused.status == 400);
  BOOST_TEST(refused.header("Content-Type") == "application/problem+json");
  BOOST_TEST(client.ask("DELETE /api/v1/session?x HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 400);
  BOOST_TEST(client.ask(get("/hello?whatever=1&whatever=2")).body == "hello");
}

BOOST_AUTO_TEST_CASE(large_text_is_packed_for_who_takes_it) {
  served_floor floor;
  auto client = floor.client();
  auto plain = client.ask(get("/big"));
  BOOST_TEST(plain.body.size() == 200'002u);
  BOOST_TEST(plain.header("Vary") == "Accept-Encoding");
  BOOST_TEST(plain.header("ETag") == "\"big\"");
  auto packed = client.ask(get("/big", "Accept-Encoding: gzip, br\r\n"));
  BOOST_TEST(packed.header("Content-Encoding") == "gzip");
  BOOST_TEST(packed.header("ETag") == "W/\"big\"");
  BOOST_TEST(packed.body.size() < 2'000u);
  BOOST_TEST((unpack(packed.body, 300'000) == plain.body));
  BOOST_TEST(client.ask(get("/hello", "Accept-Encoding: gzip\r\n")).header("Content-Encoding") == "");
  BOOST_TEST(client.ask(get("/big", "If-None-Match: W/\"big\"\r\n")).status == 304);
  // A 304 bears the tag and what varies as the 200 in its place would.
  auto held = client.ask(get("/big", "Accept-Encoding: gzip\r\nIf-None-Match: \"big\"\r\n"));
  BOOST_TEST(held.status == 304);
  BOOST_TEST(held.header("ETag") == "W/\"big\"");
  BOOST_TEST(held.header("Vary") == "Accept-Encoding");
  BOOST_TEST(held.header("Content-Encoding") == "");
}

BOOST_AUTO_TEST_CASE(secrets_of_a_request_do_not_reach_its_handler) {
  served_floor floor;
  auto seen = floor.client().ask(get("/headers", "Authorization: Basic a\r\nCookie: floorwalker_session=b\r\n"
                                                 "Proxy-Authorization: c\r\nLast-Event-ID: e-1\r\n"));
  BOOST_TEST(seen.body == "host=localhost;last-event-id=e-1;");
}

BOOST_AUTO_TEST_CASE(a_line_end_in_a_headers_value_begins_no_header) {
  served_floor floor;
  auto answer = floor.client().ask(get("/injected"));
  BOOST_TEST(answer.header("X-Test") == "a  X-Evil: b");
  BOOST_TEST(answer.header("X-Evil") == "");
}

BOOST_AUTO_TEST_CASE(an_answer_may_come_from_any_thread_and_later) {
  served_floor floor;
  auto client = floor.client();
  client.send(get("/later"));
  auto exchange = floor.next_later();
  std::thread{[&] { exchange->respond(text_answer("text/plain", "at last")); }}.join();
  BOOST_TEST(client.receive().body == "at last");
  exchange->respond(text_answer("text/plain", "twice"));
  BOOST_TEST(client.ask(get("/hello")).body == "hello");
}

BOOST_AUTO_TEST_CASE(an_answer_to_nobody_or_after_the_end_is_dropped) {
  http_exchange_ptr gone;
  http_exchange_ptr late;
  std::shared_ptr<stream_owner> owner = std::make_shared<stream_owner>();
  {
    served_floor floor;
    auto client = floor.client();
    client.send(get("/later"));
    gone = floor.next_later();
    client.reset();
    gone->respond(json_answer(std::string(1'000'000, ' ')));
    auto other = floor.client();
    other.send(get("/later"));
    late = floor.next_later();
  }
  owner->stream = late->open_stream({}, owner->events());
  BOOST_TEST(!owner->stream->write(std::make_shared<const std::string>("x")));
}

BOOST_AUTO_TEST_CASE(a_handler_that_is_too_slow_is_answered_for) {
  served_floor floor{quick_options()};
  auto client = floor.client();
  BOOST_TEST(client.ask(get("/never")).status == 503);
  BOOST_TEST(client.ask(get("/hello")).body == "hello");
}

BOOST_AUTO_TEST_CASE(a_slow_head_ends_with_408_and_silence_without_a_word) {
  served_floor floor{quick_options()};
  auto slow = floor.client();
  slow.send("GET /hello HTTP/1.1\r\nHos");
  BOOST_TEST(slow.receive().status == 408);
  BOOST_TEST(slow.ended());
  auto drip = floor.client();
  drip.send("GET /hello HTTP/1.1\r\n");
  // Each byte comes in time, the head does not.
  while (!drip.readable_within(std::chrono::milliseconds{20})) drip.send("X");
  BOOST_TEST(drip.receive().status == 408);
  auto silent = floor.client();
  BOOST_TEST(silent.ended());
}

BOOST_AUTO_TEST_CASE(a_slow_body_ends_with_408) {
  served_floor floor{quick_options()};
  auto slow = floor.client();
  slow.send("POST /reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc");
  BOOST_TEST(slow.receive().status == 408);
}

BOOST_AUTO_TEST_CASE(what_stands_around_chunks_is_limited_too) {
  served_floor floor;
  for (std::string_view unending : {"1;", "0\r\nX-Trailer: "}) {
    auto client = floor.client();
    client.send("POST /reload HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    client.send(unending);
    client.send(std::string(32 * 1024, 'x'));
    BOOST_TEST(client.receive().status == 413);
    BOOST_TEST(client.ended());
  }
}

BOOST_AUTO_TEST_CASE(an_idle_connection_is_ended) {
  served_floor floor{quick_options()};
  auto client = floor.client();
  BOOST_TEST(client.ask(get("/hello")).status == 200);
  BOOST_TEST(client.ended());
}

BOOST_AUTO_TEST_CASE(a_client_that_takes_no_byte_of_an_answer_is_given_up) {
  auto options = quick_options();
  served_floor floor{options};
  plain_client deaf{floor.port(), false, 4096};
  for (int i = 0; i < 40; ++i) deaf.send(get("/big"));
  // Others are served meanwhile; the deaf one ends when the system's buffers are full and its time is over, so a drain
  // that would wait for it longer does not have to.
  BOOST_TEST(floor.client().ask(get("/hello")).body == "hello");
  auto begun = std::chrono::steady_clock::now();
  floor.server->stop(std::chrono::seconds{60});
  BOOST_TEST((std::chrono::steady_clock::now() - begun < std::chrono::seconds{30}));
}

BOOST_AUTO_TEST_CASE(requests_sent_ahead_wait_unread_until_the_one_before_is_answered) {
  auto options = quick_options();
  options.limits.answer_time = options.limits.idle_time = options.limits.send_time = std::chrono::seconds{60};
  served_floor floor{options};
  auto client = floor.client();
  client.send(get("/later"));
  auto first = floor.next_later();
  // Far more than the system's buffers hold: what is not read stands still at the client, and costs the server nothing.
  auto ahead = client.send_while_taken(get("/later"), 64 << 20);
  BOOST_TEST(ahead < std::size_t{48} << 20);
  BOOST_TEST(!floor.has_later());
  first->respond(text_answer("text/plain", "first"));
  BOOST_TEST(client.receive().body == "first");
  floor.next_later()->respond(text_answer("text/plain", "second"));
  BOOST_TEST(client.receive().body == "second");
  client.reset();
}

BOOST_AUTO_TEST_CASE(a_client_that_asks_on_and_on_and_reads_nothing_ends_within_the_time_for_sending) {
  served_floor floor{quick_options()};
  plain_client deaf{floor.port(), false, 4096};
  // 200 kB an answer: the server has one of them in hand and reads no further request.
  auto sent = deaf.send_while_taken(get("/big"), 64 << 20);
  BOOST_TEST(sent < std::size_t{48} << 20);
  BOOST_TEST(deaf.is_cut_off());
  // Beside it stand in the system's buffer what 128 KiB hold, not megabytes of further answers.
  BOOST_TEST(floor.big_answers <= 5);
  BOOST_TEST(floor.client().ask(get("/hello")).body == "hello");
}

BOOST_AUTO_TEST_CASE(one_connection_more_than_the_limit_takes_the_place_of_an_idle_one) {
  server_options options;
  options.limits.connections = 20;
  served_floor floor{options};
  std::vector<plain_client> idle;
  for (int i = 0; i < 20; ++i) {
    idle.push_back(floor.client());
    BOOST_TEST(idle.back().ask(get("/hello")).status == 200);
  }
  auto newcomer = floor.client();
  BOOST_TEST(newcomer.ask(get("/hello")).body == "hello");
  BOOST_TEST(idle.front().ended());
  BOOST_TEST(idle.back().ask(get("/hello")).body == "hello");
}

BOOST_AUTO_TEST_CASE(a_connection_whose_request_is_not_complete_makes_room_too) {
  server_options options;
  options.limits.connections = 20;
  served_floor floor{options};
  std::vector<plain_client> slow;
  for (int i = 0; i < 20; ++i) {
    slow.push_back(floor.client());
    slow.back().send("POST /reload HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n");
    BOOST_TEST(slow.back().read_until("Continue\r\n\r\n").starts_with("HTTP/1.1 100"));
  }
  auto newcomer = floor.client();
  BOOST_TEST(newcomer.ask(get("/hello")).body == "hello");
  BOOST_TEST(slow.front().ended());
}

/// Sockets that ask for nothing, as many as the process may have besides the server's.
class idle_crowd {
public:
  idle_crowd(std::uint16_t port, std::size_t wanted) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    before_ = limit;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    auto possible = std::min<std::size_t>(wanted, (static_cast<std::size_t>(limit.rlim_cur) - 200) / 2);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    while (sockets_.size() < possible) {
      auto socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      if (socket < 0) break;
      sockets_.push_back(socket);
      if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) break;
    }
  }
  ~idle_crowd() {
    for (auto socket : sockets_) ::close(socket);
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }
  idle_crowd(const idle_crowd&) = delete;
  idle_crowd& operator=(const idle_crowd&) = delete;
  std::size_t size() const { return sockets_.size(); }

private:
  rlimit before_{};
  std::vector<int> sockets_;
};

std::size_t resident_bytes() {
  std::size_t all = 0;
  std::size_t resident = 0;
  std::ifstream{"/proc/self/statm"} >> all >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

BOOST_AUTO_TEST_CASE(ten_thousand_connections_that_ask_for_nothing_lock_nobody_out) {
  for (std::size_t limit : {2048u, 20'000u}) {
    server_options options;
    options.limits.connections = limit;
    options.limits.head_time = std::chrono::minutes{5};
    served_floor floor{options};
    auto early = floor.client();
    BOOST_TEST(early.ask(get("/hello")).body == "hello");
    early.send(get("/later"));
    auto exchange = floor.next_later();
    auto before = resident_bytes();
    idle_crowd crowd{floor.port(), 10'000};
    auto begun = std::chrono::steady_clock::now();
    BOOST_TEST(floor.client().ask(get("/hello")).body == "hello");
    auto took = std::chrono::steady_clock::now() - begun;
    BOOST_TEST_MESSAGE(fmt::format("limit {}, {} idle: an answer in {} us, {} bytes each", limit, crowd.size(),
                                   std::chrono::duration_cast<std::chrono::microseconds>(took).count(),
                                   (resident_bytes() - before) / crowd.size()));
    exchange->respond(text_answer("text/plain", "still there")); // who is busy is never made to go
    BOOST_TEST(early.receive().body == "still there");
  }
}

BOOST_AUTO_TEST_CASE(when_all_are_busy_a_new_connection_gets_503_and_the_end) {
  server_options options;
  options.limits.connections = 16;
  served_floor floor{options};
  std::vector<plain_client> busy;
  std::vector<http_exchange_ptr> exchanges;
  for (int i = 0; i < 16; ++i) {
    busy.push_back(floor.client());
    busy.back().send(get("/later"));
    exchanges.push_back(floor.next_later());
  }
  auto refused = floor.client();
  auto answer = refused.ask(get("/hello"));
  BOOST_TEST(answer.status == 503);
  BOOST_TEST(answer.header("Connection") == "close");
  BOOST_TEST(refused.ended());
  exchanges[0]->respond(text_answer("text/plain", "done"));
  BOOST_TEST(busy[0].receive().body == "done");
  BOOST_TEST(floor.client().ask(get("/hello")).body == "hello");
}

BOOST_AUTO_TEST_CASE(without_free_descriptors_connections_wait_and_are_served_later) {
  served_floor floor;
  BOOST_TEST(floor.client().ask(get("/hello")).status == 200);
  auto waiting = floor.client(); // before the limit, since it is the same process
  BOOST_TEST(waiting.ask(get("/hello")).status == 200);
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  auto lowest_free = ::dup(0);
  auto lowered = limit;
  lowered.rlim_cur = static_cast<rlim_t>(lowest_free) + 1; // one more descriptor: the client's own
  ::close(lowest_free);
  ::setrlimit(RLIMIT_NOFILE, &lowered);
  std::unique_ptr<plain_client> late;
  try {
    late = std::make_unique<plain_client>(floor.port());
  } catch (const std::exception&) {
    late = nullptr;
  }
  auto still_served = waiting.ask(get("/hello")).status;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  BOOST_TEST(still_served == 200);
  BOOST_REQUIRE(late);
  BOOST_TEST(late->ask(get("/hello")).body == "hello");
}

BOOST_AUTO_TEST_CASE(a_drain_finishes_what_is_under_way_and_ends_the_rest) {
  served_floor floor;
  auto idle = floor.client();
  BOOST_TEST(idle.ask(get("/hello")).status == 200);
  auto busy = floor.client();
  busy.send(get("/later"));
  auto exchange = floor.next_later();
  std::thread stopping{[&] { floor.server->stop(std::chrono::seconds{10}); }};
  BOOST_TEST(idle.ended());
  BOOST_CHECK_THROW(plain_client{floor.port()}, std::runtime_error);
  exchange->respond(text_answer("text/plain", "finished"));
  auto answer = busy.receive();
  BOOST_TEST(answer.body == "finished");
  BOOST_TEST(answer.header("Connection") == "close");
  BOOST_TEST(busy.ended());
  stopping.join();
}

BOOST_AUTO_TEST_CASE(a_drain_ends_when_its_time_is_over) {
  served_floor floor;
  auto busy = floor.client();
  busy.send(get("/later"));
  auto exchange = floor.next_later();
  floor.server->stop(std::chrono::milliseconds{50});
  BOOST_TEST(busy.ended());
}

BOOST_AUTO_TEST_CASE(an_address_in_use_is_said_in_one_clause) {
  served_floor floor;
  server_options options;
  options.port = floor.port();
  try {
    http_server second{options, {}, std::make_shared<access_control>()};
    BOOST_ERROR("it listens");
  } catch (const std::runtime_error& failure) {
    BOOST_TEST(failure.what() == fmt::format("cannot listen on 127.0.0.1:{}: address already in use", floor.port()));
  }
}

} // namespace
