#include "runtime/configuration/key_reference.hpp"

#include "runtime/configuration/block_reader.hpp"
#include "runtime/configuration/value_check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace floorwalker {
namespace {

struct described_key {
  const key_declaration* key;
  std::string standard;
};

template <class Settings>
std::vector<described_key> described(std::span<const key_entry<Settings>> table) {
  std::vector<described_key> keys;
  for (auto& entry : table) keys.push_back({&entry.key, default_text(entry)});
  return keys;
}

std::string_view block_of(std::string_view path) {
  auto dot = path.find('.');
  return dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
}

std::string_view form_word(const key_declaration& key) {
  switch (key.form) {
  case value_form::name:
    return "name";
  case value_form::choice:
    return "one of";
  case value_form::boolean:
    return "boolean";
  case value_form::integer:
    return "whole number";
  case value_form::real:
    return "number";
  case value_form::duration:
    return "duration";
  case value_form::texts:
    return "list of texts";
  case value_form::choices:
    return "list of";
  case value_form::address:
  case value_form::listen_address:
    return "host:port";
  case value_form::addresses:
    return "list of host:port";
  case value_form::url:
  case value_form::base_url:
    return "URL";
  case value_form::urls:
    return "list of URLs";
  case value_form::proxy:
    return "http://host:port";
  case value_form::request_path:
    return "path of a URL";
  case value_form::file:
  case value_form::secret_file:
    return "readable file";
  case value_form::secret_variable:
    return "name of a variable";
  case value_form::path:
    return "path";
  case value_form::topic:
    return "name of a topic";
  case value_form::table:
    return "name of a table";
  case value_form::region:
    return "region";
  case value_form::time_zone:
    return "IANA time zone";
  case value_form::agents:
    return "list of ids or \"all\"";
  case value_form::matrix:
    return "block of lists";
  case value_form::transitions:
    return "list of pairs";
  case value_form::state_limits:
    return "list of states with a duration";
  default:
    return "text";
  }
}

/// The form with its bounds or words.
std::string form_text(const key_declaration& key) {
  std::string text{form_word(key)};
  if (!key.words.empty()) text += fmt::format(" \"{}\"", fmt::join(key.words, "\", \""));
  if (auto bounds = bounds_text(key); !bounds.empty()) text += fmt::format(", {}", bounds);
  return text;
}

std::string default_cell(const described_key& described) {
  if (!described.key->absent.empty()) return std::string{described.key->absent};
  return described.standard.empty() ? "none" : fmt::format("`{}`", described.standard);
}

void write_section(std::string& out, const std::vector<described_key>& keys, std::string_view block,
                   const std::string& title, bool with_types) {
  out += fmt::format("### {}\n\n", title);
  out += with_types ? "| key | types | form | default | meaning |\n| --- | --- | --- | --- | --- |\n"
                    : "| key | form | default | meaning |\n| --- | --- | --- | --- |\n";
  for (auto& described : keys) {
    auto& key = *described.key;
    if (block_of(key.path) != block) continue;
    auto name = block.empty() ? key.path : key.path.substr(block.size() + 1);
    auto types = key.only_for.empty() ? "all" : std::string{key.only_for};
    out += fmt::format("| `{}` | {}{} | {} | {} |\n", name, with_types ? types + " | " : std::string{}, form_text(key),
                       default_cell(described), key.meaning);
  }
  out += '\n';
}

std::vector<std::string_view> blocks_of(const std::vector<described_key>& keys) {
  std::vector<std::string_view> blocks;
  for (auto& described : keys)
    if (auto block = block_of(described.key->path); std::find(blocks.begin(), blocks.end(), block) == blocks.end())
      blocks.push_back(block);
  return blocks;
}

/// Writes keys as entries of a file. `off` switches a whole block off, whatever defaults its keys have.
class file_writer {
public:
  /// Wrapped, so that the file reads well in a terminal.
  void prose(std::size_t indent, std::string_view text) {
    constexpr std::size_t width = 116;
    while (!text.empty()) {
      auto room = width - indent;
      auto end = text.size() <= room ? text.size() : text.rfind(' ', room);
      out_ += fmt::format("{:{}}# {}\n", "", indent, text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }
  void line(std::size_t indent, bool off, std::string_view text) {
    out_ += fmt::format("{:{}}{}{}\n", "", indent, off ? "#" : "", text);
  }
  void gap() { out_ += '\n'; }

  void keys(const std::vector<described_key>& keys, std::string_view block, std::size_t indent, bool off,
            std::string_view only_type = {}) {
    for (auto& described : keys) {
      auto& key = *described.key;
      if (block_of(key.path) != block) continue;
      if (!only_type.empty() &&
          fmt::format(" {} ", key.only_for).find(fmt::format(" {} ", only_type)) == std::string::npos)
        continue;
      if (only_type.empty() && !key.only_for.empty()) continue;
      auto name = block.empty() ? key.path : key.path.substr(block.size() + 1);
      bool has_value = !described.standard.empty() && key.absent.empty();
      auto standard = has_value                             ? std::string{"the default is shown"}
                      : key.absent.starts_with("mandatory") ? std::string{key.absent}
                                                            : fmt::format("default: {}", default_cell(described));
      prose(indent, fmt::format("{} ({}; {})", key.meaning, form_text(key), standard));
      line(indent, off || !has_value, fmt::format("{} = {}", name, has_value ? described.standard : key.example));
    }
  }

  /// What every block has, whatever its type; then one block a type.
  void typed_blocks(const std::vector<described_key>& keys_of_all, std::initializer_list<std::string_view> types) {
    line(4, true, "any {");
    keys(keys_of_all, "", 6, true);
    line(4, true, "}");
    for (auto type : types) {
      line(4, true, fmt::format("my-{} {{", type));
      line(6, true, fmt::format("type = \"{}\"", type));
      keys(keys_of_all, "", 6, true, type);
      line(4, true, "}");
    }
  }

  std::string take() { return std::move(out_); }

private:
  std::string out_;
};

} // namespace

std::string key_reference_markdown() {
  std::string out;
  auto node = described(node_keys());
  for (auto block : blocks_of(node)) write_section(out, node, block, fmt::format("`floorwalker.{}`", block), false);
  auto tenant = described(tenant_keys());
  for (auto block : blocks_of(tenant))
    write_section(out, tenant, block,
                  block.empty() ? "`floorwalker.tenants.NAME`" : fmt::format("`floorwalker.tenants.NAME.{}`", block),
                  false);
  write_section(out, described(sink_keys()), "", "`floorwalker.sinks.NAME`", true);
  write_section(out, described(receiver_keys()), "", "`floorwalker.alerting.NAME`", true);
  out.pop_back();
  return out;
}

std::string key_reference_file() {
  file_writer file;
  file.prose(0,
             "Every key of the configuration. Written from the table that the program checks files by; do not edit.");
  file.prose(0, "A key without a default is switched off by the # right before it. docs/configuration.md says more.");
  file.gap();
  file.line(0, false, "floorwalker {");
  auto node = described(node_keys());
  for (auto block : blocks_of(node)) {
    bool off = block != "node" && block != "log"; // to name such a block is to configure it
    file.line(2, off, fmt::format("{} {{", block));
    file.keys(node, block, 4, off);
    file.line(2, off, "}");
    file.gap();
  }
  file.prose(2, "Each tenant has a block under a name of your choice.");
  file.line(2, false, "tenants {");
  file.line(4, false, "default {");
  auto tenant = described(tenant_keys());
  for (auto block : blocks_of(tenant)) {
    if (!block.empty()) file.line(6, false, fmt::format("{} {{", block));
    file.keys(tenant, block, block.empty() ? 6 : 8, false);
    if (!block.empty()) file.line(6, false, "}");
  }
  file.line(4, false, "}");
  file.line(2, false, "}");
  file.gap();
  file.prose(2, "Each sink has a block under a name of your choice; which keys it takes depends on its type.");
  file.line(2, false, "sinks {");
  file.prose(4, "Keys of every sink; then those of each type.");
  file.typed_blocks(described(sink_keys()), {"console", "file", "webhook", "kafka", "postgres"});
  file.line(2, false, "}");
  file.gap();
  file.prose(2, "Each receiver of alerts has a block under a name of your choice; several of a type are fine.");
  file.line(2, false, "alerting {");
  file.prose(4, "Keys of every receiver; then those of each type.");
  file.typed_blocks(described(receiver_keys()), {"alertmanager", "webhook"});
  file.line(2, false, "}");
  file.line(0, false, "}");
  return file.take();
}

} // namespace floorwalker
