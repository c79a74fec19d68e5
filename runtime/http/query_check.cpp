#include "runtime/http/query_check.hpp"

#include "messages/wire/utf8.hpp"
#include "runtime/configuration/text_forms.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace floorwalker {

std::optional<served_answer> query_refusal(const named_texts& given, const query_names& taken) {
  if (!taken) return {};
  for (auto at = given.begin(); at != given.end(); ++at) {
    const auto& name = at->first;
    if (std::ranges::find(*taken, name) == taken->end()) {
      auto those = taken->empty() ? std::string{"this address takes none"}
                                  : fmt::format("this address takes {}", fmt::join(*taken, ", "));
      return bad_query(fmt::format("There is no parameter {} here: {}.", printable_value(name), those));
    }
    if (std::any_of(given.begin(), at, [&](const auto& before) { return before.first == name; }))
      return bad_query(fmt::format("The parameter {} is given twice.", printable_value(name)));
    if (!wire::is_utf8(at->second))
      return bad_query(fmt::format("The parameter {} is not UTF-8: \"ü\" is %C3%BC.", printable_value(name)));
  }
  return {};
}

served_answer bad_query(std::string_view detail) { return problem_answer(400, "Bad query", detail); }

} // namespace floorwalker
