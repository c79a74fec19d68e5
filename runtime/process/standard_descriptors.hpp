// Standard input, output and error of a process whose parent gave it less than all three.
#pragma once

namespace floorwalker {

/// Fills the places of closed standard descriptors, so that no file or socket gets the number of one and is written to
/// by mistake. A write to a filled place fails with EBADF, as to a closed one. Before anything else is opened.
void hold_standard_descriptors();

} // namespace floorwalker
