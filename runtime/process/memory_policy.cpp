#include "runtime/process/memory_policy.hpp"

#include <cstdlib> // where there is glibc, its headers say so

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace floorwalker {

void keep_freed_memory() {
#ifdef __GLIBC__
  ::mallopt(M_TRIM_THRESHOLD, 64 << 20);
  ::mallopt(M_MMAP_THRESHOLD, 4 << 20);
#endif
}

} // namespace floorwalker
