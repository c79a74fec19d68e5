import type { StateLook } from "../look/state_looks.ts";
import { shapePaths } from "../look/shape_paths.ts";

/** The shape and colour of a state; what it means stands beside it as text. `hollow`: not a fact. */
export function Glyph({ look, hollow = false }: { look: StateLook; hollow?: boolean }) {
  return (
    <svg class={hollow ? "glyph hollow" : "glyph"} data-tone={look.tone} viewBox="0 0 16 16" aria-hidden="true">
      <path d={shapePaths[look.shape]} />
    </svg>
  );
}
