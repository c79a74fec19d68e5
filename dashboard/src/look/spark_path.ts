// The line of a small chart as an SVG path. Pure.

export const sparkWidth = 120;
export const sparkHeight = 24;
const leastSeconds = 60;

/**
 * At most a point a pixel; a gap in the values is a gap in the line. The scale begins at `floor` if that is given, and
 * spans at least `leastRange`, so that a trifle does not look like a storm.
 */
export function sparkPath(
  times: Float64Array,
  values: Float64Array,
  seconds: number,
  floor?: number,
  leastRange = 0,
): string {
  const last = times.length - 1;
  if (last < 1) return "";
  const span = Math.min(seconds, Math.max(leastSeconds, times[last]! - times[0]!));
  const from = times[last]! - span;
  let least = floor ?? Infinity;
  let most = -Infinity;
  for (let i = 0; i <= last; ++i) {
    const value = values[i]!;
    if (times[i]! < from || Number.isNaN(value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (most === -Infinity) return "";
  const range = Math.max(most - least, leastRange) || 1;
  let path = "";
  let pen = "M";
  let column = -1;
  for (let i = 0; i <= last; ++i) {
    const value = values[i]!;
    if (Number.isNaN(value)) {
      pen = "M";
      continue;
    }
    if (times[i]! < from) continue;
    const x = ((times[i]! - from) / span) * sparkWidth;
    if (Math.floor(x) === column && pen === "L") continue;
    column = Math.floor(x);
    path += `${pen}${x.toFixed(1)} ${(sparkHeight - 2 - ((value - least) / range) * (sparkHeight - 4)).toFixed(1)}`;
    pen = "L";
  }
  return path;
}
