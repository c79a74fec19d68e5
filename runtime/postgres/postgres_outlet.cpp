#include "runtime/postgres/postgres_outlet.hpp"

#include "runtime/network/network_failure.hpp"
#include "runtime/network/secret_text.hpp"
#include "runtime/postgres/table_schema.hpp"

#include <string>
#include <utility>

namespace floorwalker::postgres {
namespace {

std::string password_of(const sink_settings& settings) {
  if (settings.secret_file.empty() && settings.secret_env.empty()) return {};
  return read_secret("password-file", settings.secret_file, settings.secret_env);
}

} // namespace

postgres_outlet::postgres_outlet(const sink_settings& settings, const std::filesystem::path& data_dir,
                                 std::shared_ptr<const wall_clock> clock)
    : settings_{settings},
      names_{names_of(settings.table)},
      refusals_{dead_letter_file{dead_letter_path(data_dir, settings.name), settings.name}, std::move(clock)},
      store_{settings.name, names_},
      thread_{{[this](auto number, auto& group) { return write(number, group); }, {}, {}}} {}

postgres_outlet::~postgres_outlet() {
  interruption_.raise();
  thread_.stop();
}

void postgres_outlet::write_then(std::uint64_t number, delivery_group_ptr group, write_answer done) {
  thread_.post(number, std::move(group), std::move(done));
}

write_result postgres_outlet::write(std::uint64_t number, const delivery_group& group) {
  auto records = records_of(group);
  refusals_.enter(number, records.size());
  write_result result;
  try {
    result.problem = store(records);
  } catch (const server_failure& failure) {
    result.problem = failure.what();
  } catch (const network_failure& failure) { // the password
    result.problem = failure.what();
  } catch (const interrupted_session&) {
    result.problem = "the process stops";
  } catch (...) {
    session_.reset();
    throw;
  }
  if (!result.problem.empty()) {
    session_.reset(); // whatever was begun is over with it
    result.problem = "cannot write to PostgreSQL: " + result.problem;
  }
  result.refused = refusals_.take_count();
  return result;
}

std::string postgres_outlet::store(const std::vector<delivered_record>& records) {
  if (session_) {
    try {
      return store_.store(*session_, records, refusals_);
    } catch (const server_failure&) {
      if (session_->usable()) throw;
      // The server, or somebody between here and there, has closed the connection since the last group.
      session_.reset();
    }
  }
  connect();
  return store_.store(*session_, records, refusals_);
}

void postgres_outlet::connect() {
  auto password = password_of(settings_);
  auto parameters = parameters_for(settings_, password);
  wipe(password);
  session_.emplace(std::move(parameters), interruption_);
  prepare_tables(*session_, names_);
}

} // namespace floorwalker::postgres
