#include "runtime/http/wallboard_files.hpp"

#include "runtime/audit/file_system.hpp"
#include "runtime/http/content_tag.hpp"
#include "runtime/http/request_target.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

namespace floorwalker {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t bytes_max = 16 * 1024 * 1024;
constexpr std::size_t files_max = 500;

/// What the page needs and nothing else; a worker has the policy of the file it comes from, so all files bear it.
constexpr auto page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

constexpr auto no_wallboard_page = R"(This is Floorwalker's engine. Its wallboard is not installed here.

Build it, and start the engine again:

  cd dashboard && npm ci && npm run build

An installed engine looks in share/floorwalker/wallboard beside its bin folder; the key http.wallboard names another
folder. The API is at /api/v1/.
)";

std::string_view media_type(const fs::path& file) {
  static const std::map<std::string, std::string_view, std::less<>> types = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".webmanifest", "application/manifest+json"},
      {".json", "application/json"},
      {".txt", "text/plain; charset=utf-8"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
  };
  auto known = types.find(file.extension().string());
  return known == types.end() ? "application/octet-stream" : known->second;
}

struct page_file {
  std::string content;
  std::string packed; ///< the same with gzip; empty: only as it is
  std::string etag;
  std::string packed_etag;
};

/// Every plain file below the folder, by its path below it.
std::map<std::string, std::string> read_folder(const fs::path& folder) {
  std::map<std::string, std::string> files;
  file_system disk;
  std::uint64_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    // What a link points to may be anything; the build makes none.
    if (entry.is_symlink() || !entry.is_regular_file()) continue;
    auto read = read_file(disk, entry.path(), bytes_max);
    if (!read.problem.empty()) throw std::runtime_error{read.problem};
    bytes += read.text.size();
    files.emplace(entry.path().lexically_relative(folder).generic_string(), std::move(read.text));
    if (bytes > bytes_max || files.size() > files_max)
      throw std::runtime_error{
          fmt::format("{} is no wallboard: it holds more than 16 MiB or {} files", folder.string(), files_max)};
  }
  return files;
}

http_handler serve(std::shared_ptr<const page_file> file, std::string type, bool lasting) {
  return [file = std::move(file), type = std::move(type), lasting](const served_request& request,
                                                                   const http_exchange_ptr& exchange) {
    served_answer answer;
    answer.content_type = type;
    answer.cache_control = lasting ? "public, max-age=31536000, immutable" : "no-cache";
    answer.headers.emplace_back("Content-Security-Policy", page_policy);
    bool packed = !file->packed.empty() && accepts_gzip(request.header("accept-encoding").value_or(std::string_view{}));
    answer.body = packed ? file->packed : file->content;
    answer.etag = packed ? file->packed_etag : file->etag;
    if (!file->packed.empty()) answer.headers.emplace_back("Vary", "Accept-Encoding");
    if (packed) answer.headers.emplace_back("Content-Encoding", "gzip");
    exchange->respond(std::move(answer));
  };
}

} // namespace

std::vector<fs::path> wallboard_places(const fs::path& executable) {
  auto programs = executable.parent_path();
  std::vector<fs::path> places{programs.parent_path() / "share/floorwalker/wallboard"};
  // <sources>/build/<preset>/bin: only then, or a program in /usr/bin would look in a folder of anybody's making.
  auto build = programs.parent_path().parent_path();
  if (programs.filename() == "bin" && build.filename() == "build")
    places.push_back(build.parent_path() / "dashboard/dist");
  return places;
}

std::optional<fs::path> find_wallboard(const std::string& configured) {
  if (!configured.empty()) return configured;
  std::error_code error;
  auto executable = fs::read_symlink("/proc/self/exe", error);
  if (error) return {};
  for (auto& place : wallboard_places(executable))
    if (fs::is_regular_file(place / "index.html", error)) return place;
  return {};
}

void add_wallboard_routes(http_routes& routes, const std::optional<fs::path>& folder) {
  if (!folder) {
    routes.add("GET", "/", caller_role::nobody, [](const served_request&, const http_exchange_ptr& exchange) {
      exchange->respond(text_answer("text/plain; charset=utf-8", no_wallboard_page));
    });
    return;
  }
  std::map<std::string, std::string> files;
  try {
    files = read_folder(*folder);
  } catch (const fs::filesystem_error& failure) {
    throw std::runtime_error{
        fmt::format("cannot read the wallboard in {}: {}", folder->string(), failure.code().message())};
  }
  if (files.count("index.html") == 0)
    throw std::runtime_error{fmt::format("there is no index.html in {}", folder->string())};
  for (auto& [path, content] : files) {
    bool is_packed = path.ends_with(".gz") && files.count(path.substr(0, path.size() - 3)) != 0;
    // Braces would make a name of a route's segment.
    if (is_packed || path.find_first_of("{}") != std::string::npos) continue;
    auto file = std::make_shared<page_file>();
    file->etag = content_tag(content);
    file->packed_etag = content_tag(content, "-gzip");
    if (auto packed = files.find(path + ".gz"); packed != files.end()) file->packed = packed->second;
    file->content = content;
    auto handler = serve(std::move(file), std::string{media_type(path)}, path.starts_with("assets/"));
    if (path == "index.html") routes.add("GET", "/", caller_role::nobody, handler);
    routes.add("GET", fmt::format("/{}", path), caller_role::nobody, std::move(handler));
  }
}

} // namespace floorwalker
