// Files: the wallboard's, the tokens', and the commands on them.
#include "runtime/http/http_setup.hpp"
#include "runtime/http/token_command.hpp"
#include "runtime/http/tokens_file.hpp"
#include "runtime/http/wallboard_files.hpp"
#include "tests/runtime/http/served_floor.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <thread>

namespace {

using namespace floorwalker;
using namespace floorwalker::test;

struct wallboard_folder {
  temporary_folder folder;

  wallboard_folder() {
    folder.write("outside.txt", "secret");
    folder.write("dist/index.html", "<!doctype html>");
    folder.write("dist/index.html.gz", "packed index");
    folder.write("dist/assets/app-123.js", "run()");
    folder.write("dist/theme.js", "theme()");
    folder.write("dist/lonely.gz", "gz");
    std::filesystem::create_symlink(folder.path() / "outside.txt", folder.path() / "dist/link.txt");
  }
  std::filesystem::path dist() const { return folder.path() / "dist"; }
};

std::unique_ptr<http_server> serve(const std::optional<std::filesystem::path>& folder) {
  http_routes routes;
  add_wallboard_routes(routes, folder);
  return std::make_unique<http_server>(server_options{}, std::move(routes), std::make_shared<access_control>());
}

BOOST_AUTO_TEST_CASE(the_wallboard_is_served_with_its_policy_and_its_caching) {
  wallboard_folder files;
  auto server = serve(files.dist());
  plain_client client{server->port()};
  auto page = client.ask(get("/"));
  BOOST_TEST(page.status == 200);
  BOOST_TEST(page.body == "<!doctype html>");
  BOOST_TEST(page.header("Content-Type") == "text/html; charset=utf-8");
  BOOST_TEST(page.header("Cache-Control") == "no-cache");
  BOOST_TEST(page.header("Content-Security-Policy").starts_with("default-src 'none'; script-src 'self';"));
  BOOST_TEST(page.header("Vary") == "Accept-Encoding");
  BOOST_TEST(client.ask(get("/index.html")).body == "<!doctype html>");
  auto packed = client.ask(get("/", "Accept-Encoding: gzip\r\n"));
  BOOST_TEST(packed.body == "packed index");
  BOOST_TEST(packed.header("Content-Encoding") == "gzip");
  BOOST_TEST(packed.header("ETag") != page.header("ETag"));
  BOOST_TEST(client.ask(get("/", "If-None-Match: " + page.header("ETag") + "\r\n")).status == 304);
  auto asset = client.ask(get("/assets/app-123.js"));
  BOOST_TEST(asset.header("Content-Type") == "text/javascript; charset=utf-8");
  BOOST_TEST(asset.header("Cache-Control") == "public, max-age=31536000, immutable");
  BOOST_TEST(client.ask(get("/theme.js")).header("Cache-Control") == "no-cache");
}

BOOST_AUTO_TEST_CASE(nothing_outside_the_folder_is_served) {
  wallboard_folder files;
  auto server = serve(files.dist());
  plain_client client{server->port()};
  for (auto* target :
       {"/../outside.txt", "/%2e%2e/outside.txt", "/..%2foutside.txt", "/assets/../../outside.txt", "/link.txt",
        "//outside.txt", "/assets", "/assets/", "/index.html.gz", "/index.html%00", "/.", "/%2findex.html"})
    BOOST_TEST(client.ask(get(target)).status == 404, target);
  BOOST_TEST(client.ask(get("/lonely.gz")).status == 200);
}

BOOST_AUTO_TEST_CASE(without_a_wallboard_the_first_page_says_how_to_build_it) {
  auto server = serve(std::nullopt);
  plain_client client{server->port()};
  auto page = client.ask(get("/"));
  BOOST_TEST(page.status == 200);
  BOOST_TEST(page.body.find("npm run build") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_no_wallboard_is_refused) {
  temporary_folder folder;
  folder.write("a.txt", "x");
  BOOST_CHECK_THROW(serve(folder.path()), std::runtime_error);
  BOOST_CHECK_THROW(serve(folder.path() / "nowhere"), std::runtime_error);
  folder.write("index.html", "x");
  folder.write("large", std::string(17 * 1024 * 1024, 'x'));
  BOOST_CHECK_THROW(serve(folder.path()), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(the_wallboard_is_looked_for_where_it_is_installed_and_in_a_build_tree_only_there) {
  auto installed = wallboard_places("/usr/bin/floorwalker");
  BOOST_REQUIRE(installed.size() == 1u);
  BOOST_TEST(installed[0] == "/usr/share/floorwalker/wallboard");
  auto built = wallboard_places("/home/me/floorwalker/build/release/bin/floorwalker");
  BOOST_REQUIRE(built.size() == 2u);
  BOOST_TEST(built[1] == "/home/me/floorwalker/dashboard/dist");
}

/// The command on a file, with what it printed.
struct ran_command {
  int code = 0;
  std::string out;
  std::string messages;
};

ran_command run(token_command command, const std::string& file, const std::string& name = {},
                const std::string& role = {}, std::vector<std::string> tenants = {}) {
  token_command_request request;
  request.command = command;
  request.name = name;
  request.role = role;
  request.tenants = std::move(tenants);
  request.tokens_file = file;
  std::ostringstream out;
  std::ostringstream messages;
  auto code = run_token(request, process_surroundings(), out, messages);
  return {code, out.str(), messages.str()};
}

mode_t mode_of(const std::string& file) {
  struct stat state {};
  ::stat(file.c_str(), &state);
  return state.st_mode & 07777u;
}

BOOST_AUTO_TEST_CASE(a_new_token_is_printed_once_and_only_its_hash_is_kept) {
  temporary_folder folder;
  auto file = (folder.path() / "tokens").string();
  auto made = run(token_command::create, file, "wall", "viewer", {"acme"});
  BOOST_TEST(made.code == 0);
  BOOST_TEST(made.out.size() == 47u);
  auto secret = made.out.substr(0, 46);
  BOOST_TEST(made.messages.find(secret) == std::string::npos);
  BOOST_TEST(mode_of(file) == 0600u);
  auto content = read_tokens_file(file);
  BOOST_TEST(content.problem == "");
  BOOST_TEST(content.text.find(secret.substr(3)) == std::string::npos);
  access_control access{content.tokens, {}};
  auto header = "Bearer " + secret;
  auto known = access.identify({header, {}, "::1", false}, steady_time{});
  BOOST_TEST(known.caller.name == "wall");
  BOOST_TEST(run(token_command::create, file, "wall", "viewer").code == 2);
  BOOST_TEST(run(token_command::create, file, "boss", "administrator").code == 0);
  auto listed = run(token_command::list, file);
  BOOST_TEST(listed.out.find("wall  viewer") != std::string::npos);
  BOOST_TEST(listed.out.find("boss  administrator") != std::string::npos);
  BOOST_TEST(listed.out.find("sha256") == std::string::npos);
  BOOST_TEST(run(token_command::revoke, file, "wall").code == 0);
  BOOST_TEST(run(token_command::revoke, file, "wall").code == 2);
  BOOST_TEST(read_tokens_file(file).tokens.size() == 1u);
  BOOST_TEST(run(token_command::list, (folder.path() / "nowhere").string()).code == 1);
}

BOOST_AUTO_TEST_CASE(a_file_that_others_may_write_is_not_believed) {
  temporary_folder folder;
  auto file = folder.write("tokens", "# none\n");
  BOOST_TEST(read_tokens_file(file).problem == "");
  for (auto mode : {0620u, 0602u, 0666u}) {
    ::chmod(file.c_str(), mode);
    BOOST_TEST(read_tokens_file(file).problem.find("expected mode 0600") != std::string::npos);
    BOOST_TEST(run(token_command::create, file, "wall", "viewer").code == 1);
  }
  ::chmod(file.c_str(), 0644);
  BOOST_TEST(run(token_command::create, file, "wall", "viewer").code == 0);
  BOOST_TEST(mode_of(file) == 0640u);
  BOOST_TEST(read_tokens_file(folder.path()).problem.find("no plain file") != std::string::npos);
  auto missing = read_tokens_file(folder.path() / "nowhere");
  BOOST_TEST(missing.missing);
  BOOST_TEST(missing.problem == "");
  if (::geteuid() != 0) return;
  BOOST_REQUIRE(::chown(file.c_str(), 12345, 12345) == 0);
  BOOST_TEST(read_tokens_file(file).problem.find("belongs to another user") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(tokens_are_read_at_the_start_and_again_and_a_bad_file_changes_nothing) {
  temporary_folder folder;
  http_settings settings;
  BOOST_TEST(!open_access(settings).access->tokens_required());
  settings.tokens_file = (folder.path() / "tokens").string();
  BOOST_TEST(open_access(settings).problem.starts_with("there is no tokens file"));
  auto secret = run(token_command::create, settings.tokens_file, "wall", "viewer").out.substr(0, 46);
  auto opened = open_access(settings);
  BOOST_REQUIRE(opened.access);
  auto header = "Bearer " + secret;
  auto known = [&] { return opened.access->identify({header, {}, "::1", false}, steady_time{}).caller.name; };
  BOOST_TEST(known() == "wall");
  folder.write("tokens", "wall is not welcome\n");
  BOOST_TEST(reload_tokens(*opened.access, settings).find("line 1: ") != std::string::npos);
  BOOST_TEST(known() == "wall");
  folder.write("tokens", "# nobody\n");
  BOOST_TEST(reload_tokens(*opened.access, settings) == "");
  BOOST_TEST(known() == "");
}

BOOST_AUTO_TEST_CASE(commands_at_the_same_time_lose_no_token) {
  temporary_folder folder;
  auto file = (folder.path() / "tokens").string();
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] { run(token_command::create, file, "t" + std::to_string(i), "viewer"); });
  for (auto& thread : threads) thread.join();
  BOOST_TEST(read_tokens_file(file).tokens.size() == 8u);
}

BOOST_AUTO_TEST_CASE(the_configuration_names_the_file_even_if_it_is_still_to_be_made) {
  temporary_folder folder;
  auto tokens = (folder.path() / "tokens").string();
  token_command_request request;
  request.command = token_command::create;
  request.name = "wall";
  request.role = "viewer";
  request.config_file = folder.write("f.conf", "floorwalker { http { tokens-file = \"" + tokens + "\" } }");
  std::ostringstream out;
  std::ostringstream messages;
  BOOST_TEST(run_token(request, process_surroundings(), out, messages) == 0);
  BOOST_TEST(read_tokens_file(tokens).tokens.size() == 1u);
  request.config_file = folder.write("none.conf", "floorwalker { }");
  BOOST_TEST(run_token(request, process_surroundings(), out, messages) == 2);
  BOOST_TEST(messages.str().find("tokens-file") != std::string::npos);
}

} // namespace
