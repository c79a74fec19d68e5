// What is to be written to one connection.
#pragma once

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace floorwalker {

/// Collects writes while an earlier one is under way, in order and bounded, so that a peer who sends pings and reads
/// nothing costs us neither memory nor a blocked thread. Knows no socket: its owner writes what `take` hands out.
class outbox {
public:
  explicit outbox(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// Appends all of `buffers`, or nothing and returns false where that would exceed the bound. When sealed, the bytes
  /// are dropped and it returns true: for the writer everything went well.
  template <class Buffers>
  bool append(const Buffers& buffers) {
    if (sealed_) return true;
    auto size = boost::asio::buffer_size(buffers);
    if (waiting_.size() + size > bytes_max_) return false;
    auto before = waiting_.size();
    waiting_.resize(before + size);
    boost::asio::buffer_copy(boost::asio::buffer(waiting_.data() + before, size), buffers);
    return true;
  }

  /// Appends the last bytes that may ever go out: after a close frame nothing else is sent (RFC 6455 §5.5.1).
  void seal(std::string_view last) {
    if (sealed_) return;
    waiting_ += last;
    sealed_ = true;
  }
  bool sealed() const { return sealed_; }

  /// Drops what waits, and whatever comes: the connection takes no more bytes.
  void give_up() {
    sealed_ = true;
    waiting_.clear();
  }

  /// Everything that waits; valid until `written`, which comes first before it may be called again.
  std::string_view take() {
    under_way_.swap(waiting_);
    return under_way_;
  }
  void written() {
    under_way_.clear();
    if (under_way_.capacity() > kept_max) std::string{}.swap(under_way_);
  }

private:
  static constexpr std::size_t kept_max = 256; ///< when nothing waits: room for an answer to a ping

  std::size_t bytes_max_;
  std::string waiting_;
  std::string under_way_;
  bool sealed_ = false;
};

} // namespace floorwalker
