#include "runtime/audit/checkpoint_text.hpp"

#include "messages/json_text.hpp"
#include "messages/wire/json_members.hpp"
#include "messages/wire/timestamp.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::string_view signature_member = R"(,"signature":")";
constexpr std::size_t signature_size = 64;
constexpr std::size_t signature_text_size = 88; // in base64

void append_members(std::string& out, std::string_view kind, const checkpoint& made) {
  out += R"({"kind":")";
  out += kind;
  out += R"(","tenantId":)";
  append_json_string(out, made.tenant);
  out += R"(,"node":)";
  append_json_string(out, made.node);
  out += R"(,"epoch":)";
  append_decimal(out, made.epoch);
  out += R"(,"sequence":)";
  append_decimal(out, made.sequence);
  out += R"(,"hash":")";
  out += to_hex(made.hash);
  out += '"';
}

void append_making(std::string& out, const checkpoint& made) {
  out += R"(,"timestamp":")";
  wire::append_timestamp(out, made.at, 3);
  out += R"(","key":")";
  out += made.key;
  out += R"("})";
}

/// Digits and lower-case letters only, as to_hex writes it.
std::optional<chain_value> chain_of_hex(std::string_view text) {
  chain_value value;
  if (text.size() != value.size() * 2 || text.find_first_not_of("0123456789abcdef") != std::string_view::npos)
    return std::nullopt;
  for (std::size_t i = 0; i < value.size(); ++i)
    std::from_chars(text.data() + 2 * i, text.data() + 2 * i + 2, value[i], 16);
  return value;
}

std::optional<std::uint64_t> number_in(const boost::json::object& object, std::string_view name) {
  auto value = wire::find_member(object, name);
  if (!value) return std::nullopt;
  boost::json::error_code error;
  auto number = value->to_number<std::uint64_t>(error);
  return error ? std::nullopt : std::optional{number};
}

std::optional<boost::json::object> object_in(std::string_view text) {
  boost::json::error_code error;
  auto value = boost::json::parse({text.data(), text.size()}, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

/// The members that checkpoints and anchors share; none if one is missing or malformed.
std::optional<checkpoint> members_of(const boost::json::object& object, std::string_view kind) {
  auto epoch = number_in(object, "epoch");
  auto sequence = number_in(object, "sequence");
  auto hash = chain_of_hex(wire::text_of_member(object, "hash"));
  auto at = wire::parse_timestamp(wire::text_of_member(object, "timestamp"));
  if (wire::text_of_member(object, "kind") != kind || !epoch || !sequence || !hash || !at) return std::nullopt;
  return checkpoint{std::string{wire::text_of_member(object, "tenantId")},
                    std::string{wire::text_of_member(object, "node")},
                    *epoch,
                    *sequence,
                    *hash,
                    at->at,
                    std::string{wire::text_of_member(object, "key")}};
}

} // namespace

std::string to_json(const checkpoint& made) {
  std::string out;
  append_members(out, "checkpoint", made);
  append_making(out, made);
  return out;
}

std::string to_json(const trail_anchor& anchor) {
  std::string out;
  append_members(out, "anchor", anchor.removed_through);
  out += R"(,"validTotal":)";
  append_decimal(out, anchor.valid_total);
  out += R"(,"total":)";
  append_decimal(out, anchor.total);
  append_making(out, anchor.removed_through);
  return out;
}

std::string with_signature(std::string_view signed_text, std::string_view signature) {
  std::array<unsigned char, signature_text_size + 1> text{};
  auto size = EVP_EncodeBlock(text.data(), reinterpret_cast<const unsigned char*>(signature.data()),
                              static_cast<int>(std::min(signature.size(), signature_size)));
  return fmt::format("{}{}{}\"}}", signed_text.substr(0, signed_text.size() - 1), signature_member,
                     std::string_view{reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(size)});
}

published_text without_signature(std::string_view published) {
  published_text parts;
  auto at = published.rfind(signature_member);
  constexpr std::string_view end = "\"}";
  if (at == std::string_view::npos ||
      published.size() != at + signature_member.size() + signature_text_size + end.size() ||
      !published.ends_with(end)) {
    parts.problem = "it does not end with a signature";
    return parts;
  }
  auto text = published.substr(at + signature_member.size(), signature_text_size);
  std::array<unsigned char, signature_text_size> bytes{};
  auto size =
      EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < static_cast<int>(signature_size)) {
    parts.problem = "its signature is no base64";
    return parts;
  }
  parts.signature.assign(reinterpret_cast<const char*>(bytes.data()), signature_size);
  parts.signed_text.assign(published.substr(0, at));
  parts.signed_text += '}';
  return parts;
}

parsed_checkpoint parse_checkpoint(std::string_view signed_text) {
  auto object = object_in(signed_text);
  auto made = object ? members_of(*object, "checkpoint") : std::nullopt;
  if (!made) return {{}, "it is no checkpoint"};
  return {std::move(*made), {}};
}

parsed_anchor parse_anchor(std::string_view signed_text) {
  auto object = object_in(signed_text);
  auto made = object ? members_of(*object, "anchor") : std::nullopt;
  auto valid_total = made ? number_in(*object, "validTotal") : std::nullopt;
  auto total = made ? number_in(*object, "total") : std::nullopt;
  if (!valid_total || !total) return {{}, "it is no anchor"};
  return {{std::move(*made), *valid_total, *total}, {}};
}

std::string checkpoint_payload(std::string_view signed_text, std::string_view signature) {
  std::string payload{signed_text};
  payload += signature;
  return payload;
}

} // namespace floorwalker
