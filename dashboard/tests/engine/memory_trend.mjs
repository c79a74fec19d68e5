// Whether a series of figures has come to rest. The first third is left out: in it code is compiled, pools are filled
// and the rings of ten minutes reach their length.

const median = (list) => {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** Theil and Sen's slope of figures that were taken at equal distances: the median over all pairs, a step. */
function slopeOf(list) {
  const slopes = [];
  for (let i = 0; i < list.length; ++i)
    for (let j = i + 1; j < list.length; ++j) slopes.push((list[j] - list[i]) / (j - i));
  return slopes.length === 0 ? 0 : median(slopes);
}

/**
 * Why the series is not flat, as a sentence; "" if it is. Two rules: the last third's median lies at most `bound` above
 * the middle third's, and the line through both rises by at most twice that from its first figure to its last, since
 * their middles are half as far apart.
 */
export function risesBy(series, bound) {
  const third = Math.floor(series.length / 3);
  if (third < 3) return `there are only ${series.length} figures`;
  const [middle, last] = [series.slice(third, series.length - third), series.slice(series.length - third)];
  const step = median(last) - median(middle);
  if (step > bound)
    return `the last third lies ${step.toFixed(2)} above the middle one, and ${bound.toFixed(2)} are allowed`;
  const settled = series.slice(third);
  const rise = slopeOf(settled) * (settled.length - 1);
  if (rise > 2 * bound)
    return `it rises by ${rise.toFixed(2)} after the first third, and ${(2 * bound).toFixed(2)} are allowed`;
  return "";
}
