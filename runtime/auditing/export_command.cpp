#include "runtime/auditing/export_command.hpp"

#include "messages/wire/users_listing.hpp"
#include "runtime/auditing/csv_rows.hpp"
#include "runtime/auditing/entry_filter.hpp"
#include "runtime/auditing/kept_segments.hpp"
#include "runtime/auditing/key_files.hpp"
#include "runtime/auditing/progress_bar.hpp"
#include "runtime/auditing/scan_end.hpp"
#include "runtime/configuration/text_forms.hpp"

#include <fmt/format.h>

#include <fcntl.h>

#include <cerrno>
#include <cstdint>
#include <ostream>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::size_t piece = 1 << 20;

/// Where the lines go: a file, or stdout.
class line_output {
public:
  explicit line_output(std::ostream& out) : out_{&out} {}
  line_output(file_system& files, open_file file, std::string name)
      : files_{&files}, file_{std::move(file)}, name_{std::move(name)} {}

  std::string& buffer() { return buffer_; }

  /// False when it can't be written any more.
  bool flush(bool all) {
    if (!problem_.empty()) return false;
    if (buffer_.empty() || (!all && buffer_.size() < piece)) return true;
    if (out_) {
      out_->write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
      if (all) out_->flush();
      if (!*out_) problem_ = "stdout can't be written";
    } else if (auto error = write_all(*files_, file_.descriptor(), buffer_, written_)) {
      problem_ = file_problem("write", name_, error);
    }
    written_ += buffer_.size();
    buffer_.clear();
    return problem_.empty();
  }

  const std::string& problem() const { return problem_; }

private:
  std::ostream* out_ = nullptr;
  file_system* files_ = nullptr;
  open_file file_;
  std::string name_;
  std::string buffer_;
  std::uint64_t written_ = 0;
  std::string problem_;
};

class exporter : public record_taker {
public:
  exporter(const audit_export_request& request, line_output& output)
      : filter_{request.agent, request.valid},
        plain_{!request.agent && !request.valid},
        csv_{request.format == export_format::csv},
        output_{output} {
    if (csv_) output_.buffer() += csv_header();
  }

  bool take(const frame& record) override {
    // A payload that this version can't read goes out as it is, or nowhere.
    if (record.head.kind != frame_kind::record || !filter_.may_pass(record.payload)) return true;
    auto& out = output_.buffer();
    if (csv_ || !plain_) {
      auto entry = entries_.read(record.payload);
      if (!filter_.passes(entry)) return true;
      if (csv_) {
        append_csv_row(out, entry);
        return written();
      }
    }
    out += record.payload;
    out += '\n';
    return written();
  }

  std::uint64_t records() const { return records_; } ///< that were exported

private:
  bool written() {
    ++records_;
    return output_.flush(false);
  }

  entry_filter filter_;
  bool plain_;
  bool csv_;
  line_output& output_;
  entry_reader entries_;
  std::uint64_t records_ = 0;
};

int export_to(const audit_export_request& request, const command_console& console, file_system& files,
              const trail_scan_settings& settings, line_output& output) {
  exporter taker{request, output};
  trail_check_progress progress;
  trail_scan_result result;
  {
    // A bar and lines on the same terminal would get in each other's way.
    auto shows_bar = console.err_is_terminal && (request.output_file || !console.out_is_terminal);
    progress_bar bar{console.err, shows_bar, "exporting", progress};
    result = scan_trail(files, settings, taker, progress);
    output.flush(true);
  }
  if (!output.problem().empty()) return console.refuse("export", output.problem(), exit_unreadable);
  // A slip of the pen would look like a proof that there was nothing.
  if (taker.records() == 0 && request.agent)
    console.err << fmt::format("audit export: no record of agent {} was found{}\n", printable_value(*request.agent),
                               wire::is_agent_id(*request.agent) ? "" : ", and that is no agent's id");
  return tell_end(result, "export", console);
}

} // namespace

int run_export(const audit_export_request& request, const command_console& console) {
  file_system files;
  trail_scan_settings settings;
  settings.folder = request.folder;
  settings.verify = request.verify;
  settings.bounds = request.bounds;
  if (auto problem = add_key_files(files, request.public_key_files, settings.keys); !problem.empty())
    return console.refuse("export", problem, exit_usage);
  if (!request.output_file) {
    line_output output{console.out};
    return export_to(request, console, files, settings, output);
  }
  // Before the file is emptied: a wrong folder should cost nobody an older export.
  if (auto kept = find_kept_segments(files, settings.folder); !kept.problem.empty())
    return console.refuse("export", kept.problem, exit_unreadable);
  auto file = open_path(files, *request.output_file, O_WRONLY | O_CREAT | O_TRUNC, 0640);
  if (!file) return console.refuse("export", file_problem("open", *request.output_file, errno), exit_unreadable);
  line_output output{files, std::move(file), *request.output_file};
  return export_to(request, console, files, settings, output);
}

} // namespace floorwalker
