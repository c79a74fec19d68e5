// Whether a query holds only what its address takes. Pure.
#pragma once

#include "runtime/http/served_answer.hpp"
#include "runtime/http/served_request.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace floorwalker {

/// The parameters that an address takes; nothing: any, and nobody looks at them.
using query_names = std::optional<std::vector<std::string_view>>;
inline const query_names no_query{std::in_place};

/// 400 that names a parameter which the address does not take, which is given twice, or which is not UTF-8; nothing for
/// a good query. A misspelt filter would else be answered as if it were not there, and a client could not tell.
std::optional<served_answer> query_refusal(const named_texts& given, const query_names& taken);

/// 400 with a sentence on what is wrong with a parameter.
served_answer bad_query(std::string_view detail);

} // namespace floorwalker
