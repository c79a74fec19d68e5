// The simulator as an object: the program runs one, and tests run as many as they like, each on a port of its own.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <boost/json.hpp>

#include "simulator/ledger.hpp"
#include "simulator/options.hpp"

namespace floorwalker::simulator {

/// A gateway on a thread of its own. All calls are safe from any thread but that one.
///
///     auto wished = options{};
///     wished.pace = {.rate = 0, .events = 10'000};
///     auto simulated = gateway{wished};              // port 0: any free one
///     connect(simulated.base_url(), simulated.ca_pem());
///     simulated.wait_for([](const ledger& book) { return book.totals().sent == 10'000; });
class gateway {
public:
  /// Listens and serves when it returns. Throws std::invalid_argument for bad options (one line a problem) and
  /// std::runtime_error if the port or the TLS folder cannot be had.
  explicit gateway(options wished);
  /// Stops.
  ~gateway();
  gateway(const gateway&) = delete;
  gateway& operator=(const gateway&) = delete;

  std::uint16_t port() const;
  /// "https://127.0.0.1:8443", or http without TLS.
  std::string base_url() const;
  /// The trust anchor for clients; empty without TLS.
  const std::string& ca_pem() const;
  /// Where ca.pem is kept; empty without a TLS folder.
  std::string ca_file() const;

  /// What GET /ledger answers; `query` as behind its question mark, e.g. "events=1".
  boost::json::object ledger_document(std::string_view query = {}) const;
  ledger_totals totals() const;
  /// What POST /control does, e.g. {{"fault", "drop"}}; the answer has "done" and perhaps "error".
  boost::json::object control(boost::json::object wishes);

  /// Blocks until `holds` is true of the ledger, at most `limit`; false if it never was. `holds` runs on the gateway's
  /// thread and must neither throw nor call the gateway.
  bool wait_for(std::function<bool(const ledger&)> holds,
                std::chrono::milliseconds limit = std::chrono::seconds{10}) const;

  /// Closes streams with 1001, then everything. Further calls answer with what was last known. May be repeated.
  void stop();

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace floorwalker::simulator
