// The API's own description, from docs/api/, as it is served.
#pragma once

#include <string_view>

namespace floorwalker {

/// OpenAPI 3.1, of the queries.
extern const std::string_view openapi_document;
/// AsyncAPI 3.0, of the stream.
extern const std::string_view asyncapi_document;

} // namespace floorwalker
