// The place in the page as the address's fragment, so that a view can be kept as a bookmark and the server serves one
// page only. A token never stands in it. Pure.
import { type Doubt, type RowFilter, everything } from "../floor/row_filter.ts";
import { type Sorting, longestFirst } from "../floor/visible_order.ts";

export type View =
  { name: "floor" } | { name: "wall" } | { name: "agent"; agentId: string } | { name: "alerts" } | { name: "metrics" };

export interface Route {
  /** null: whichever tenant is first. */
  tenant: string | null;
  view: View;
  filter: RowFilter;
  sorting: Sorting;
}

const columns = ["time", "name", "team", "state", "reason"] as const;
const doubts: readonly Doubt[] = ["stale", "unverified"];

export function parseRoute(fragment: string): Route {
  const [path = "", query = ""] = fragment.replace(/^#?\/?/, "").split("?", 2);
  const parts = path.split("/").map(decoded);
  const [tenant = "", name = "", id = ""] = parts;
  const view: View =
    name === "agents" && id !== ""
      ? { name: "agent", agentId: id }
      : name === "wall" || name === "alerts" || name === "metrics"
        ? { name }
        : { name: "floor" };
  const asked = new URLSearchParams(query);
  const column = columns.find((one) => one === asked.get("sort")) ?? longestFirst.column;
  return {
    tenant: tenant === "" ? null : tenant,
    view,
    filter: {
      search: asked.get("search") ?? "",
      states: asked.getAll("state"),
      teams: asked.getAll("team"),
      reasons: asked.getAll("reason"),
      doubts: doubts.filter((one) => asked.getAll("doubt").includes(one)),
    },
    sorting: { column, reversed: asked.get("reversed") === "yes" },
  };
}

export function formatRoute(route: Route): string {
  const { tenant, view, filter, sorting } = route;
  if (tenant === null) return "#/";
  const at = `#/${encodeURIComponent(tenant)}`;
  const path = view.name === "agent" ? `${at}/agents/${encodeURIComponent(view.agentId)}` : `${at}/${view.name}`;
  const query = new URLSearchParams();
  if (filter.search !== "") query.set("search", filter.search);
  for (const one of filter.states) query.append("state", one);
  for (const one of filter.teams) query.append("team", one);
  for (const one of filter.reasons) query.append("reason", one);
  for (const one of filter.doubts) query.append("doubt", one);
  if (sorting.column !== longestFirst.column) query.set("sort", sorting.column);
  if (sorting.reversed) query.set("reversed", "yes");
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** Another tenant has other agents, teams and reasons. */
export function atTenant(route: Route, tenant: string): Route {
  const view: View = route.view.name === "agent" ? { name: "floor" } : route.view;
  return { tenant, view, filter: everything, sorting: route.sorting };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
