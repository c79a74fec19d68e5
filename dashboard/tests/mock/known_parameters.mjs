// Which query parameters a route of the live API has (docs/api.md). The engine refuses others, and any that comes twice.
const byRoute = [
  [/^\/stream$/, ["tenant", "team", "agent", "types", "trace", "mode"]],
  [/^\/tenants\/[^/]+\/agents$/, ["state", "team", "limit", "cursor"]],
  [/^\/tenants\/[^/]+\/agents\/[^/]+\/history$/, ["from", "to", "limit", "cursor"]],
  [/^\/tenants\/[^/]+\/figures$/, ["team"]],
  [/^\/tenants\/[^/]+\/alerts$/, ["state"]],
];

/** What is wrong with the query of `url`, whose path begins with /api/v1; "" if nothing. */
export function queryProblem(url) {
  const path = url.pathname.slice("/api/v1".length);
  const known = byRoute.find(([route]) => route.test(path))?.[1] ?? [];
  const seen = new Set();
  for (const [name, value] of url.searchParams) {
    if (!known.includes(name)) return `${path} has no parameter ${name}.`;
    if (seen.has(name)) return `${name} stands there twice.`;
    if (value === "") return `${name} is empty.`;
    seen.add(name);
  }
  return "";
}
