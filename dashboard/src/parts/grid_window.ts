// Which rows of a long table are on the screen. Pure.

/** Rows beyond the edges that are kept ready, so that a fast scroll shows no blank. */
const spare = 4;

export interface GridWindow {
  first: number;
  shown: number;
}

export function gridWindow(scrollTop: number, height: number, rowHeight: number, count: number): GridWindow {
  const top = Math.max(0, Math.floor(scrollTop / rowHeight) - spare);
  const first = Math.min(top, Math.max(0, count - 1));
  const wanted = Math.ceil(height / rowHeight) + 2 * spare;
  return { first: count === 0 ? 0 : first, shown: Math.max(0, Math.min(wanted, count - first)) };
}

/** Where to scroll so that row `position` is wholly visible; the same place if it is. */
export function scrollToShow(position: number, scrollTop: number, height: number, rowHeight: number): number {
  const top = position * rowHeight;
  if (top < scrollTop) return top;
  const bottom = top + rowHeight;
  return bottom > scrollTop + height ? bottom - height : scrollTop;
}
