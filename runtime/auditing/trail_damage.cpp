#include "runtime/auditing/trail_damage.hpp"

namespace floorwalker {

std::string_view to_text(damage_kind kind) {
  switch (kind) {
  case damage_kind::file_name:
    return "file-name";
  case damage_kind::header:
    return "header";
  case damage_kind::checksum:
    return "checksum";
  case damage_kind::malformed:
    return "malformed";
  case damage_kind::rewritten:
    return "rewritten";
  case damage_kind::missing:
    return "missing";
  case damage_kind::inserted:
    return "inserted";
  case damage_kind::exchanged:
    return "exchanged";
  case damage_kind::numbering:
    return "numbering";
  case damage_kind::totals:
    return "totals";
  case damage_kind::link:
    return "link";
  case damage_kind::checkpoint:
    return "checkpoint";
  case damage_kind::signature:
    return "signature";
  case damage_kind::unknown_key:
    return "unknown-key";
  case damage_kind::computed_anew:
    return "computed-anew";
  case damage_kind::anchor:
    return "anchor";
  case damage_kind::published_otherwise:
    return "published-otherwise";
  case damage_kind::ends_early:
    return "ends-early";
  }
  return "unknown";
}

} // namespace floorwalker
