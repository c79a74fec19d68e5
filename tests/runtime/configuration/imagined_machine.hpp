// Surroundings made up by a test: variables, files and time zones as plain maps.
#pragma once

#include "runtime/configuration/configuration.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace floorwalker {

struct imagined_machine {
  /// What every configuration of these tests may count on.
  std::map<std::string, std::string> variables = {
      {"CXONE_TENANT_ID", "t-1"}, {"CXONE_CLIENT_ID", "c-1"}, {"CXONE_CLIENT_SECRET", "hush-hush"}};
  std::map<std::string, file_condition> files;
  std::set<std::string> time_zones = {"Europe/Berlin", "America/Chicago"};
  bool any_file_will_do = false;

  surroundings around() const {
    return {[this](const std::string& name) -> std::optional<std::string> {
              auto at = variables.find(name);
              if (at == variables.end()) return {};
              return at->second;
            },
            [this](const std::string& path) -> file_condition {
              auto at = files.find(path);
              if (at != files.end()) return at->second;
              return any_file_will_do ? file_condition{} : file_condition{"No such file or directory", false, false};
            },
            [this](const std::string& name) { return time_zones.count(name) != 0; }, nullptr};
  }

  configuration_result read(const std::string& text, std::vector<configuration_override> overrides = {}) const {
    return read_configuration({"f.conf", text, std::move(overrides)}, around());
  }

  /// The problems as a person sees them, one a line.
  std::vector<std::string> problems(const std::string& text, std::vector<configuration_override> overrides = {}) const {
    std::vector<std::string> lines;
    for (auto& problem : read(text, std::move(overrides)).problems) lines.push_back(problem.to_line());
    return lines;
  }

  /// The same for what stands in a tenant called acme that is complete otherwise.
  std::vector<std::string> tenant_problems(const std::string& entries) const { return problems(tenant_text(entries)); }

  static std::string tenant_text(const std::string& entries, const std::string& base = "region = \"us-1\"") {
    return fmt::format("floorwalker {{ tenants {{ acme {{\n{}\n{}\n}} }} }}", base, entries);
  }
};

/// All lines in one text, for messages of failed tests.
inline std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (auto& line : lines) text += fmt::format("{}\n", line);
  return text;
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

} // namespace floorwalker
