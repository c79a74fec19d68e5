// How the process deals with the system's memory.
#pragma once

namespace floorwalker {

/// Lets the C library keep freed memory for the next batches, up to 64 MiB a thread, and take blocks of up to 4 MiB from
/// it. By itself it gives the end of its heap back with each batch that is done, and the next batch pays for every page
/// again. Once, before other threads start; does nothing where the C library has no such settings.
void keep_freed_memory();

} // namespace floorwalker
