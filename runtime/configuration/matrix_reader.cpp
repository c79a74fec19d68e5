#include "runtime/configuration/matrix_reader.hpp"

#include "runtime/configuration/text_forms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace floorwalker {
namespace {

using list = caf::config_value::list;

class matrix_reader {
public:
  matrix_reader(const placed_block& block, findings& found) : block_{block}, found_{found} {}

  state_matrix read() {
    if (auto* rows = block_.find("state-matrix"))
      for (auto& [key, targets] : caf::get<caf::settings>(*rows)) {
        std::string state{key.begin(), key.end()};
        matrix_.try_emplace(state);
        auto row = join_path(block_.path_of("state-matrix"), state);
        auto& states = caf::get<list>(targets);
        for (std::size_t i = 0; i < states.size(); ++i)
          allow(state, caf::get<std::string>(states[i]), fmt::format("{}[{}]", row, i));
      }
    if (auto* pairs = block_.find("transitions")) {
      auto& all = caf::get<list>(*pairs);
      for (std::size_t i = 0; i < all.size(); ++i) {
        auto& pair = caf::get<list>(all[i]);
        allow(caf::get<std::string>(pair[0]), caf::get<std::string>(pair[1]),
              fmt::format("{}[{}]", block_.path_of("transitions"), i));
      }
    }
    for (auto& [from, target, place] : allowed_)
      if (matrix_.count(target) == 0)
        found_.problem(place, fmt::format("the state {} may follow {}, but what may follow it is not said: expected a "
                                          "key {} in state-matrix (with [] if nothing may)",
                                          quoted(target), quoted(from), join_path("", target)));
    return std::move(matrix_);
  }

private:
  void allow(const std::string& from, const std::string& target, std::string place) {
    auto& row = matrix_[from];
    if (std::find(row.begin(), row.end(), target) != row.end())
      return found_.warning(place, fmt::format("{} after {} is allowed twice", quoted(target), quoted(from)));
    row.push_back(target);
    allowed_.push_back({from, target, std::move(place)});
  }

  struct allowed_transition {
    std::string from;
    std::string target;
    std::string place;
  };

  const placed_block& block_;
  findings& found_;
  state_matrix matrix_;
  std::vector<allowed_transition> allowed_;
};

} // namespace

state_matrix read_matrix(const placed_block& block, findings& found) { return matrix_reader{block, found}.read(); }

} // namespace floorwalker
