// Records into a Kafka topic.
#pragma once

#include "messages/settings.hpp"
#include "runtime/kafka/group_course.hpp"
#include "runtime/kafka/producer.hpp"
#include "runtime/outlets/delivered_records.hpp"
#include "runtime/outlets/group_refusals.hpp"
#include "runtime/outlets/outlet_thread.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace floorwalker::kafka {

/// After so long without a single report a write counts as failed; the sink tries again, and the group is gone on with.
inline constexpr std::chrono::seconds usual_patience{8};

/// The outlet of a kafka sink: at least once, in order for each key. A group is answered when the brokers have
/// acknowledged all of it. What they will never take, such as a record that is too large, becomes a dead letter below
/// `data_dir`. Records without a report stay with the producer when a write gives up waiting, so that the next write of
/// the group sends only what was never sent. Its end interrupts whatever it waits for.
class kafka_outlet : public threaded_outlet {
public:
  kafka_outlet(const sink_settings& settings, const std::filesystem::path& data_dir,
               std::shared_ptr<const wall_clock> clock, std::chrono::milliseconds patience = usual_patience);
  ~kafka_outlet() override;

  void write_then(std::uint64_t number, delivery_group_ptr group, write_answer done) override;

private:
  using records = std::vector<delivered_record>;

  write_result write(std::uint64_t number, const delivery_group& group);
  std::string deliver(const records& all);
  void deliver_round(const records& all);
  std::string problem_of_round();
  void choose_producer();
  void drop_producer();
  void send_outstanding(const records& all);
  bool send(std::size_t index, const delivered_record& record);
  void take_report(std::size_t index, rd_kafka_resp_err_t error);
  void refuse(std::size_t index, rd_kafka_resp_err_t error);
  bool wait();
  std::string keep_refused(const records& all);
  void poll_between_groups();

  sink_settings settings_;
  std::chrono::milliseconds patience_;
  std::atomic<bool> ending_ = false;

  // The group under way.
  std::uint64_t number_ = 0;
  group_course course_;
  std::vector<refusal> refused_; ///< not among the dead letters yet
  group_refusals refusals_;

  // The round under way: one producer, until everything is reported or it is of no more use.
  std::chrono::steady_clock::time_point last_report_;
  bool silent_ = false;        ///< patience has run out
  bool found_refusal_ = false; ///< a broker refused something
  std::string failure_;        ///< why records failed that may succeed another time

  std::size_t batch_bytes_ = batching{}.bytes;
  bool single_ = false; ///< the producer sends each record alone
  bool single_refused_ = false;
  std::unique_ptr<producer> producer_; ///< null: none yet, or the last one was of no more use
  outlet_thread thread_;
};

} // namespace floorwalker::kafka
