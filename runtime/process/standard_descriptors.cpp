#include "runtime/process/standard_descriptors.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <initializer_list>

namespace floorwalker {

void hold_standard_descriptors() {
  for (int wanted : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(wanted, F_GETFD) < 0) ::open("/dev/null", O_RDONLY); // takes the lowest free number, which is this one
}

} // namespace floorwalker
