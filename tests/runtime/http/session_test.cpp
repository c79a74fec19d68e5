// Signing in and out, roles and tenants, over real connections; TLS.
#include "tests/runtime/http/served_floor.hpp"
#include "tests/runtime/network/test_certificates.hpp"

#include <boost/test/unit_test.hpp>
#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace floorwalker;
using namespace floorwalker::test;

std::shared_ptr<access_control> some_access() {
  std::vector<api_token> tokens = {{"wall", caller_role::viewer, false, {"acme"}, hash_secret("wall-secret"), "-"},
                                   {"audit", caller_role::auditor, true, {}, hash_secret("audit-secret"), "-"},
                                   {"boss", caller_role::administrator, true, {}, hash_secret("boss-secret"), "-"}};
  return std::make_shared<access_control>(std::move(tokens), access_control::session_limits{});
}

std::string bearer(const std::string& secret) { return "Authorization: Bearer " + secret + "\r\n"; }

/// The Cookie header that a browser would send after this answer.
std::string cookie_of(const received_answer& answer) {
  auto set = answer.header("Set-Cookie");
  return "Cookie: theme=dark; " + set.substr(0, set.find(';')) + "\r\n";
}

BOOST_AUTO_TEST_CASE(without_tokens_everybody_on_this_machine_is_signed_in_as_administrator) {
  served_floor floor;
  auto client = floor.client();
  BOOST_TEST(client.ask(get("/api/v1/session")).body ==
             R"({"signedIn":true,"required":false,"role":"administrator","tenants":["acme","globex"]})");
  BOOST_TEST(client.ask(get("/who")).body == "anonymous administrator");
  BOOST_TEST(client.ask(get("/who", "X-Forwarded-For: 192.0.2.1\r\n")).body == "anonymous viewer");
  BOOST_TEST(client.ask(get("/who", "Forwarded: for=192.0.2.1\r\n")).body == "anonymous viewer");
  auto answer = client.ask(post("/api/v1/session", R"({"token":"any"})"));
  BOOST_TEST(answer.status == 204);
  BOOST_TEST(answer.header("Set-Cookie") == "");
}

BOOST_AUTO_TEST_CASE(roles_and_tenants_decide_what_is_answered) {
  served_floor floor{{}, some_access()};
  struct row {
    const char* target;
    std::string headers;
    int status;
  };
  const row rows[] = {{"/hello", "", 200},
                      {"/hello", bearer("wrong"), 200}, // open to everybody, whatever they bring
                      {"/who", "", 401},
                      {"/who", bearer("wrong"), 401},
                      {"/who", "Cookie: floorwalker_session=wrong\r\n", 401},
                      {"/who", bearer("wall-secret"), 200},
                      {"/history", bearer("wall-secret"), 403},
                      {"/history", bearer("audit-secret"), 200},
                      {"/history", bearer("boss-secret"), 200},
                      {"/tenants/acme", bearer("wall-secret"), 200},
                      {"/tenants/globex", bearer("wall-secret"), 404},
                      {"/tenants/nowhere", bearer("wall-secret"), 404},
                      {"/tenants/globex", bearer("audit-secret"), 200}};
  auto client = floor.client();
  for (const auto& [target, headers, status] : rows) BOOST_TEST_CONTEXT(target << " " << headers) {
      auto answer = client.ask(get(target, headers));
      BOOST_TEST(answer.status == status);
      BOOST_TEST((answer.header("WWW-Authenticate") == "Bearer") == (status == 401));
    }
  BOOST_TEST(client.ask(post("/reload", "{}", bearer("audit-secret"))).status == 403);
  BOOST_TEST(client.ask(post("/reload", "{}", bearer("boss-secret"))).status == 200);
  // A tenant that is none of the caller's business looks like one that is not there.
  BOOST_TEST(client.ask(get("/tenants/globex", bearer("wall-secret"))).body ==
             client.ask(get("/tenants/nowhere", bearer("wall-secret"))).body);
}

BOOST_AUTO_TEST_CASE(a_browser_signs_in_to_a_cookie_and_out_again) {
  served_floor floor{{}, some_access()};
  auto client = floor.client();
  BOOST_TEST(client.ask(get("/api/v1/session")).body ==
             R"({"signedIn":false,"required":true,"role":null,"tenants":[]})");
  auto signed_in = client.ask(post("/api/v1/session", R"({"token":"wall-secret"})", "Origin: http://localhost\r\n"));
  BOOST_TEST(signed_in.status == 204);
  auto set = signed_in.header("Set-Cookie");
  BOOST_TEST(set.starts_with("floorwalker_session="));
  BOOST_TEST(set.ends_with("; Path=/; HttpOnly; SameSite=Strict"));
  BOOST_TEST(set.find("wall-secret") == std::string::npos);
  auto cookie = cookie_of(signed_in);
  BOOST_TEST(client.ask(get("/api/v1/session", cookie)).body ==
             R"({"signedIn":true,"required":true,"role":"viewer","tenants":["acme"]})");
  BOOST_TEST(client.ask(get("/who", cookie)).body == "wall viewer");
  // Signing in again over it ends the first session.
  auto second = cookie_of(client.ask(post("/api/v1/session", R"({"token":"boss-secret"})", cookie)));
  BOOST_TEST(client.ask(get("/who", cookie)).status == 401);
  auto out = client.ask("DELETE /api/v1/session HTTP/1.1\r\nHost: localhost\r\n" + second + "\r\n");
  BOOST_TEST(out.status == 204);
  BOOST_TEST(out.header("Set-Cookie") == "floorwalker_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
  BOOST_TEST(client.ask(get("/who", second)).status == 401);
  BOOST_TEST(floor.access->sessions() == 0u);
}

BOOST_AUTO_TEST_CASE(a_foreign_page_can_neither_sign_in_nor_out) {
  served_floor floor{{}, some_access()};
  auto client = floor.client();
  auto from_afar = "Origin: https://evil.example\r\n";
  BOOST_TEST(client.ask(post("/api/v1/session", R"({"token":"wall-secret"})", from_afar)).status == 403);
  BOOST_TEST(floor.access->sessions() == 0u);
  auto form =
      "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 23\r\n\r\n"
      R"({"token":"wall-secret"})";
  BOOST_TEST(client.ask(form).status == 415);
}

BOOST_AUTO_TEST_CASE(what_is_no_sign_in_is_refused_and_too_many_wrong_ones_wait) {
  served_floor floor{{}, some_access()};
  auto client = floor.client();
  for (auto* body : {"", "{", "[]", "{}", R"({"token":1})", R"({"token":"a"}x)", "[[[[[[[[]]]]]]]]"})
    BOOST_TEST(client.ask(post("/api/v1/session", body)).status == 400, body);
  auto wrong = client.ask(post("/api/v1/session", R"({"token":"wrong"})"));
  BOOST_TEST(wrong.status == 401);
  BOOST_TEST(wrong.body.find("This token is not known here.") != std::string::npos);
  for (int i = 1; i < failed_attempts::burst; ++i)
    BOOST_TEST(client.ask(post("/api/v1/session", R"({"token":"wrong"})")).status == 401);
  auto limited = client.ask(post("/api/v1/session", R"({"token":"wall-secret"})"));
  BOOST_TEST(limited.status == 429);
  BOOST_TEST(limited.header("Retry-After") == "60");
  BOOST_TEST(client.ask(get("/who", bearer("wall-secret"))).status == 429);
}

BOOST_AUTO_TEST_CASE(a_stream_ends_when_its_session_does) {
  served_floor floor{{}, some_access()};
  auto client = floor.client();
  auto cookie = cookie_of(client.ask(post("/api/v1/session", R"({"token":"wall-secret"})")));
  auto listener = floor.client();
  listener.send(get("/stream", cookie));
  auto owner = floor.next_stream();
  BOOST_TEST(listener.receive_head().status == 200);
  client.ask("DELETE /api/v1/session HTTP/1.1\r\nHost: localhost\r\n" + cookie + "\r\n");
  BOOST_TEST(owner->wait_gone());
}

struct tls_files {
  temporary_folder folder;
  server_options options;

  tls_files() {
    options.tls_certificate = folder.path() / "server.pem";
    options.tls_key = folder.path() / "server.key";
    renew();
  }
  void renew() {
    auto made = test_authority().issue({"DNS:localhost", "IP:127.0.0.1"});
    folder.write("server.pem", made.pem);
    folder.write("server.key", made.key_pem);
  }
};

BOOST_AUTO_TEST_CASE(over_tls_requests_streams_and_cookies_work_and_the_cookie_is_secure) {
  tls_files files;
  served_floor floor{files.options, some_access()};
  BOOST_TEST(floor.server->url().starts_with("https://127.0.0.1:"));
  auto client = floor.client();
  for (int i = 0; i < 3; ++i) BOOST_TEST(client.ask(get("/hello")).body == "hello");
  BOOST_TEST(client.ask(get("/big")).body.size() == 200'002u);
  auto signed_in = client.ask(post("/api/v1/session", R"({"token":"wall-secret"})"));
  BOOST_TEST(signed_in.header("Set-Cookie").ends_with("; SameSite=Strict; Secure"));
  client.send(get("/stream", cookie_of(signed_in)));
  auto owner = floor.next_stream();
  owner->stream->write(std::make_shared<const std::string>(std::string(500'000, 'x')));
  owner->stream->close();
  BOOST_TEST(client.receive().body.size() == 500'000u);
  BOOST_TEST(owner->wait_gone());
}

BOOST_AUTO_TEST_CASE(plain_text_to_a_tls_port_and_silence_in_the_handshake_end) {
  tls_files files;
  files.options.limits = quick_options().limits;
  served_floor floor{files.options};
  plain_client plain{floor.port()};
  plain.send(get("/hello"));
  (void)plain.read_until("never"); // an alert, perhaps
  plain_client silent{floor.port()};
  BOOST_TEST(silent.ended());
  BOOST_TEST(floor.client().ask(get("/hello")).body == "hello");
}

BOOST_AUTO_TEST_CASE(tls_below_1_2_is_refused) {
  tls_files files;
  served_floor floor{files.options};
  auto* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_security_level(context, 0);
  SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
  auto* ssl = SSL_new(context);
  auto socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(floor.port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  BOOST_REQUIRE(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  SSL_set_fd(ssl, socket);
  BOOST_TEST(SSL_connect(ssl) != 1);
  SSL_free(ssl);
  SSL_CTX_free(context);
  ::close(socket);
}

BOOST_AUTO_TEST_CASE(new_certificates_are_taken_by_later_connections_and_bad_ones_are_not) {
  tls_files files;
  served_floor floor{files.options};
  auto before = floor.client();
  files.renew();
  BOOST_TEST(floor.server->reload_certificate() == "");
  BOOST_TEST(floor.client().certificate_text() != before.certificate_text());
  BOOST_TEST(before.ask(get("/hello")).body == "hello");
  auto now = floor.client().certificate_text();
  files.folder.write("server.pem", "no certificate");
  BOOST_TEST(floor.server->reload_certificate() != "");
  files.folder.write("server.pem", test_authority().issue({"DNS:localhost"}).pem);
  BOOST_TEST(floor.server->reload_certificate() != "");
  BOOST_TEST(floor.client().certificate_text() == now);
}

} // namespace
