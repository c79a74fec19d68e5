// A certificate authority of our own, for one server: the simulator. Clients get its ca.pem as trust anchor.
#pragma once

#include <string>

namespace floorwalker::simulator {

/// PEM texts.
struct server_identity {
  std::string ca;          ///< what clients must trust
  std::string certificate; ///< for localhost, 127.0.0.1 and ::1
  std::string key;
};

/// A fresh authority and a server certificate of it. Throws std::runtime_error if OpenSSL refuses.
server_identity make_identity();

/// The identity kept in a folder: reads it where ca.pem, server.pem and server-key.pem are good for another day, else
/// makes the folder and a new identity. The key file has mode 0600. Throws std::runtime_error that names the file.
server_identity kept_identity(const std::string& directory);

} // namespace floorwalker::simulator
