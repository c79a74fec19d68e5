// What a route answers. The server adds what every answer has: security headers, length, packing, conditions. Pure.
#pragma once

#include "runtime/http/served_request.hpp"

#include <string>
#include <string_view>

namespace floorwalker {

/// An answer with its whole body. If an `etag` is given and the client holds that version, the server sends 304 instead.
/// Bodies of JSON and text above 1 kB are sent with gzip to clients that take it.
struct served_answer {
  int status = 200;
  std::string content_type; ///< empty: no body
  std::string body;
  std::string etag;          ///< with its quotation marks: "\"e1-812\""; empty: none
  std::string cache_control; ///< empty: "no-store", or with an etag "private, no-cache"
  named_texts headers;       ///< further ones, such as Retry-After
};

/// 200 with a JSON text.
served_answer json_answer(std::string json, std::string etag = {});
/// 200 with a JSON text that bears the tag of its content, so that a client that holds it gets 304.
served_answer tagged_json_answer(std::string json);
/// 200 with text of the media type, such as "text/plain; version=0.0.4; charset=utf-8".
served_answer text_answer(std::string content_type, std::string text);
/// 204.
served_answer empty_answer();
/// An error as RFC 9457 has it: {"type": "about:blank", "title", "status", "detail"}. The detail is one or two sentences
/// for a person. It must be UTF-8.
served_answer problem_answer(int status, std::string_view title, std::string_view detail);

/// The 404 for a tenant that is not there, or that the caller may not see: the same, so that it tells nothing.
served_answer unknown_tenant_answer();
/// The 415 for a body of another form.
served_answer not_json_answer();
/// The 404 for a path that is none.
served_answer unknown_path_answer();

} // namespace floorwalker
