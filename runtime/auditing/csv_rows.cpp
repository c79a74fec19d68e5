#include "runtime/auditing/csv_rows.hpp"

#include "messages/wire/json_members.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace floorwalker {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 12> columns = {"sequence", "timestamp",      "auditAction",  "tenantId",
                                                      "agentId",  "previousState",  "currentState", "latencyMs",
                                                      "valid",    "eventTimestamp", "reasonCode",   "flags"};

bool is_formula(std::string_view text) {
  return !text.empty() && std::string_view{"=+-@\t\r"}.find(text.front()) != std::string_view::npos;
}

void append_cell(std::string& out, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_text(std::string& out, std::string_view text) {
  if (!is_formula(text)) return append_cell(out, text);
  std::string quoted{"'"};
  quoted += text;
  append_cell(out, quoted);
}

void append_value(std::string& out, const json::value& value) {
  if (value.is_null()) return;
  if (value.is_string()) return append_text(out, wire::view(value.get_string()));
  if (!value.is_array()) return append_cell(out, json::serialize(value));
  std::string words;
  for (const auto& element : value.get_array()) {
    if (!words.empty()) words += ' ';
    if (element.is_string()) words += wire::view(element.get_string());
  }
  append_text(out, words);
}

} // namespace

std::string_view csv_header() {
  return "sequence,timestamp,auditAction,tenantId,agentId,previousState,currentState,latencyMs,valid,eventTimestamp,"
         "reasonCode,flags,details\n";
}

void append_csv_row(std::string& out, const read_entry& entry) {
  json::error_code error;
  auto parsed = json::parse({entry.line.data(), entry.line.size()}, error);
  json::object members;
  if (!error && parsed.is_object()) members = std::move(parsed.get_object());
  for (auto column : columns) {
    auto member = members.find(json::string_view{column.data(), column.size()});
    if (member != members.end()) append_value(out, member->value());
    out += ',';
  }
  json::object details;
  for (const auto& member : members) {
    std::string_view name{member.key().data(), member.key().size()};
    if (std::ranges::find(columns, name) == columns.end()) details.emplace(member.key(), member.value());
  }
  if (!details.empty()) append_cell(out, json::serialize(details));
  out += '\n';
}

} // namespace floorwalker
