// Certificates made for one run of the tests.
#pragma once

#include <string>
#include <vector>

namespace floorwalker::test {

/// A certificate with its key, as PEM.
struct certificate {
  std::string pem;
  std::string key_pem;
};

/// A certification authority of our own, valid for a day.
class authority {
public:
  authority();
  /// A server certificate for the alternative names given, such as "DNS:localhost" or "IP:127.0.0.1".
  certificate issue(const std::vector<std::string>& names) const;
  /// Its own certificate in a file that lives as long as the process.
  const std::string& ca_file() const { return ca_file_; }

private:
  certificate own_;
  std::string ca_file_;
};

/// One authority for all tests.
const authority& test_authority();

} // namespace floorwalker::test
