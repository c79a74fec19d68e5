#include "runtime/http/pending_exchange.hpp"

#include "runtime/http/buffered_stream.hpp"
#include "runtime/http/served_connection.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace floorwalker {
namespace {

/// A stream on its way to its connection. If it never arrives, its owner is let go.
class stream_on_its_way {
public:
  explicit stream_on_its_way(std::shared_ptr<buffered_stream> stream) : stream_(std::move(stream)) {}
  stream_on_its_way(stream_on_its_way&&) noexcept = default;
  stream_on_its_way& operator=(stream_on_its_way&&) = delete;
  ~stream_on_its_way() {
    if (stream_) stream_->abandon();
  }
  std::shared_ptr<buffered_stream> arrive() { return std::move(stream_); }

private:
  std::shared_ptr<buffered_stream> stream_;
};

} // namespace

pending_exchange::pending_exchange(std::weak_ptr<served_connection> connection, std::uint64_t number,
                                   std::shared_ptr<http_thread_door> door, std::shared_ptr<stream_pacer> pacer,
                                   std::size_t stream_bytes)
    : connection_(std::move(connection)),
      number_(number),
      door_(std::move(door)),
      pacer_(std::move(pacer)),
      stream_bytes_(stream_bytes) {}

pending_exchange::~pending_exchange() {
  if (used_.exchange(true)) return;
  post_answer(problem_answer(500, "Internal failure", "The request was not answered; the log may say why."));
}

bool pending_exchange::first_use() {
  if (!used_.exchange(true)) return true;
  spdlog::error("http: a request was answered twice; the second answer is dropped");
  return false;
}

void pending_exchange::post_answer(served_answer answer) {
  door_->post([connection = connection_, number = number_, answer = std::move(answer)]() mutable {
    if (auto target = connection.lock()) target->answered(number, std::move(answer));
  });
}

void pending_exchange::respond(served_answer answer) {
  if (first_use()) post_answer(std::move(answer));
}

answer_stream_ptr pending_exchange::open_stream(stream_head head, stream_events events) {
  auto stream = std::make_shared<buffered_stream>(stream_bytes_, std::move(events), pacer_);
  bool first = first_use();
  door_->post([connection = first ? connection_ : std::weak_ptr<served_connection>{}, number = number_,
               head = std::move(head), way = stream_on_its_way{stream}]() mutable {
    auto arrived = way.arrive();
    if (auto target = connection.lock())
      target->opened(number, std::move(head), std::move(arrived));
    else
      arrived->end();
  });
  return stream;
}

} // namespace floorwalker
