// The table of agents: any number of them, as many elements as fit on the screen.
import { useEffect, useRef } from "preact/hooks";
import { signal } from "@preact/signals";
import { type SortColumn, type Sorting, VisibleOrder } from "../floor/visible_order.ts";
import { type RowFilter, everything } from "../floor/row_filter.ts";
import { go, hrefOf, lookOf, route, show, store } from "../shell/app_state.ts";
import { askForFrame, eachFrame } from "../shell/frames.ts";
import { count, counted } from "../look/numbers.ts";
import { AgentRows } from "./agent_rows.ts";
import { gridWindow, scrollToShow } from "./grid_window.ts";
import { Icon } from "./icon.tsx";

/** How often rows change places: oftener, nobody could follow one with the eye. */
const reorderEveryMs = 400;
/** Rows keep their places while a person points at them, but not under a pointer that was left lying there. */
const holdMs = 2500;

const columns: readonly { column: SortColumn; title: string; name: string }[] = [
  { column: "name", title: "Agent", name: "cell-name" },
  { column: "state", title: "State", name: "cell-state" },
  { column: "time", title: "In state", name: "cell-time" },
  { column: "reason", title: "Reason", name: "cell-reason" },
  { column: "team", title: "Team", name: "cell-team" },
];

export const sortColumns: readonly SortColumn[] = ["time", "name", "state", "reason", "team"];

/** How many agents the filters leave; the toolbar tells. */
export const matching = signal(0);

/** A person who comes back from an agent's page finds the table where it was. */
const kept: { scrollTop: number; activeId: string | null; tenant: string | null } = {
  scrollTop: 0,
  activeId: null,
  tenant: null,
};

export function sortBy(column: SortColumn): void {
  const { sorting } = route.value;
  go({ sorting: { column, reversed: sorting.column === column && !sorting.reversed } }, true);
}

export function AgentGrid() {
  const grid = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const spacer = useRef<HTMLDivElement>(null);
  const { sorting } = route.value;

  useEffect(() => attach(grid.current!, spacer.current!, body.current!), []);

  return (
    <div class="agent-grid" role="grid" aria-label="Agents" tabIndex={0} ref={grid} aria-colcount={columns.length}>
      <div role="rowgroup" class="grid-head">
        <div role="row" class="agent-row" aria-rowindex={1}>
          {columns.map(({ column, title, name }) => {
            const sorted = sorting.column === column;
            // Longest first means the earliest beginning first; what is read is the time.
            const ascending = column === "time" ? sorting.reversed : !sorting.reversed;
            return (
              <div
                role="columnheader"
                class={`cell ${name}`}
                key={column}
                aria-sort={!sorted ? "none" : ascending ? "ascending" : "descending"}
              >
                <button class="plain" tabIndex={-1} onClick={() => sortBy(column)}>
                  {title}
                  {sorted && <Icon name={ascending ? "ascending" : "descending"} />}
                </button>
              </div>
            );
          })}
        </div>
      </div>
      <div role="rowgroup" class="grid-body" ref={spacer}>
        <div role="none" class="grid-rows" ref={body} />
      </div>
      <Emptiness />
    </div>
  );
}

function Emptiness() {
  if (!store.ready.value || matching.value > 0) return null;
  if (store.summary.value.agents === 0)
    return <p class="emptiness">No agents yet. They appear as soon as the platform's listing names them.</p>;
  return (
    <p class="emptiness">
      No agent matches.{" "}
      <button class="field" onClick={() => go({ filter: everything }, true)}>
        Show all {count(store.summary.value.agents)}
      </button>
    </p>
  );
}

/** Binds the elements to the store until the returned function is called. */
function attach(grid: HTMLElement, spacer: HTMLElement, body: HTMLElement): () => void {
  const rows = new AgentRows(body);
  const order = new VisibleOrder(new Intl.Collator("en", { numeric: true, sensitivity: "base" }));
  let builtVersion = -1;
  let builtMembership = -1;
  let builtAt = 0;
  let filter: RowFilter | null = null;
  let sorting: Sorting | null = null;
  let pointedAt = 0;
  let toldCount = -1;
  let toldHeight = -1;
  let scrolled = kept.tenant === store.tenant.value ? kept.scrollTop : 0;
  let activeId = kept.tenant === store.tenant.value ? kept.activeId : null;
  let rowHeight = 32;
  let headHeight = 32;
  let height = 0;
  let restored = false;

  const measure = (): void => {
    const style = getComputedStyle(grid);
    rowHeight = parseFloat(style.getPropertyValue("--row-height")) || 32;
    headHeight = parseFloat(style.getPropertyValue("--head-height")) || 0;
    height = grid.clientHeight;
    askForFrame();
  };
  const resized = new ResizeObserver(measure);
  resized.observe(grid);

  const viewHeight = (): number => Math.max(rowHeight, height - headHeight);

  const rebuild = (now: number): void => {
    const { table } = store;
    const wanted = route.value;
    const asked = wanted.filter !== filter || wanted.sorting !== sorting || table.membership !== builtMembership;
    // Distances either way: the local clock may be set back.
    const due =
      table.version !== builtVersion &&
      Math.abs(now - builtAt) >= reorderEveryMs &&
      Math.abs(now - pointedAt) >= holdMs;
    if (!asked && !due) return;
    // Another question: its answer is read from the top.
    if (filter !== null && (wanted.filter !== filter || wanted.sorting !== sorting)) grid.scrollTop = scrolled = 0;
    filter = wanted.filter;
    sorting = wanted.sorting;
    builtVersion = table.version;
    builtMembership = table.membership;
    builtAt = now;
    order.rebuild(table, filter, sorting);
  };

  const draw = (now: number): void => {
    if (!store.ready.value) return;
    rebuild(now);
    if (order.count !== toldCount || rowHeight !== toldHeight) {
      toldCount = order.count;
      toldHeight = rowHeight;
      spacer.style.height = `${order.count * rowHeight}px`;
      grid.setAttribute("aria-rowcount", String(order.count + 1));
      matching.value = order.count;
    }
    if (!restored) {
      restored = true;
      grid.scrollTop = scrolled;
    }
    const { first, shown } = gridWindow(scrolled, height, rowHeight, order.count);
    body.style.transform = `translateY(${first * rowHeight}px)`;
    const alerted = store.alerted.value;
    const look = lookOf.value;
    rows.render({
      first,
      shown,
      rowAt: (position) => store.table.view(order.rows[position]!),
      lookOf: look,
      isAlerted: (id) => alerted.has(id),
      hrefOf: (agentId) => hrefOf({ name: "agent", agentId }),
      now: store.knownUntil(now),
      activeId,
    });
    const active = activeId === null ? null : rows.elementOf(activeId);
    if (active) grid.setAttribute("aria-activedescendant", active.id);
    else grid.removeAttribute("aria-activedescendant");
  };

  const onScroll = (): void => {
    scrolled = grid.scrollTop;
    askForFrame();
  };

  const positionOf = (id: string | null): number => {
    if (id === null) return -1;
    const row = store.table.indexOf(id);
    return row < 0 ? -1 : order.rows.subarray(0, order.count).indexOf(row);
  };

  const moveTo = (position: number): void => {
    if (order.count === 0) return;
    const at = Math.min(order.count - 1, Math.max(0, position));
    activeId = store.table.idOf(order.rows[at]!);
    const to = scrollToShow(at, scrolled, viewHeight(), rowHeight);
    if (to !== scrolled) grid.scrollTop = scrolled = to;
    pointedAt = Date.now();
    askForFrame();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== grid) return;
    const at = positionOf(activeId);
    const page = Math.max(1, Math.floor(viewHeight() / rowHeight) - 1);
    const from = at < 0 ? Math.ceil(scrolled / rowHeight) - 1 : at;
    const moves: Record<string, number> = {
      ArrowDown: from + 1,
      j: from + 1,
      ArrowUp: at - 1,
      k: at - 1,
      PageDown: from + page,
      PageUp: at - page,
      Home: 0,
      End: order.count - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) moveTo(to);
    else if (event.key === "Enter" && activeId !== null) show({ name: "agent", agentId: activeId });
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const onClick = (event: MouseEvent): void => {
    if (event.target instanceof Element && event.target.closest("a, button")) return;
    const id = rows.agentOf(event.target);
    if (id !== null) show({ name: "agent", agentId: id });
  };

  const onPointerMove = (): void => {
    pointedAt = Date.now();
  };
  const onPointerLeave = (): void => {
    pointedAt = 0;
  };

  grid.addEventListener("scroll", onScroll, { passive: true });
  grid.addEventListener("keydown", onKeyDown);
  body.addEventListener("click", onClick);
  body.addEventListener("pointermove", onPointerMove, { passive: true });
  body.addEventListener("pointerleave", onPointerLeave, { passive: true });
  const stop = eachFrame(draw);
  measure();
  return () => {
    stop();
    resized.disconnect();
    Object.assign(kept, { scrollTop: scrolled, activeId, tenant: store.tenant.value });
  };
}

export function MatchCount() {
  const all = store.summary.value.agents;
  if (!store.ready.value) return null;
  const shown = matching.value;
  return (
    <p class="match-count" role="status">
      {shown === all ? counted(all, "agent") : `${count(shown)} of ${counted(all, "agent")}`}
    </p>
  );
}
