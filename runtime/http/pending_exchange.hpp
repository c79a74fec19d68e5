// A request's way back from any thread to its connection.
#pragma once

#include "runtime/http/http_exchange.hpp"
#include "runtime/http/http_thread_door.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace floorwalker {

class served_connection;
class stream_pacer;

/// May outlive connection and server: then what is answered is dropped.
class pending_exchange final : public http_exchange {
public:
  pending_exchange(std::weak_ptr<served_connection> connection, std::uint64_t number,
                   std::shared_ptr<http_thread_door> door, std::shared_ptr<stream_pacer> pacer,
                   std::size_t stream_bytes);
  ~pending_exchange() override;

  void respond(served_answer answer) override;
  answer_stream_ptr open_stream(stream_head head, stream_events events) override;

private:
  bool first_use();
  void post_answer(served_answer answer);

  std::weak_ptr<served_connection> connection_;
  std::uint64_t number_;
  std::shared_ptr<http_thread_door> door_;
  std::shared_ptr<stream_pacer> pacer_;
  std::size_t stream_bytes_;
  std::atomic<bool> used_ = false;
};

} // namespace floorwalker
