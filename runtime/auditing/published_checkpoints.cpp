#include "runtime/auditing/published_checkpoints.hpp"

#include "messages/wire/line_scanner.hpp"

#include <charconv>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::string_view beginning = R"({"kind":"checkpoint",)";
constexpr std::string_view beginning_in_json = R"({\"kind\":\"checkpoint\",)";
constexpr std::string_view signature_member = R"(,"signature":")";

std::optional<chain_value> chain_of(std::string_view digits) {
  chain_value value;
  if (digits.size() != value.size() * 2) return std::nullopt;
  for (std::size_t i = 0; i < value.size(); ++i) {
    auto pair = digits.data() + 2 * i;
    auto [end, error] = std::from_chars(pair, pair + 2, value[i], 16);
    if (error != std::errc{} || end != pair + 2) return std::nullopt;
  }
  return value;
}

/// From the beginning of a JSON string's rest to its end, with its escapes undone.
std::optional<std::string> rest_of_string(std::string_view rest) {
  auto quoted = '"' + std::string{rest};
  wire::string_token token;
  if (!wire::line_scanner{quoted}.string(token)) return std::nullopt;
  std::string text;
  append_unescaped(text, token);
  return text;
}

/// A published object at the beginning of `text`.
std::optional<published_checkpoint> read_published(std::string_view text) {
  auto signature = text.find(signature_member);
  if (signature == std::string_view::npos) return std::nullopt;
  auto end = text.find("\"}", signature + signature_member.size());
  if (end == std::string_view::npos) return std::nullopt;
  auto parts = without_signature(text.substr(0, end + 2));
  if (!parts.problem.empty()) return std::nullopt;
  auto [made, problem] = parse_checkpoint(parts.signed_text);
  if (!problem.empty()) return std::nullopt;
  return published_checkpoint{std::move(made), std::move(parts.signed_text), std::move(parts.signature)};
}

} // namespace

std::optional<published_hash> parse_expectation(std::string_view text) {
  published_hash said;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), said.sequence);
  auto digits = static_cast<std::size_t>(end - text.data());
  if (error != std::errc{} || said.sequence == 0 || digits == text.size() || text[digits] != ':') return std::nullopt;
  auto hash = chain_of(text.substr(digits + 1));
  if (!hash) return std::nullopt;
  said.hash = *hash;
  return said;
}

std::optional<published_checkpoint> find_published_checkpoint(std::string_view line) {
  if (auto at = line.find(beginning); at != std::string_view::npos) return read_published(line.substr(at));
  auto at = line.find(beginning_in_json);
  if (at == std::string_view::npos) return std::nullopt;
  auto text = rest_of_string(line.substr(at));
  return text ? read_published(*text) : std::nullopt;
}

} // namespace floorwalker
