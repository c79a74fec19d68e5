// The last minutes of one figure as a line without axes.
import { sparkHeight, sparkPath, sparkWidth } from "../look/spark_path.ts";

interface Properties {
  times: Float64Array;
  values: Float64Array;
  /** At most; a young line fills the width sooner. */
  seconds: number;
  /** The scale begins here instead of at the least value. */
  floor?: number;
  leastRange?: number;
}

export function Sparkline({ times, values, seconds, floor, leastRange }: Properties) {
  return (
    <svg class="sparkline" viewBox={`0 0 ${sparkWidth} ${sparkHeight}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={sparkPath(times, values, seconds, floor, leastRange)} />
    </svg>
  );
}
