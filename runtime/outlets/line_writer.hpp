// Writing text to a file descriptor completely, or telling why not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace floorwalker {

/// Ends writes that wait for a reader. May be raised from any thread, and stays raised.
class write_interruption {
public:
  write_interruption();
  ~write_interruption();
  write_interruption(const write_interruption&) = delete;
  write_interruption& operator=(const write_interruption&) = delete;

  void raise() noexcept;
  int descriptor() const { return event_; } ///< readable once raised

private:
  int event_;
};

/// How much of a text was written, and the errno that ended it early; 0: all of it. ECANCELED: interrupted.
struct write_outcome {
  std::size_t written = 0;
  int error = 0;
};

/// What to do when a reader leaves no room: wait for it, or end with EAGAIN.
enum class patience : std::uint8_t { endless, none };

/// Writes `text` to `descriptor`, in as many steps as it takes. The calling thread should block SIGPIPE, as
/// outlet_thread does; a closed pipe is EPIPE then.
write_outcome write_text(int descriptor, std::string_view text, const write_interruption& interruption,
                         patience waits = patience::endless);

/// True if no later write can succeed, since whoever read from the descriptor has gone.
bool reader_is_gone(int descriptor, int error);

/// The system's words for an errno.
std::string words_for(int error);

/// How far an outlet came with the group it was given, so that it goes on there when it gets the same group again.
struct group_progress {
  std::uint64_t number = 0;
  std::size_t delivery = 0; ///< index of the one under way
  std::size_t offset = 0;   ///< bytes of it that are written

  void enter(std::uint64_t group);
  void next_delivery();
};

} // namespace floorwalker
