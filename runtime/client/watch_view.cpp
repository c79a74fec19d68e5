#include "runtime/client/watch_view.hpp"

#include "runtime/configuration/text_forms.hpp"

#include <algorithm>
#include <tuple>

namespace floorwalker {
namespace {

bool contains(const std::string& text, const std::string& lower_part) {
  return ascii_lower(text).find(lower_part) != std::string::npos;
}

bool passes(const watched_agent& agent, const std::string& lower_part) {
  return lower_part.empty() || contains(agent.name, lower_part) || contains(agent.id, lower_part) ||
         contains(agent.team, lower_part) || contains(shown_state(agent), lower_part) ||
         contains(agent.reason, lower_part);
}

int compared(const std::string& left, const std::string& right) {
  auto order = ascii_lower(left).compare(ascii_lower(right));
  return order == 0 ? left.compare(right) : order;
}

/// Less than 0: the first comes first when nothing is reversed; longest in state, A to Z.
int compared(const watched_agent& left, const watched_agent& right, watch_order order) {
  switch (order) {
  case watch_order::time_in_state: {
    auto from = in_state_from(left);
    auto other = in_state_from(right);
    return from == other ? 0 : from < other ? -1 : 1;
  }
  case watch_order::name:
    return compared(shown_name(left), shown_name(right));
  case watch_order::state:
    return compared(shown_state(left), shown_state(right));
  }
  return 0;
}

} // namespace

bool watch_view::take(const terminal_key& key, std::size_t rows, std::size_t page) {
  if (typing_) return type(key);
  page = std::max<std::size_t>(page, 1);
  first_ = first_row(rows, page); // rows may have gone since
  switch (key.kind) {
  case key_kind::up:
    first_ -= std::min<std::size_t>(first_, 1);
    break;
  case key_kind::down:
    ++first_;
    break;
  case key_kind::page_up:
    first_ -= std::min(first_, page);
    break;
  case key_kind::page_down:
    first_ += page;
    break;
  case key_kind::home:
    first_ = 0;
    break;
  case key_kind::end:
    first_ = rows;
    break;
  case key_kind::escape:
    filter_.clear();
    break;
  case key_kind::text:
    if (key.text == "q") return false;
    if (key.text == "/") typing_ = true;
    if (key.text == "t") sort_by(watch_order::time_in_state);
    if (key.text == "n") sort_by(watch_order::name);
    if (key.text == "s") sort_by(watch_order::state);
    break;
  case key_kind::enter:
  case key_kind::backspace:
    break;
  }
  return true;
}

bool watch_view::type(const terminal_key& key) {
  if (key.kind == key_kind::enter || key.kind == key_kind::escape) {
    typing_ = false;
    if (key.kind == key_kind::escape) filter_.clear();
  } else if (key.kind == key_kind::backspace) {
    // A character of UTF-8 goes as a whole.
    while (!filter_.empty() && (static_cast<unsigned char>(filter_.back()) & 0xc0) == 0x80) filter_.pop_back();
    if (!filter_.empty()) filter_.pop_back();
  } else if (key.kind == key_kind::text && filter_.size() + key.text.size() <= filter_bytes_max) {
    filter_ += key.text;
  }
  first_ = 0;
  return true;
}

void watch_view::sort_by(watch_order order) {
  reversed_ = order == order_ && !reversed_;
  order_ = order;
  first_ = 0;
}

std::vector<const watched_agent*> watch_view::rows(const std::map<std::string, watched_agent>& agents) const {
  std::vector<const watched_agent*> shown;
  auto part = ascii_lower(filter_);
  for (const auto& [id, agent] : agents)
    if (passes(agent, part)) shown.push_back(&agent);
  std::ranges::sort(shown, [this](const watched_agent* left, const watched_agent* right) {
    if (order_ == watch_order::time_in_state && !in_state_from(*left) != !in_state_from(*right))
      return in_state_from(*left).has_value();
    auto order = compared(*left, *right, order_);
    if (order != 0) return reversed_ ? order > 0 : order < 0;
    return left->id < right->id;
  });
  return shown;
}

std::size_t watch_view::first_row(std::size_t rows, std::size_t page) const {
  return std::min(first_, rows - std::min(rows, page));
}

} // namespace floorwalker
