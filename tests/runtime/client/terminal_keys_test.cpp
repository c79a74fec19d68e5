#include "runtime/client/terminal_keys.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace floorwalker;

struct row {
  const char* sentence;
  std::string_view bytes;
  std::vector<terminal_key> keys;
};

BOOST_AUTO_TEST_CASE(keys_are_read_from_what_terminals_send) {
  const row rows[] = {
      {"letters", "q/", {{key_kind::text, "q"}, {key_kind::text, "/"}}},
      {"a letter of two bytes", "ü", {{key_kind::text, "ü"}}},
      {"Enter", "\r\n", {{key_kind::enter}, {key_kind::enter}}},
      {"Backspace, both kinds", "\x7f\b", {{key_kind::backspace}, {key_kind::backspace}}},
      {"Esc alone", "\x1b", {{key_kind::escape}}},
      {"arrows", "\x1b[A\x1b[B", {{key_kind::up}, {key_kind::down}}},
      {"arrows in application mode", "\x1bOA\x1bOB", {{key_kind::up}, {key_kind::down}}},
      {"arrows with Ctrl", "\x1b[1;5A", {{key_kind::up}}},
      {"pages", "\x1b[5~\x1b[6~", {{key_kind::page_up}, {key_kind::page_down}}},
      {"both ends, three ways",
       "\x1b[H\x1b[F\x1b[1~\x1b[4~\x1b[7~\x1b[8~",
       {{key_kind::home}, {key_kind::end}, {key_kind::home}, {key_kind::end}, {key_kind::home}, {key_kind::end}}},
      {"keys without a meaning", "\x1b[C\x1b[3~\x1bOP\t\x01", {}},
      {"Alt with a letter is no letter", "\x1bqn", {{key_kind::text, "n"}}},
      {"a sequence that is cut", "a\x1b[1", {{key_kind::text, "a"}}},
      {"a character that is cut", "\xc3", {{key_kind::text, "\xc3"}}}};
  for (const auto& [sentence, bytes, keys] : rows) BOOST_TEST_CONTEXT(sentence) BOOST_TEST((keys_in(bytes) == keys));
}

} // namespace
