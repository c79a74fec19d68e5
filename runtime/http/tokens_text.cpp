#include "runtime/http/tokens_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::string_view hash_prefix = "sha256:";
constexpr auto heading =
    "# Who may use Floorwalker's HTTP API. Written by `floorwalker token`; holds hashes, no tokens.\n"
    "# name role tenants hash created\n";

std::string_view next_line(std::string_view& rest) {
  auto end = std::min(rest.find('\n'), rest.size());
  auto line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  constexpr std::string_view blanks = " \t\r";
  for (;;) {
    line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
    if (line.empty() || (words.empty() && line.front() == '#')) return words;
    auto end = std::min(line.find_first_of(blanks), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

bool is_date(std::string_view text) {
  return text == "-" ||
         (!text.empty() && text.size() <= 40 && text.find_first_not_of("0123456789-:.TZ+") == std::string_view::npos);
}

/// What is wrong with the words of a line, as one clause; empty if they became a token.
std::string read_token(const std::vector<std::string_view>& words, api_token& token) {
  if (words.size() != 4 && words.size() != 5) return "expected name, role, tenants, hash and date of creation";
  if (!is_token_name(words[0])) return "the name must be 1 to 64 of A-Z a-z 0-9 . _ -";
  token.name = words[0];
  auto role = parse_role(words[1]);
  if (!role) return "the role must be viewer, auditor or administrator";
  token.role = *role;
  token.all_tenants = words[2] == "*";
  for (auto rest = words[2]; !token.all_tenants && !rest.empty();) {
    auto end = std::min(rest.find(','), rest.size());
    if (!is_token_name(rest.substr(0, end))) return "the tenants must be * or names separated by commas";
    token.tenants.emplace_back(rest.substr(0, end));
    if (end + 1 == rest.size()) return "the tenants must be * or names separated by commas";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  auto hash = words[3].starts_with(hash_prefix) ? parse_hash(words[3].substr(hash_prefix.size())) : std::nullopt;
  if (!hash) return "the hash must be sha256: and 64 lower-case hexadecimal digits";
  token.hash = *hash;
  token.created = words.size() == 5 ? words[4] : "-";
  if (!is_date(token.created)) return "the date of creation must be a date, or -";
  return {};
}

} // namespace

bool is_token_name(std::string_view text) {
  constexpr auto allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return !text.empty() && text.size() <= 64 && text.find_first_not_of(allowed) == std::string_view::npos;
}

parsed_tokens parse_tokens(std::string_view text) {
  parsed_tokens result;
  for (std::size_t number = 1; !text.empty(); ++number) {
    auto words = words_of(next_line(text));
    if (words.empty()) continue;
    if (result.tokens.size() + result.problems.size() == tokens_max) {
      result.problems.push_back(fmt::format("line {}: more than {} tokens", number, tokens_max));
      return result;
    }
    api_token token;
    auto problem = read_token(words, token);
    for (const auto& other : result.tokens) {
      if (!problem.empty()) break;
      if (other.name == token.name) problem = "another token has this name";
      if (other.hash == token.hash) problem = "another token has this hash";
    }
    if (problem.empty())
      result.tokens.push_back(std::move(token));
    else
      result.problems.push_back(fmt::format("line {}: {}", number, problem));
  }
  return result;
}

std::string with_token(std::string text, const api_token& token) {
  if (text.empty()) text = heading;
  if (text.back() != '\n') text += '\n';
  text += fmt::format("{} {} {} {}{} {}\n", token.name, to_text(token.role),
                      token.all_tenants ? "*" : fmt::format("{}", fmt::join(token.tenants, ",")), hash_prefix,
                      hash_text(token.hash), token.created.empty() ? "-" : token.created);
  return text;
}

std::string without_token(std::string_view text, std::string_view name) {
  std::string kept;
  while (!text.empty()) {
    auto begin = text;
    auto words = words_of(next_line(text));
    if (words.empty() || words.front() != name) kept += begin.substr(0, begin.size() - text.size());
  }
  return kept;
}

} // namespace floorwalker
