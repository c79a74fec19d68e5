// A client that sends exactly the bytes it is told to, and waits at most 15 s for the answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace floorwalker::test {

/// An answer taken apart. Status 0: the connection ended without one.
struct received_answer {
  int status = 0;
  std::string head; ///< with names as sent
  std::string body; ///< chunks joined

  /// The header's value; empty if absent. The name in any case.
  std::string header(std::string_view name) const;
};

class plain_client {
public:
  /// Connects to 127.0.0.1; with `tls`, shakes hands without looking at the certificate. Throws if that fails.
  explicit plain_client(std::uint16_t port, bool tls = false, int receive_buffer = 0);
  ~plain_client();
  plain_client(plain_client&&) noexcept;
  plain_client& operator=(plain_client&&) = delete;

  void send(std::string_view bytes);
  /// Sends the text again and again, plain connections only, until the server takes no more for half a second or
  /// `bytes_max` are sent; gives the bytes that were.
  std::size_t send_while_taken(std::string_view text, std::size_t bytes_max);
  /// True when the server has reset the connection; false after 15 s.
  bool is_cut_off();
  /// The next answer; `head_only` for HEAD.
  received_answer receive(bool head_only = false);
  /// Sends and receives.
  received_answer ask(std::string_view bytes, bool head_only = false);
  /// Reads the head of an answer and leaves the rest.
  received_answer receive_head();
  /// Reads until `text` has arrived or the connection has ended; gives all that was read.
  std::string read_until(std::string_view text);
  /// True when the server has ended the connection; false after 15 s or if bytes come.
  bool ended();
  /// Waits so long for bytes from the server, or its end.
  bool readable_within(std::chrono::milliseconds time);
  /// Tells one certificate of the server from another, TLS only.
  std::string certificate_text() const;
  /// Ends the connection with a reset.
  void reset();

private:
  struct state;
  bool fill();

  std::unique_ptr<state> state_;
};

/// GET with Host and further header lines, each ended by \r\n.
std::string get(std::string_view target, std::string_view headers = {});
/// POST of a JSON body.
std::string post(std::string_view target, std::string_view body, std::string_view headers = {});

} // namespace floorwalker::test
