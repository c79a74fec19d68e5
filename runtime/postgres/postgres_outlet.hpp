// Records into a table of a PostgreSQL database.
#pragma once

#include "messages/settings.hpp"
#include "runtime/outlets/delivered_records.hpp"
#include "runtime/outlets/group_refusals.hpp"
#include "runtime/outlets/line_writer.hpp"
#include "runtime/outlets/outlet_thread.hpp"
#include "runtime/postgres/record_store.hpp"
#include "runtime/postgres/server_session.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace floorwalker::postgres {

/// The outlet of a postgres sink. Connects with the first group, makes or migrates its tables, and writes each group in
/// one transaction together with the sink's cursor, so that every record stands in the table exactly once. Dead letters
/// lie in the sink's folder below `data_dir`. Its end interrupts whatever it waits for.
class postgres_outlet : public threaded_outlet {
public:
  postgres_outlet(const sink_settings& settings, const std::filesystem::path& data_dir,
                  std::shared_ptr<const wall_clock> clock);
  ~postgres_outlet() override;

  void write_then(std::uint64_t number, delivery_group_ptr group, write_answer done) override;

private:
  write_result write(std::uint64_t number, const delivery_group& group);
  std::string store(const std::vector<delivered_record>& records);
  void connect();

  sink_settings settings_;
  table_names names_;
  write_interruption interruption_;
  group_refusals refusals_;
  record_store store_;
  std::optional<server_session> session_; ///< none: not connected
  outlet_thread thread_;
};

} // namespace floorwalker::postgres
